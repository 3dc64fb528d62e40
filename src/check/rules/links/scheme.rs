//! `link-scheme`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "link-scheme",
    level: CheckLevel::Error,
    what: "Every link is https, http or mailto.",
    why: "Clients remove other links; `javascript:` and `data:` make filters take the letter for an attack.",
    example: "<a href=\"javascript:alert(1)\">",
    source: "caniemail: html-mailto-links; what mail clients allow",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let wrong = subject.anchors().filter(|anchor| {
        let scheme = anchor.href.split(':').next().unwrap_or_default().to_ascii_lowercase();
        anchor.href.contains(':') && !["https", "http", "mailto"].contains(&scheme.as_str())
    });
    let findings = wrong.map(|anchor| {
        Finding::new(format!("a link no client follows: {}", quoted(anchor.href)))
            .at(subject.place_of_link(anchor.href))
    });
    findings.collect()
}
