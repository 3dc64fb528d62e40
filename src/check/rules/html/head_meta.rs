//! `html-head-meta`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "html-head-meta",
    level: CheckLevel::Warn,
    what: "The head says how wide the letter is and that it knows light and dark.",
    why: "Phones show it tiny without the one; Apple Mail inverts it without the other.",
    example: "no <meta name=\"viewport\">",
    source: "caniemail: html-meta-color-scheme",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let has = |name: &str| subject.document.named(&["meta"]).any(|(_, meta)| meta.attribute("name") == Some(name));
    let missing = ["viewport", "color-scheme"].into_iter().filter(|name| !has(name));
    missing.map(|name| Finding::new(format!("the head has no `<meta name=\"{name}\">`"))).collect()
}
