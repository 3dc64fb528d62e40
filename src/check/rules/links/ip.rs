//! `link-ip`: see [`RULE`].

use url::{Host, Url};

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "link-ip",
    level: CheckLevel::Error,
    what: "Links go to names, not to IP addresses or this machine.",
    why: "Nobody but a phisher links to a number; Microsoft and SpamAssassin treat it so. `localhost` is the reader's own machine.",
    example: "url = \"http://127.0.0.1:8000/draft\"",
    source: "SpamAssassin NORMAL_HTTP_TO_IP; Outlook.com's sender requirements",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let wrong = subject.anchors().filter_map(|anchor| {
        let what = match Url::parse(anchor.href).ok()?.host()? {
            Host::Domain(name)
                if name == "localhost"
                    || [".localhost", ".local", ".internal", ".lan"].iter().any(|end| name.ends_with(end)) =>
            {
                "a link to a name no reader can reach"
            }
            Host::Domain(_) => return None,
            Host::Ipv4(_) | Host::Ipv6(_) => "a link to an IP address",
        };
        Some(Finding::new(format!("{what}: {}", quoted(anchor.href))).at(subject.place_of_link(anchor.href)))
    });
    wrong.collect()
}
