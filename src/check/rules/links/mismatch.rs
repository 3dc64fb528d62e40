//! `link-mismatch`: see [`RULE`].

use url::Url;

use crate::check::domain::same_organisation;
use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "link-mismatch",
    level: CheckLevel::Error,
    what: "A link whose words look like an address goes to that address.",
    why: "Words that name one site over a link to another are what phishing is; clients warn, filters refuse.",
    example: "[openai.com](https://example.net/)",
    source: "Gmail's sender guidelines: links visible and easy to understand; SpamAssassin HTTPS_HTTP_MISMATCH",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for anchor in subject.anchors() {
        let words = subject.document.words(anchor.element);
        let (Some(named), Ok(url)) = (host_named(&words), Url::parse(anchor.href)) else { continue };
        let host = url.host_str().unwrap_or_default();
        if !host.is_empty() && !same_organisation(&named, host) {
            let wrong = format!("a link says {} and leads to `{host}`", quoted(&words));
            found.push(
                Finding::new(wrong).at(subject.place_of_link(anchor.href)).help("let its words say what is there"),
            );
        }
    }
    found
}

/// The host that `words` name, when they are nothing but an address.
fn host_named(words: &str) -> Option<String> {
    let bare = words.trim().trim_end_matches(['.', '/']);
    let rest = bare.split_once("://").map_or(bare, |(_, rest)| rest);
    let has_scheme = rest.len() < bare.len();
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let is_host = host
        .split('.')
        .all(|label| !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-'));
    let ending = host.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    // `Node.js` and `main.rs` are names of things, not of sites.
    let is_site = has_scheme || host.starts_with("www.") || ENDINGS.contains(&ending.as_str());
    (is_host && is_site && host.contains('.')).then(|| host.to_owned())
}

/// Ends of names that, as words, can only be meant as sites.
const ENDINGS: [&str; 14] =
    ["com", "org", "net", "edu", "gov", "dev", "app", "info", "blog", "uk", "de", "fr", "eu", "cloud"];
