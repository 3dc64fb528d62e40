//! `html-semantic-only`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "html-semantic-only",
    level: CheckLevel::Warn,
    what: "Nothing is laid out with `main`, `nav`, `section`, `article`, `aside`, `header` or `footer`.",
    why: "Gmail, Outlook and Yahoo take them away or turn them into something else, and their style with them.",
    example: "<section style=\"padding:24px\">",
    source: "caniemail: html-semantics",
    check: Check::Issue(check),
};

const ELEMENTS: [&str; 7] = ["main", "nav", "section", "article", "aside", "header", "footer"];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let styled = subject.document.named(&ELEMENTS).filter(|(_, element)| !element.style.is_empty());
    styled
        .map(|(_, element)| Finding::new(format!("`<{}>` has a style that many clients drop", element.name)))
        .collect()
}
