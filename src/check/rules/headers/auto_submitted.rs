//! `hdr-auto-submitted`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-auto-submitted",
    level: CheckLevel::Warn,
    what: "The message does not call itself automatic.",
    why: "A person wrote it; `Auto-Submitted` keeps answers and some inboxes away.",
    example: "Auto-Submitted: auto-generated",
    source: "RFC 3834, 5",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let value = subject.messages[0].value("Auto-Submitted").filter(|value| !value.eq_ignore_ascii_case("no"));
    value.map(|value| Finding::new(format!("`Auto-Submitted` is {}", quoted(&value)))).into_iter().collect()
}
