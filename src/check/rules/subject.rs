//! Rules about the line readers see in their inbox: subject and preheader.

use std::ops::RangeInclusive;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::check::capitals::Capitals;
use crate::check::issue_context::IssueContext;
use crate::check::pictogram::is_pictogram;
use crate::check::rule::{Check, Finding, Rule};
use crate::diagnostic::{Severity, quote};

pub(super) const RULES: [Rule; 9] = [
    SUBJECT_EMPTY,
    SUBJECT_LENGTH,
    SUBJECT_LIMIT,
    SUBJECT_FAKE_REPLY,
    SUBJECT_CAPITALS,
    SUBJECT_PUNCTUATION,
    SUBJECT_EMOJI,
    TITLE_SUBJECT,
    PREHEADER,
];

const SUBJECT_EMPTY: Rule = Rule {
    name: "subject-empty",
    level: Severity::Error,
    what: "The subject is not empty for any reader.",
    why: "A letter without a subject is not opened, and SpamAssassin adds points for it.",
    example: "subject = \"{subscriber.name| }\"",
    source: "SpamAssassin MISSING_SUBJECT",
    check: Check::Issue(subject_empty),
};

fn subject_empty(context: &IssueContext<'_>) -> Vec<Finding> {
    let is_blank = context.samples.iter().any(|sample| sample.reading.subject.trim().is_empty());
    if !is_blank {
        return Vec::new();
    }
    let finding =
        Finding::new("the subject is empty for some readers").at(context.place_in_issue(&context.places().subject));
    vec![finding.help("give the field a fallback for readers who have none: `{subscriber.name|friend}`")]
}

const SUBJECT_LENGTH: Rule = Rule {
    name: "subject-length",
    level: Severity::Warning,
    what: "The subject is at most 60 characters long.",
    why: "A phone shows 30 to 40 characters and a desktop list about 60; the rest is not read.",
    example: "subject = \"The weekly newsletter about distributed systems and formal methods, issue 42: retries\"",
    source: "what mail clients show: see the inbox row of the preview",
    check: Check::Issue(subject_length),
};

/// The width that a desktop client shows, in columns.
const DESKTOP: usize = 60;

fn subject_length(context: &IssueContext<'_>) -> Vec<Finding> {
    let columns = context.subject_line().width();
    if columns <= DESKTOP {
        return Vec::new();
    }
    let long = length(context.subject_line());
    let wrong = format!("the subject is {long}; inboxes cut it at {DESKTOP}, phones at 40");
    let place = context.place_in_issue(&context.places().subject);
    vec![Finding::new(wrong).at(place).help("start with what this issue is about, and leave out the rest")]
}

/// Returns the length of `text` in an inbox, where Chinese and Japanese characters are as wide as two others.
fn length(text: &str) -> String {
    let columns = text.width();
    if columns > text.chars().count() {
        format!("as long as {columns} letters")
    } else {
        format!("{columns} characters long")
    }
}

const SUBJECT_LIMIT: Rule = Rule {
    name: "subject-limit",
    level: Severity::Error,
    what: "The encoded subject is at most 998 bytes long.",
    why: "Gmail rejects longer subjects.",
    example: "a subject of a thousand letters",
    source: "Gmail's message header limits",
    check: Check::Issue(subject_limit),
};

/// Gmail's limit, in bytes.
const LONGEST: usize = 998;

fn subject_limit(context: &IssueContext<'_>) -> Vec<Finding> {
    let length = context.message.value("Subject").map_or(0, |value| value.len());
    if length <= LONGEST {
        return Vec::new();
    }
    let wrong = format!("the encoded subject is {length} bytes long; Gmail accepts {LONGEST}");
    vec![Finding::new(wrong).at(context.place_in_issue(&context.places().subject))]
}

const SUBJECT_FAKE_REPLY: Rule = Rule {
    name: "subject-fake-reply",
    level: Severity::Error,
    what: "The subject does not pretend to be a reply.",
    why: "Gmail forbids it explicitly, and readers feel tricked.",
    example: "subject = \"Re: your reading list\"",
    source: "Gmail's sender guidelines",
    check: Check::Issue(subject_fake_reply),
};

/// The prefixes of replies and forwarded mail in several languages.
const PREFIXES: [&str; 10] = ["re", "fw", "fwd", "aw", "wg", "sv", "vs", "tr", "antw", "rv"];

fn subject_fake_reply(context: &IssueContext<'_>) -> Vec<Finding> {
    let line = context.subject_line().trim_start();
    let prefix = line.split(':').next().unwrap_or_default().trim_end().to_lowercase();
    if !line.contains(':') || !PREFIXES.contains(&prefix.as_str()) {
        return Vec::new();
    }
    let wrong = format!("the subject starts like a reply: {}", quote(line));
    vec![Finding::new(wrong).at(context.place_in_issue(&context.places().subject)).help("remove the prefix")]
}

const SUBJECT_CAPITALS: Rule = Rule {
    name: "subject-capitals",
    level: Severity::Warning,
    what: "The subject is not all capitals.",
    why: "SpamAssassin adds points for it, and it reads as shouting.",
    example: "subject = \"WHAT SURVIVES A RETRY\"",
    source: "SpamAssassin SUBJ_ALL_CAPS",
    check: Check::Issue(subject_capitals),
};

