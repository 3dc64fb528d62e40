//! `link-tracking-params`: see [`RULE`].

use std::collections::BTreeSet;
use url::Url;

use crate::check::known_links::is_tracking;
use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "link-tracking-params",
    level: CheckLevel::Warn,
    what: "No link carries parameters that track who clicks.",
    why: "They tell the site where your readers come from, without asking them.",
    example: "url = \"https://example.org/?utm_source=feed\"",
    source: "the tracking parameters browsers remove",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for anchor in subject.anchors() {
        let Ok(url) = Url::parse(anchor.href) else { continue };
        let Some((name, _)) = url.query_pairs().find(|(name, _)| is_tracking(name)) else { continue };
        if seen.insert(anchor.href) {
            let mut clean = url.clone();
            let kept: Vec<_> = url.query_pairs().filter(|(name, _)| !is_tracking(name)).collect();
            clean.set_query(None);
            if !kept.is_empty() {
                clean.query_pairs_mut().extend_pairs(kept);
            }
            let wrong = format!("`{name}` in a link tracks who clicks");
            let help = format!("did you mean {}?", quoted(clean.as_str()));
            found.push(Finding::new(wrong).at(subject.place_of_link(anchor.href)).help(help));
        }
    }
    found
}
