//! `link-port`: see [`RULE`].

use url::Url;

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "link-port",
    level: CheckLevel::Warn,
    what: "Links go to the usual ports.",
    why: "Company networks block the others, and filters take them for malware.",
    example: "url = \"https://example.org:8443/\"",
    source: "SpamAssassin WEIRD_PORT",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let odd = subject.anchors().filter_map(|anchor| {
        let port = Url::parse(anchor.href).ok()?.port()?;
        let finding = Finding::new(format!("a link to port {port}: {}", quoted(anchor.href)));
        Some(finding.at(subject.place_of_link(anchor.href)))
    });
    odd.collect()
}
