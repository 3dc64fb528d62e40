//! Rules about the characters and words of a letter.

use unicode_width::UnicodeWidthStr;

use crate::check::capitals::Capitals;
use crate::check::issue_context::IssueContext;
use crate::check::rule::{Check, Finding, Rule};
use crate::diagnostic::{Severity, quote};

pub(super) const RULES: [Rule; 7] = [
    CONTROL_CHARACTERS,
    DIRECTION_OVERRIDE,
    HIDDEN_FILLER,
    TEXT_WRAP,
    TEXT_CAPITALS,
    CONTENT_SPAMMY,
    CONTENT_LONG_WORDS,
];

const CONTROL_CHARACTERS: Rule = Rule {
    name: "control-characters",
    level: Severity::Error,
    what: "Neither part contains control, replacement or private-use characters.",
    why: "Gmail clips a letter at some of them, whatever its size; others are shown as boxes.",
    example: "`&#146;`, which is U+0092, from an old word processor",
    source: "github.com/hteumeuleu/email-bugs, 41",
    check: Check::Issue(control_characters),
};

fn control_characters(context: &IssueContext<'_>) -> Vec<Finding> {
    let is_wrong = |character: char| match character {
        '\t' | '\n' | '\r' => false,
        '\u{fffd}' | '\u{e000}'..='\u{f8ff}' => true,
        other => other.is_control(),
    };
    let wrong = texts(context).into_iter().filter_map(|(name, text)| {
        let character = text.chars().find(|character| is_wrong(*character))?;
        let place = context.place_of(&character.to_string());
        Some(Finding::new(format!("the {name} contains U+{:04X}", u32::from(character))).at(place))
    });
    wrong.collect()
}

/// Returns what a reader gets to see, by name.
fn texts<'a>(context: &IssueContext<'a>) -> [(&'static str, &'a str); 3] {
    [("subject", context.subject_line()), ("HTML part", context.html()), ("text part", context.text())]
}

const DIRECTION_OVERRIDE: Rule = Rule {
    name: "direction-override",
    level: Severity::Warning,
    what: "Neither part changes the direction of text with invisible characters.",
    why: "They make a name or a link read as another, a trick behind many fake invoices.",
    example: "`&#x202e;` before `gpj.exe`",
    source: "Unicode Technical Report 36, 2.6",
    check: Check::Issue(direction_override),
};

fn direction_override(context: &IssueContext<'_>) -> Vec<Finding> {
    let is_override = |character: &char| matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let wrong = texts(context).into_iter().filter_map(|(name, text)| {
        let character = text.chars().find(is_override)?;
        let place = context.place_of(&character.to_string());
        let code = u32::from(character);
        Some(Finding::new(format!("the {name} contains U+{code:04X}, which changes the direction of text")).at(place))
    });
    wrong.collect()
}

const HIDDEN_FILLER: Rule = Rule {
    name: "hidden-filler",
    level: Severity::Warning,
    what: "No run of invisible characters pads the preview text.",
    why: "Their purpose is to hide what comes next, as spam does, and screen readers spell them out.",
    example: "a preheader that ends in a hundred zero-width spaces",
    source: "Gmail's sender guidelines; Email Markup Consortium",
    check: Check::Issue(hidden_filler),
};

/// Invisible characters in a row that are still text: one joins the parts of an emoji or the letters of many scripts.
const LONGEST_JOIN: usize = 2;

fn hidden_filler(context: &IssueContext<'_>) -> Vec<Finding> {
    let is_filler =
        |character: char| matches!(character, '\u{34f}' | '\u{200b}'..='\u{200d}' | '\u{2007}' | '\u{ad}' | '\u{feff}');
    let characters = || context.document.texts.iter().flat_map(|text| text.content.chars());
    let (mut longest, mut run) = (0, 0);
    // Spaces between them do not end a run.
    for character in characters() {
        if is_filler(character) {
            run += 1;
            longest = longest.max(run);
        } else if !character.is_whitespace() {
            run = 0;
        }
    }
    if longest <= LONGEST_JOIN {
        return Vec::new();
    }
    let count = characters().filter(|character| is_filler(*character)).count();
    vec![Finding::new(format!("{count} invisible characters pad the preview text"))]
}

const TEXT_WRAP: Rule = Rule {
    name: "text-wrap",
    level: Severity::Warning,
    what: "No line of the text part is wider than 78 columns, not counting its indentation and URLs.",
    why: "Terminals and old clients do not wrap, or wrap in the middle of words.",
    example: "a line of 100 columns in a code block",
    source: "RFC 5322, 2.1.1; RFC 3676",
    check: Check::Issue(text_wrap),
};

/// In columns.
const WIDEST: usize = 78;

fn text_wrap(context: &IssueContext<'_>) -> Vec<Finding> {
    // A URL is never broken. What is beside it is a mark or a number, as in `[1] https://…`, and is wrapped if it is more.
    let without_urls = |line: &str| -> usize {
        line.trim_start().split_inclusive(' ').filter(|word| !word.contains("://")).map(UnicodeWidthStr::width).sum()
    };
    let wide = context.text().lines().find(|line| without_urls(line) > WIDEST && line.split_whitespace().count() > 1);
    let finding = |line: &str| {
        Finding::new(format!("a line of the text part is {} columns wide: {}", line.width(), quote(line)))
            .at(context.place_of(line.trim()))
            .help("break the line; code is never wrapped")
    };
    wide.map(finding).into_iter().collect()
}

