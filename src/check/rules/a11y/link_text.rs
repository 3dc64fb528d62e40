//! `a11y-link-text`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "a11y-link-text",
    level: CheckLevel::Error,
    what: "Every link has words, or a picture with an alternative text.",
    why: "A link without a name is read out as its URL, letter by letter.",
    example: "[](https://example.org/)",
    source: "WCAG 2.2, 2.4.4",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let nameless = subject.anchors().filter(|anchor| subject.document.accessible_name(anchor.element).is_empty());
    let findings = nameless.map(|anchor| {
        Finding::new(format!("a link without words: {}", quoted(anchor.href))).at(subject.place_of_link(anchor.href))
    });
    findings.collect()
}
