//! `list-formula`: see [`RULE`].

use crate::check::{Check, Finding, Rule};
use crate::load::CheckLevel;
use crate::model::Subscriber;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "list-formula",
    level: CheckLevel::Warn,
    what: "No field of a subscriber is a formula.",
    why: "Who opens the list, or an export of it, in a spreadsheet runs it.",
    example: "=HYPERLINK(\"https://example.org\", \"Ada\")",
    source: "OWASP, CSV injection",
    check: Check::Subscriber(check),
};

fn check(subscriber: &Subscriber) -> Option<Finding> {
    let is_formula = |value: &str| {
        let mut letters = value.chars();
        matches!(letters.next(), Some('=' | '+' | '-' | '@'))
            && letters.next().is_some_and(char::is_alphabetic)
            && value.contains('(')
    };
    let (column, _) = subscriber.fields.iter().find(|(_, value)| is_formula(value))?;
    Some(Finding::new(format!("the column `{column}` of `{}` is a formula", subscriber.address)))
}
