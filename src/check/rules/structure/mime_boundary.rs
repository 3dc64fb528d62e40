//! `mime-boundary`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "mime-boundary",
    level: CheckLevel::Error,
    what: "The boundary is made of characters a boundary may have, at most 70, and stands in no part.",
    why: "Otherwise programs cut the letter in the wrong place.",
    example: "boundary=\"naïve\"",
    source: "RFC 2046, 5.1.1",
    check: Check::Issue(check),
};

/// RFC 2046, 5.1.1.
const LONGEST: usize = 70;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(boundary) = subject.messages[0].boundary() else {
        return vec![Finding::new("the message has no boundary between its parts")];
    };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    let delimiter = format!("--{boundary}");
    let cut_inside =
        [subject.text(), subject.html()].iter().any(|part| part.lines().any(|line| line.starts_with(&delimiter)));
    let wrong =
        if boundary.is_empty() || boundary.len() > LONGEST || boundary.ends_with(' ') || !boundary.bytes().all(allowed)
        {
            "is not a valid one"
        } else if cut_inside {
            "begins a line of a part"
        } else {
            return Vec::new();
        };
    vec![Finding::new(format!("the boundary {} {wrong}", quoted(&boundary)))]
}
