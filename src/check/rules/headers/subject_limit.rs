//! `hdr-subject-limit`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-subject-limit",
    level: CheckLevel::Error,
    what: "The encoded subject is at most 998 bytes long.",
    why: "Gmail takes no longer one.",
    example: "a subject of a thousand letters",
    source: "Gmail's message header limits",
    check: Check::Issue(check),
};

/// Gmail's limit, in bytes.
const LONGEST: usize = 998;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let length = subject.messages[0].value("Subject").map_or(0, |value| value.len());
    if length <= LONGEST {
        return Vec::new();
    }
    let wrong = format!("the subject takes {length} bytes, more than the {LONGEST} Gmail takes");
    vec![Finding::new(wrong).at(subject.in_issue(&subject.places().subject))]
}
