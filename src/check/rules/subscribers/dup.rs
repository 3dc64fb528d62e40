//! `list-dup`: see [`RULE`].

use crate::check::{Check, Finding, Rule};
use crate::load::CheckLevel;
use crate::model::Subscriber;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "list-dup",
    level: CheckLevel::Warn,
    what: "Nobody is on the list twice, capitals and spellings of a domain aside.",
    why: "They get one mail all the same, but whoever takes one row out has not taken them out.",
    example: "ada@example.org, and ADA@EXAMPLE.ORG further down",
    source: "common sense",
    check: Check::Repeated(check),
};

fn check(subscriber: &Subscriber, earlier: usize) -> Finding {
    Finding::new(format!("`{}` is on the list already, in line {earlier}", subscriber.address))
        .help("they get one mail; keep the row that is right")
}
