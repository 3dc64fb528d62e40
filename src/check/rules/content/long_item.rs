//! `content-long-item`: see [`RULE`].

use crate::check::measure::prose_words;
use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "content-long-item",
    level: CheckLevel::Warn,
    what: "No link has more than 60 words about it.",
    why: "After that it is a summary, and readers skip it.",
    example: "a `description` of three paragraphs",
    source: "what newsletters are",
    check: Check::Issue(check),
};

/// Words.
const MOST: usize = 60;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (link, places) in subject.items() {
        let count = prose_words(&link.blurb);
        if count > MOST {
            let wrong = format!("{count} words about {}; {MOST} is the most that is read", quoted(&link.title));
            found.push(Finding::new(wrong).at(subject.in_issue(&places.title)));
        }
    }
    found
}
