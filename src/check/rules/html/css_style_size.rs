//! `css-style-size`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "css-style-size",
    level: CheckLevel::Error,
    what: "The `style` elements have at most 16 KB together.",
    why: "Gmail drops the one that goes over.",
    example: "a letter.css of 30 KB of media queries",
    source: "caniemail: html-style",
    check: Check::Issue(check),
};

/// Gmail's limit, in bytes.
const LARGEST: usize = 16_384;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let size: usize = subject.document.sheets.iter().map(|sheet| sheet.len()).sum();
    if size <= LARGEST {
        return Vec::new();
    }
    let wrong = format!("the `style` elements have {size} bytes; Gmail drops what goes over {LARGEST}");
    vec![Finding::new(wrong).help("take rules out of `templates/letter.css` that no element of a letter needs")]
}
