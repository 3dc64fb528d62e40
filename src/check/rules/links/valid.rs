//! `link-valid`: see [`RULE`].

use url::Url;

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "link-valid",
    level: CheckLevel::Error,
    what: "Every link is a whole address: no relative paths, spaces, passwords, or more than 2,000 characters.",
    why: "In a letter there is no page a relative link could be seen from.",
    example: "<a href=\"/about\">",
    source: "WHATWG URL",
    check: Check::Issue(check),
};

/// What every client and proxy still follows.
const LONGEST: usize = 2000;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for anchor in subject.anchors().filter(|anchor| !anchor.href.starts_with('#')) {
        let href = anchor.href;
        let wrong = match Url::parse(href) {
            _ if href.trim().is_empty() => "an empty link".to_owned(),
            _ if href.chars().any(|letter| letter.is_whitespace() || letter.is_control()) => {
                "white space in a link".to_owned()
            }
            _ if href.len() > LONGEST => format!("a link of {} characters", href.len()),
            Err(_) => "a link that is no whole address".to_owned(),
            Ok(url) if !url.username().is_empty() || url.password().is_some() => {
                // Without the link, which may have a password in it.
                found.push(Finding::new("a user name in a link").at(subject.place_of_link(href)));
                continue;
            }
            Ok(_) => continue,
        };
        found.push(Finding::new(format!("{wrong}: {}", quoted(href))).at(subject.place_of_link(href)));
    }
    found
}