/// Letters of a subject that may be a name.
const NAME: usize = 10;

fn subject_capitals(context: &IssueContext<'_>) -> Vec<Finding> {
    let capitals = Capitals::of(context.subject_line());
    if capitals.letters < NAME || !capitals.is_everything(2) {
        return Vec::new();
    }
    vec![Finding::new("the subject is all capitals").at(context.place_in_issue(&context.places().subject))]
}

const SUBJECT_PUNCTUATION: Rule = Rule {
    name: "subject-punctuation",
    level: Severity::Warning,
    what: "The subject does not shout with punctuation.",
    why: "Filters associate a question mark with an exclamation mark, several exclamation marks and money signs with spam.",
    example: "subject = \"Read this now!!\"",
    source: "SpamAssassin PLING_QUERY",
    check: Check::Issue(subject_punctuation),
};

fn subject_punctuation(context: &IssueContext<'_>) -> Vec<Finding> {
    let line = context.subject_line();
    let exclamations = line.matches('!').count();
    let what = if exclamations >= 2 {
        "several exclamation marks"
    } else if exclamations > 0 && line.contains('?') {
        "both `!` and `?`"
    } else if line.contains("$$") {
        "`$$`"
    } else {
        return Vec::new();
    };
    vec![Finding::new(format!("the subject contains {what}")).at(context.place_in_issue(&context.places().subject))]
}

const SUBJECT_EMOJI: Rule = Rule {
    name: "subject-emoji",
    level: Severity::Warning,
    what: "The subject has at most two emoji and does not start with one. A family, a flag or a person with a skin tone is \
           one.",
    why: "Gmail asks for subjects that do not imitate pictures and buttons, and screen readers read every emoji aloud.",
    example: "subject = \"🚀 Launches\"",
    source: "Gmail's sender guidelines",
    check: Check::Issue(subject_emoji),
};

fn subject_emoji(context: &IssueContext<'_>) -> Vec<Finding> {
    let line = context.subject_line().trim_start();
    let count = line.graphemes(true).filter(|drawn| is_pictogram(drawn)).count();
    let wrong = if line.graphemes(true).next().is_some_and(is_pictogram) {
        "the subject starts with an emoji".to_owned()
    } else if count > 2 {
        format!("the subject has {count} emoji")
    } else {
        return Vec::new();
    };
    vec![Finding::new(wrong).at(context.place_in_issue(&context.places().subject))]
}

const TITLE_SUBJECT: Rule = Rule {
    name: "title-subject",
    level: Severity::Warning,
    what: "The title of the HTML says roughly what the subject says. It is the subject with every fallback filled in.",
    why: "SpamAssassin adds up to 2.2 points for a title that differs from the subject.",
    example: "subject = \"{subscriber.name|friend}\"",
    source: "SpamAssassin HTML_TITLE_SUBJ_DIFF",
    check: Check::Issue(title_subject),
};

fn title_subject(context: &IssueContext<'_>) -> Vec<Finding> {
    let document = &context.document;
    let Some(title) = document.elements_named(&["title"]).next().map(|(index, _)| document.text_content(index)) else {
        return Vec::new();
    };
    let subject = context.subject_line().to_lowercase();
    let lower = title.to_lowercase();
    // A word of three letters or fewer says little, except where each letter is a syllable or a word.
    let says_much = |word: &&str| word.chars().count() > 3 || word.width() > 3;
    let shares_a_word = lower.split_whitespace().filter(says_much).any(|word| subject.contains(word));
    let is_long = 2 * title.chars().count() > 7 * subject.chars().count();
    if title.is_empty() || (shares_a_word && !is_long) || lower == subject {
        return Vec::new();
    }
    let wrong = format!("the HTML is titled {}, unlike the subject of a reader with a name", quote(&title));
    let place = context.place_in_issue(&context.places().subject);
    vec![Finding::new(wrong).at(place).help("use a word of four letters or more that is the same for every reader")]
}

const PREHEADER: Rule = Rule {
    name: "preheader",
    level: Severity::Warning,
    what: "The preheader has 40 to 110 characters and does not repeat the subject.",
    why: "Inboxes show it after the subject. They fill a missing one with the first words they find, and cut a long one.",
    example: "preheader = \"Issue 42\"",
    source: "what mail clients show: see the inbox row of the preview",
    check: Check::Issue(preheader),
};

/// The widths that phones and desktop clients show, in columns.
const USUAL: RangeInclusive<usize> = 40..=110;

fn preheader(context: &IssueContext<'_>) -> Vec<Finding> {
    let preheader = context.issue().preheader.trim();
    let columns = preheader.width();
    let wrong = if preheader.is_empty() {
        "there is no preheader; inboxes show whatever comes first".to_owned()
    } else if context.subject_line().contains(preheader) {
        "the preheader repeats the subject".to_owned()
    } else if !USUAL.contains(&columns) {
        let (least, most) = (USUAL.start(), USUAL.end());
        format!("the preheader is {}; inboxes have room for {least} to {most}", length(preheader))
    } else {
        return Vec::new();
    };
    let finding = Finding::new(wrong).at(context.place_in_issue(&context.places().preheader));
    vec![finding.help("say in one sentence why this issue is worth opening")]
}
