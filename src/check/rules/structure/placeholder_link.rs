//! `placeholder-link`: see [`RULE`].

use url::Url;

use crate::check::domain;
use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "placeholder-link",
    level: CheckLevel::Error,
    what: "No link leads to a domain that exists only in documentation.",
    why: "`example.com` is where the template's link went, not the one you meant.",
    example: "url = \"https://example.com/\"",
    source: "RFC 2606; RFC 6761",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let is_example = |url: &str| Url::parse(url).is_ok_and(|url| url.host_str().is_some_and(domain::is_example));
    // A newsletter that lives there itself is a sample or a test.
    if is_example(&subject.publication().site) {
        return Vec::new();
    }
    let links = subject.items().filter(|(link, _)| is_example(&link.url));
    let findings = links.map(|(link, places)| {
        Finding::new(format!("{} is an address for examples", quoted(&link.url)))
            .at(subject.in_issue(&places.url))
            .help("put in the link you mean")
    });
    findings.collect()
}
