//! `content-empty-item`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "content-empty-item",
    level: CheckLevel::Warn,
    what: "Every link comes with a few words.",
    why: "A list of titles is a feed; what readers subscribe to is the curator.",
    example: "a link without `description`",
    source: "what newsletters are",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let bare = subject.items().filter(|(link, _)| link.blurb.is_empty());
    let findings = bare.map(|(link, places)| {
        Finding::new(format!("nothing is said about {}", quoted(&link.title)))
            .at(subject.in_issue(&places.title))
            .help("add a `description`: who is it for, what is in it?")
    });
    findings.collect()
}
