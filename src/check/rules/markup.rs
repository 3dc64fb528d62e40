//! Rules about what pasting and typing leave: markup that did not take effect, and addresses that lead nowhere.

use std::collections::BTreeSet;

use url::Url;

use crate::check::domain::{is_reserved, unknown_top_level};
use crate::check::issue_context::IssueContext;
use crate::check::rule::{Check, Finding, Rule};
use crate::diagnostic::suggestion::{closest, list};
use crate::diagnostic::{Severity, quote};
use crate::issue::{Accident, LeftoverKind, TextForm, leftovers_in, tag_name, url_doubt};

pub(super) const RULES: [Rule; 4] = [MARKUP_LEFT, MARKUP_ACCIDENTAL, COLUMN_UNKNOWN, LINK_TYPO];

const MARKUP_LEFT: Rule = Rule {
    name: "markup-left",
    level: Severity::Error,
    what: "No markup is left that did not take effect: no merge field of another service, no HTML, no Markdown where it \
           has no effect. Code and escaped characters are exempt; markup that may be intended is a warning.",
    why: "`Hello *|FNAME|*` is the mistake that readers forward to each other, and a tag or an entity is seen as it is \
          written.",
    example: "Hello {{ first_name }}, <br> this is **bold**",
    source: "real newsletters: 892 tags and 532 reference links in 142 issues; the fields of some forty services",
    check: Check::Issue(markup_left),
};

fn markup_left(context: &IssueContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for text in context.reader_texts().with_leftovers() {
        for (leftover, place) in &text.leftovers {
            let piece = text.piece(leftover);
            found.push(
                Finding::new(message(leftover.kind, &piece))
                    .at(context.place_in_issue(place))
                    .level(leftover.severity)
                    .help(help(leftover.kind, &piece, &text.key, text.form)),
            );
            known.insert(piece);
        }
    }
    // The letter has texts of the configuration too.
    let pictures = context.document.elements.iter().filter_map(|element| element.attribute("alt"));
    let links: Vec<&str> = context.anchors().map(|anchor| anchor.href).collect();
    let texts =
        context.prose_texts().chain(pictures).chain([context.subject_line()]).map(|text| (text, TextForm::Subject));
    for (text, form) in texts.chain(links.into_iter().map(|href| (href, TextForm::Url))) {
        for leftover in leftovers_in(text, form) {
            // The letter keeps tags and dates on one line with no-break spaces.
            let piece = text[leftover.range.clone()].replace('\u{a0}', " ");
            let is_news = leftover.severity == Severity::Error && !known.contains(&piece);
            // What comes from the issue was judged as its author wrote it.
            if is_news && let Some(place) = context.place_in_settings(&piece) {
                known.insert(piece.clone());
                found.push(Finding::new(message(leftover.kind, &piece)).at(place).help("correct `newsletter.toml`"));
            }
        }
    }
    found
}

fn message(kind: LeftoverKind, piece: &str) -> String {
    let piece = quote(piece.trim());
    match kind {
        LeftoverKind::Field => format!("{piece} is a merge field of another service, and nothing fills it"),
        LeftoverKind::SubscriberField => format!("{piece} is not a field, and readers see it as it is"),
        LeftoverKind::Template => format!("{piece} is a statement of a template language, and nothing runs it"),
        LeftoverKind::Tag => format!("{piece} is HTML, and readers see it as it is"),
        LeftoverKind::Entity => format!("{piece} is an HTML entity, and readers see it as it is"),
        LeftoverKind::Encoding => format!("{piece} is left of the encoding of a message"),
        LeftoverKind::Emoji => format!("{piece} is a shortcode, and readers see it as it is"),
        LeftoverKind::Footnote => format!("{piece} is a footnote, and letters have none"),
        LeftoverKind::Foreign => {
            format!("{piece} is markup of another program, and readers see it as it is")
        }
        LeftoverKind::Reference => format!("{piece} is a reference link without a definition"),
        _ => format!("{piece} is Markdown that has no effect here"),
    }
}

