//! `a11y-title`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "a11y-title",
    level: CheckLevel::Error,
    what: "The HTML has a title.",
    why: "Screen readers read it first; browsers show it on the tab of the opened letter.",
    example: "<title></title>",
    source: "Email Markup Consortium; WCAG 2.2, 2.4.2",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let document = &subject.document;
    let said = document.named(&["title"]).any(|(index, _)| !document.words(index).is_empty());
    if said { Vec::new() } else { vec![Finding::new("the HTML has no `<title>`")] }
}
