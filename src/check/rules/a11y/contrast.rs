//! `a11y-contrast`: see [`RULE`].

use crate::check::contrast;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "a11y-contrast",
    level: CheckLevel::Error,
    what: "Text stands out from its ground: a contrast of 4.5 to 1, of 3 to 1 for large text.",
    why: "Less cannot be read in the sun, on a bad screen or with tired eyes.",
    example: "color: #999999 on white",
    source: "WCAG 2.2, 1.4.3",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    contrast::faint(subject, subject.light(), |paint| *paint)
        .into_iter()
        .map(|faint| faint.finding(subject, "text of too little contrast"))
        .collect()
}