/// Returns the way to write `piece` here.
fn help(kind: LeftoverKind, piece: &str, key: &str, form: TextForm) -> String {
    let is_line = matches!(form, TextForm::Line | TextForm::Subject);
    let text: &str = match kind {
        LeftoverKind::Field | LeftoverKind::SubscriberField => return field_help(piece, key, form),
        LeftoverKind::Tag => return tag_help(piece, is_line),
        LeftoverKind::Entity => return entity_help(piece),
        LeftoverKind::Encoding => "write the character it stands for",
        LeftoverKind::Emoji => "write the emoji itself",
        LeftoverKind::Footnote => "write the note in parentheses, or as a paragraph of its own",
        LeftoverKind::Template | LeftoverKind::Foreign => "delete it; put code in backticks",
        LeftoverKind::Escape => return format!("delete the backslash: `{key}` has no markup"),
        LeftoverKind::Table => "leave an empty line above the table, and write its rule as `| --- | --- |`",
        LeftoverKind::Task => "write `- ☐ …` or `- ☑ …`",
        _ if is_line => return format!("delete the marks: `{key}` has no markup"),
        LeftoverKind::Link => "write `[text](https://…)`",
        LeftoverKind::Reference => "write `[text](https://…)`, or add `[name]: https://…` to the same text",
        LeftoverKind::Picture => "write `![description](img/…)` alone in its paragraph",
        LeftoverKind::Emphasis => "put the stars next to the words: `**bold**`, `*italic*`; put code in backticks",
        LeftoverKind::Strikethrough => "put the tildes next to the words: `~~struck~~`; put code in backticks",
        LeftoverKind::Highlight => "write `**words**`; put code in backticks",
        LeftoverKind::Code => "close the backticks: `` `code` ``",
        LeftoverKind::Block => "leave an empty line above it, and a space behind its mark",
    };
    text.to_owned()
}

fn field_help(piece: &str, key: &str, form: TextForm) -> String {
    let lower = piece.to_lowercase();
    if lower.contains("unsub") || lower.contains("optout") {
        return "delete it: every letter has an unsubscribe link in its footer".to_owned();
    }
    match form {
        TextForm::Url => "delete it: a link is the same for every subscriber".to_owned(),
        TextForm::Line => format!("delete it: `{key}` is the same for every subscriber"),
        _ if lower.contains("mail") => "write `{subscriber.email}`; put code in backticks".to_owned(),
        _ => "write `{subscriber.name|friend}`; put code in backticks".to_owned(),
    }
}

fn tag_help(piece: &str, is_line: bool) -> String {
    let instead = match tag_name(piece).as_str() {
        _ if is_line => "delete it",
        "b" | "strong" | "mark" | "u" => "write `**words**`",
        "i" | "em" | "cite" => "write `*words*`",
        "s" | "strike" | "del" => "write `~~words~~`",
        "a" => "write `[words](https://…)`",
        "img" | "picture" | "figure" => "write `![description](img/…)` alone in its paragraph",
        "br" => "end the line with a backslash, or leave an empty line",
        "p" | "div" | "center" => "leave an empty line between paragraphs",
        "ul" | "ol" | "li" => "begin each item with `- `",
        "blockquote" => "begin each line with `> `",
        "hr" => "write `---` between empty lines",
        "h1" | "h2" | "h3" | "h4" => "write a `title`, or `**words**`",
        "code" | "pre" | "kbd" | "tt" | "samp" => "put the words in backticks",
        _ => "delete it",
    };
    format!("{instead}; if it is about HTML, put it in backticks")
}

fn entity_help(piece: &str) -> String {
    let name = piece.trim_matches(['&', ';']);
    let character = match name {
        "amp" | "AMP" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" | "#39" | "#x27" => "'",
        "nbsp" => return "write a space".to_owned(),
        "mdash" => "—",
        "ndash" => "–",
        "hellip" => "…",
        "rsquo" => "’",
        "lsquo" => "‘",
        "ldquo" => "“",
        "rdquo" => "”",
        "copy" => "©",
        _ => return "write the character itself".to_owned(),
    };
    format!("write {}", quote(character))
}

