//! `mime-line`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "mime-line",
    level: CheckLevel::Error,
    what: "No line of a body is longer than 998 bytes.",
    why: "Servers may cut it, in the middle of a link.",
    example: "a part in 7bit with a line of 2,000 letters",
    source: "RFC 5321, 4.5.3.1.6; RFC 5322, 2.1.1",
    check: Check::Issue(check),
};

/// Without the line end.
const LONGEST: usize = 998;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let longest = subject.messages[0].body.split("\r\n").map(str::len).max().unwrap_or(0);
    if longest <= LONGEST {
        return Vec::new();
    }
    vec![Finding::new(format!("a line of the message is {longest} bytes long; {LONGEST} are allowed"))]
}
