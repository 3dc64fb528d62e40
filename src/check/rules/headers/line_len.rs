//! `hdr-line-len`: see [`RULE`].

use crate::check::mime::Field;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-line-len",
    level: CheckLevel::Error,
    what: "No line of a header is longer than 998 bytes.",
    why: "Servers may cut or refuse it.",
    example: "a `List-Unsubscribe` with a URL of a thousand bytes",
    source: "RFC 5322, 2.1.1",
    check: Check::Issue(check),
};

/// Without the line end.
const LONGEST: usize = 998;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let is_long = |field: &&Field<'_>| field.lines().any(|length| length > LONGEST);
    let fields = subject.messages[0].fields.iter().filter(is_long);
    fields.map(|field| Finding::new(format!("a line of `{}` is longer than {LONGEST} bytes", field.name))).collect()
}
