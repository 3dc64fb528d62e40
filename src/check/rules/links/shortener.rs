//! `link-shortener`: see [`RULE`].

use std::collections::BTreeSet;
use url::Url;

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "link-shortener",
    level: CheckLevel::Warn,
    what: "No link goes through a shortener.",
    why: "It hides where it leads, dies with its service, and shares a reputation with all the spam on it.",
    example: "url = \"https://bit.ly/3xyz\"",
    source: "SpamAssassin 25_url_shortener",
    check: Check::Issue(check),
};

/// Shorteners, and the redirectors of social networks.
const SHORTENERS: [&str; 28] = [
    "bit.ly",
    "t.co",
    "tinyurl.com",
    "goo.gl",
    "ow.ly",
    "is.gd",
    "v.gd",
    "buff.ly",
    "rebrand.ly",
    "cutt.ly",
    "lnkd.in",
    "fb.me",
    "youtu.be.link",
    "tiny.cc",
    "rb.gy",
    "shorturl.at",
    "s.id",
    "t.ly",
    "bl.ink",
    "dlvr.it",
    "trib.al",
    "amzn.to",
    "adf.ly",
    "soo.gd",
    "snip.ly",
    "short.io",
    "shorte.st",
    "l.facebook.com",
];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let short = subject.anchors().filter_map(|anchor| {
        let url = Url::parse(anchor.href).ok()?;
        let host = url.host_str()?;
        let host = host.strip_prefix("www.").unwrap_or(host);
        (SHORTENERS.contains(&host) && seen.insert(anchor.href)).then_some(anchor.href)
    });
    let findings = short.map(|href| {
        Finding::new(format!("a link through a shortener: {}", quoted(href)))
            .at(subject.place_of_link(href))
            .help("open it and put in where it leads")
    });
    findings.collect()
}
