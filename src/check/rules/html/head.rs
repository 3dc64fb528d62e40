//! `html-head`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "html-head",
    level: CheckLevel::Error,
    what: "The head says that the letter is UTF-8.",
    why: "Letters saved or forwarded lose their headers; then the head is all that is left to tell.",
    example: "no <meta charset=\"utf-8\">",
    source: "WHATWG HTML, 4.2.5.4",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let said = subject
        .document
        .named(&["meta"])
        .any(|(_, meta)| meta.attribute("charset").is_some_and(|charset| charset.eq_ignore_ascii_case("utf-8")));
    if said { Vec::new() } else { vec![Finding::new("the head has no `<meta charset=\"utf-8\">`")] }
}
