//! `size-message`: see [`RULE`].

use crate::check::measure::largest_section;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "size-message",
    level: CheckLevel::Warn,
    what: "The whole message has at most 150 KB.",
    why: "Large mail is slow on phones, and times the number of readers it is slow to send.",
    example: "an issue with ten thousand words",
    source: "what newsletters are",
    check: Check::Issue(check),
};

/// In bytes.
const LARGE: usize = 150 * 1024;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let size = subject.samples[0].text.len();
    if size <= LARGE {
        return Vec::new();
    }
    vec![Finding::new(format!("a message has {size} bytes, more than {LARGE}")).at(largest_section(subject))]
}
