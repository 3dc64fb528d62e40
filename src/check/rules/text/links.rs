//! `text-links`: see [`RULE`].

use std::collections::HashSet;

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "text-links",
    level: CheckLevel::Error,
    what: "Every link of the issue stands in the text part, whole.",
    why: "A URL that is cut at the end of a line leads nowhere.",
    example: "a URL broken over two lines",
    source: "RFC 3986, appendix C",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let tokens: HashSet<&str> = subject.text().split_whitespace().collect();
    let has = |url: &str| tokens.contains(url) || tokens.iter().any(|token| token.contains(url));
    let missing = subject.items().filter(|(link, _)| !has(&link.url));
    let findings = missing.map(|(link, places)| {
        Finding::new(format!("{} is not in the text part, or not whole", quoted(&link.url)))
            .at(subject.in_issue(&places.url))
    });
    findings.collect()
}
