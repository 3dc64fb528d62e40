//! `a11y-dir`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "a11y-dir",
    level: CheckLevel::Warn,
    what: "The direction of the text stands on the element around the letter.",
    why: "Mail services take the one on `html` away; then a right-to-left letter is set from the left.",
    example: "<div lang=\"ar\"> without dir=\"rtl\"",
    source: "Email Markup Consortium, accessibility report",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let document = &subject.document;
    let body = document.named(&["body"]).next().map(|(index, _)| index);
    let wrapper = document.elements.iter().find(|element| element.parent.is_some() && element.parent == body);
    let said =
        wrapper.and_then(|wrapper| wrapper.attribute("dir")).is_some_and(|dir| ["ltr", "rtl", "auto"].contains(&dir));
    if said { Vec::new() } else { vec![Finding::new("the element around the letter has no `dir`")] }
}
