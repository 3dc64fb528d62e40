//! `a11y-justify`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "a11y-justify",
    level: CheckLevel::Warn,
    what: "No text is justified.",
    why: "Rivers of white between the words make it hard to read, most of all with dyslexia.",
    example: "text-align: justify",
    source: "WCAG 2.2, 1.4.8",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let justified = subject.declarations().find(|used| {
        used.declaration.property == "text-align" && used.declaration.value.eq_ignore_ascii_case("justify")
    });
    let finding = |declaration| Finding::new("justified text").at(subject.place_of_style(declaration));
    justified.map(|used| finding(used.declaration)).into_iter().collect()
}
