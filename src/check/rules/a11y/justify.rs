//! `a11y-justify`: see [`RULE`].

use crate::check::subject::Used;
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
    let place = |used: &Used<'_, '_>| subject.place_of_style(used.declaration, used.element);
    justified.map(|used| Finding::new("justified text").at(place(&used))).into_iter().collect()
}