const MARKUP_ACCIDENTAL: Rule = Rule {
    name: "markup-accidental",
    level: Severity::Warning,
    what: "No indentation turns a paragraph into code, and no line of `--` or `==` turns a sentence into a heading.",
    why: "Markdown takes four spaces for code and a line of hyphens for a heading, and few authors mean that.",
    example: "Until next week.\n--",
    source: "CommonMark 0.31.2, 4.3 and 4.4",
    check: Check::Issue(markup_accidental),
};

fn markup_accidental(context: &IssueContext<'_>) -> Vec<Finding> {
    let found = context.reader_texts().accidents().into_iter().map(|(accident, place)| {
        let (message, help) = match accident {
            Accident::Indent => {
                ("an indented block is code", "delete the indent; put code between two lines of three backticks")
            }
            Accident::Underline => (
                "this line makes a heading of the text above it",
                "leave an empty line above it; write a heading as `**words**`",
            ),
        };
        Finding::new(message).at(context.place_in_issue(&place)).help(help)
    });
    found.collect()
}

const COLUMN_UNKNOWN: Rule = Rule {
    name: "column-unknown",
    level: Severity::Error,
    what: "Every field names a column of the subscriber list, if the list is here. `name` may be missing.",
    why: "Every reader gets the fallback, and a misspelt column is never noticed.",
    example: "Hello {subscriber.nmae|friend},",
    source: "common sense",
    check: Check::Issue(column_unknown),
};

fn column_unknown(context: &IssueContext<'_>) -> Vec<Finding> {
    let fields = context.reader_texts().subscriber_fields().into_iter();
    let fields: Vec<_> = fields.filter(|(column, _)| column != "name").collect();
    // Reading a long list takes a while, so it is read only when it matters.
    let Some(columns) = (!fields.is_empty()).then(|| context.columns()).flatten() else { return Vec::new() };
    let known: BTreeSet<&str> = columns.iter().map(String::as_str).chain(["name", "email"]).collect();
    let unknown = fields.into_iter().filter(|(column, _)| !columns.contains(column)).map(|(column, place)| {
        let meant = closest(&column, known.iter().copied());
        // Some lists get their columns later.
        let level = if meant.is_some() { Severity::Error } else { Severity::Warning };
        let help = match meant {
            Some(meant) => format!("did you mean `{{subscriber.{meant}|…}}`?"),
            None => format!("the list has {}", list(known.iter().copied())),
        };
        let message = format!("the subscriber list has no column {}", quote(&column));
        Finding::new(message).at(context.place_in_issue(&place)).level(level).help(help)
    });
    unknown.collect()
}

const LINK_TYPO: Rule = Rule {
    name: "link-typo",
    level: Severity::Warning,
    what: "No address ends with punctuation that belongs to the sentence, is encoded twice, or has an ending that no domain has. What \
           certainly leads nowhere is an error when the issue is read.",
    why: "Such an address was copied with a character too many or typed with a slip, and readers get an error page.",
    example: "url = \"https://example.org/page).\"",
    source: "WHATWG URL; the public suffix list",
    check: Check::Issue(link_typo),
};

fn link_typo(context: &IssueContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (url, place) in context.reader_texts().written_urls() {
        if !leftovers_in(&url, TextForm::Url).is_empty() {
            // `markup-left` reports its merge field.
            continue;
        }
        let (message, meant) = match url_doubt(&url) {
            Some(mistake) => (mistake.message, mistake.meant),
            None => match wrong_ending(&url) {
                Some(mistake) => mistake,
                None => continue,
            },
        };
        let help = match meant {
            Some(meant) => format!("did you mean {}?", quote(&meant)),
            None => "open it in a browser, and copy it again".to_owned(),
        };
        found.push(Finding::new(message).at(context.place_in_issue(&place)).help(help));
    }
    found
}

/// Returns what is wrong with the last part of the host of `url`, and the URL with the part that was meant.
fn wrong_ending(url: &str) -> Option<(String, Option<String>)> {
    let parsed = Url::parse(url).ok()?;
    let host = parsed.domain().filter(|host| !is_reserved(host))?;
    let (ending, meant) = unknown_top_level(host)?;
    let meant = meant.map(|meant| {
        let correct = format!("{}{meant}", &host[..host.len() - ending.len()]);
        url.replacen(host, &correct, 1)
    });
    Some((format!("no domain ends with `.{ending}`"), meant))
}
