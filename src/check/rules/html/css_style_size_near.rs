//! `css-style-size-near`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "css-style-size-near",
    level: CheckLevel::Warn,
    what: "The `style` elements have at most 8 KB together.",
    why: "Half of what Gmail takes is used up; a few more rules, and it drops them all.",
    example: "a letter.css of 10 KB of media queries",
    source: "caniemail: html-style; github.com/hteumeuleu/email-bugs, 90",
    check: Check::Issue(check),
};

/// Half of Gmail's limit, in bytes.
const LARGE: usize = 8192;
/// Where `css-style-size` takes over.
const LARGEST: usize = 16_384;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let size: usize = subject.document.sheets.iter().map(|sheet| sheet.len()).sum();
    if !(LARGE + 1..=LARGEST).contains(&size) {
        return Vec::new();
    }
    vec![Finding::new(format!("the `style` elements have {size} bytes, more than half of what Gmail takes"))]
}
