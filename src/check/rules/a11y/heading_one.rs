//! `a11y-heading-one`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "a11y-heading-one",
    level: CheckLevel::Warn,
    what: "The letter has one heading of the first level: its title.",
    why: "With none, or with several, nobody can tell what the letter as a whole is called.",
    example: "two <h1>",
    source: "Email Markup Consortium",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let count = subject.document.named(&["h1"]).count();
    if count == 1 {
        Vec::new()
    } else {
        vec![Finding::new(format!("the letter has {count} headings of the first level"))]
    }
}
