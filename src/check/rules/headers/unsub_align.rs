//! `hdr-unsub-align`: see [`RULE`].

use url::Url;

use crate::check::domain::same_organisation;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-unsub-align",
    level: CheckLevel::Warn,
    what: "The way out is on the sender's domain.",
    why: "A link to somewhere else is what phishing looks like, to filters and to readers.",
    example: "from ada@example.org, out at https://tracker.example.net/u/1",
    source: "Gmail's sender guidelines: links visible and easy to understand",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let publication = subject.publication();
    let Some((before, _)) = &publication.unsubscribe.url else { return Vec::new() };
    let host = Url::parse(before).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let site = Url::parse(&publication.site).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let domain = publication.from.address.domain();
    if same_organisation(&host, domain) || same_organisation(&host, &site) {
        return Vec::new();
    }
    let wrong = format!("the way out is at `{host}`, the sender at `{domain}`");
    vec![Finding::new(wrong).at(subject.place_in_settings(before.as_str()))]
}
