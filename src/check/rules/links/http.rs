//! `link-http`: see [`RULE`].

use std::collections::BTreeSet;

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "link-http",
    level: CheckLevel::Warn,
    what: "Links are https.",
    why: "Browsers warn before they open http, and anybody on the way can change what comes back.",
    example: "url = \"http://example.org/\"",
    source: "browsers' HTTPS-first modes",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let plain = subject.anchors().filter(|anchor| anchor.href.starts_with("http://") && seen.insert(anchor.href));
    let findings = plain.map(|anchor| {
        Finding::new(format!("a link without TLS: {}", quoted(anchor.href)))
            .at(subject.place_of_link(anchor.href))
            .help("write `https`, if the server speaks it")
    });
    findings.collect()
}
