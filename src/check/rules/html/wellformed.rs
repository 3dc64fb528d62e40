//! `html-wellformed`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "html-wellformed",
    level: CheckLevel::Error,
    what: "Tags pair up, and tables hold text only in their cells.",
    why: "Every client mends broken HTML in its own way; SpamAssassin scores it.",
    example: "<p><b>bold</p>",
    source: "WHATWG HTML, foster parenting; SpamAssassin HTML_TAG_BALANCE_*",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    subject.document.faults.iter().map(|fault| Finding::new(format!("in the HTML {fault}"))).collect()
}