const TEXT_CAPITALS: Rule = Rule {
    name: "text-capitals",
    level: Severity::Warning,
    what: "No text of more than 20 letters is all capitals. Names such as `OP_CAT` and abbreviations do not count, nor do \
           scripts without capitals.",
    why: "Words lose their shape, and some screen readers spell them out.",
    example: "title = \"THE SECOND TIME IS THE INTERESTING ONE\"",
    source: "WebAIM, text",
    check: Check::Issue(text_capitals),
};

/// Letters of a text that may be a name or an abbreviation.
const CAPITALS: usize = 20;
/// Words of a text that may be a name.
const NAME: usize = 3;

fn text_capitals(context: &IssueContext<'_>) -> Vec<Finding> {
    let document = &context.document;
    let mut found = Vec::new();
    for text in context.prose_texts() {
        let words = text.trim();
        let capitals = Capitals::of(words);
        if capitals.letters > CAPITALS && capitals.is_everything(NAME) {
            found.push(Finding::new(format!("all capitals: {}", quote(words))).at(context.place_of(words)));
        }
    }
    let uppercase = context.declarations().find_map(|used| {
        let declaration = used.declaration;
        let is_uppercase =
            declaration.property == "text-transform" && declaration.value.eq_ignore_ascii_case("uppercase");
        let words = document.text_content(used.element.filter(|_| is_uppercase)?);
        let letters = words.chars().filter(|letter| letter.is_alphabetic()).count();
        (letters > CAPITALS).then(|| (words, context.place_of_style(declaration, used.element)))
    });
    found.extend(uppercase.map(|(words, place)| Finding::new(format!("set in capitals: {}", quote(&words))).at(place)));
    found
}

const CONTENT_SPAMMY: Rule = Rule {
    name: "content-spammy",
    level: Severity::Warning,
    what: "The letter does not use the phrases of spam, and does not shout: words in capitals are not half of a text, nor \
           six in a row. Abbreviations, names and numbers do not count.",
    why: "Filters learn phrases and capitals from spam, and treat a letter that uses them the same way.",
    example: "Act now: 100% free!",
    source: "SpamAssassin, 20_phrases and 20_body_tests",
    check: Check::Issue(content_spammy),
};

/// Phrases typical of spam.
const PHRASES: [&str; 22] = [
    "act now",
    "100% free",
    "click below",
    "click here now",
    "you are a winner",
    "you have won",
    "$$$",
    "risk free",
    "risk-free",
    "money back guarantee",
    "limited time offer",
    "order now",
    "no obligation",
    "double your income",
    "earn extra cash",
    "lose weight",
    "this is not spam",
    "buy direct",
    "once in a lifetime",
    "congratulations you",
    "viagra",
    "as seen on tv",
];

/// Letters of a text that may be a name.
const SHORT: usize = 24;
/// Words in capitals in a row that are not a name.
const ROW: usize = 6;

fn content_spammy(context: &IssueContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for text in context.prose_texts().chain([context.subject_line()]) {
        let lower = text.to_lowercase();
        for phrase in PHRASES.iter().filter(|phrase| lower.contains(**phrase)) {
            let start = lower.find(phrase).unwrap_or(0);
            let written = text.get(start..start + phrase.len()).unwrap_or(phrase);
            let wrong = format!("{} is a phrase typical of spam", quote(written));
            found.push(Finding::new(wrong).at(context.place_of(written)));
        }
        let capitals = Capitals::of(text);
        // A text of nothing else is reported by `text-capitals`.
        if capitals.letters > SHORT && capitals.is_shouting(ROW) && !capitals.is_everything(NAME) {
            let start = text.trim().lines().next().unwrap_or_default();
            let wrong = format!("a text mostly in capitals: {}", quote(text.trim()));
            found.push(Finding::new(wrong).at(context.place_of(start)));
        }
    }
    found
}

const CONTENT_LONG_WORDS: Rule = Rule {
    name: "content-long-words",
    level: Severity::Warning,
    what: "The text does not have six long lower-case words in a row.",
    why: "SpamAssassin takes them for the random words that pad spam, and adds 2.2 points.",
    example: "several distributed databases guarantee serializable transactions",
    source: "SpamAssassin LONGWORDS",
    check: Check::Issue(content_long_words),
};

/// Words in a row.
const LONG_WORDS: usize = 6;
/// Letters of a long word.
const LONG: usize = 8;

fn content_long_words(context: &IssueContext<'_>) -> Vec<Finding> {
    let mut run: Vec<&str> = Vec::new();
    for word in context.text().split_whitespace() {
        let is_long = word.len() >= LONG && word.bytes().all(|byte| byte.is_ascii_lowercase());
        if !is_long {
            run.clear();
            continue;
        }
        run.push(word);
        if run.len() == LONG_WORDS {
            let words = run.join(" ");
            let place = context.place_of(&words).or_else(|| context.place_of(&run[..2].join(" ")));
            return vec![Finding::new(format!("six long words in a row: {}", quote(&words))).at(place)];
        }
    }
    Vec::new()
}
