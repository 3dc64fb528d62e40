//! Rules about the texts of links.

use url::Url;

use super::links::is_shortener;
use crate::check::domain::same_organization;
use crate::check::issue_context::IssueContext;
use crate::check::rule::{Check, Finding, Rule};
use crate::check::vague_link_texts::is_vague;
use crate::diagnostic::{Severity, quote};

pub(super) const RULES: [Rule; 3] = [LINK_MISMATCH, LINK_TEXT, LINK_TEXT_VAGUE];

const LINK_MISMATCH: Rule = Rule {
    name: "link-mismatch",
    level: Severity::Error,
    what: "A link whose text is an address goes to that address. If the text is only the name of a site, a mismatch is a warning, \
           unless the name is part of the address: many projects are named after a domain.",
    why: "A text that names one site over a link to another is what phishing does: clients warn, filters reject.",
    example: "[https://openai.com/](https://example.net/)",
    source: "Gmail's sender guidelines: links visible and easy to understand; SpamAssassin HTTPS_HTTP_MISMATCH",
    check: Check::Issue(link_mismatch),
};

fn link_mismatch(context: &IssueContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for anchor in context.anchors() {
        let words = context.document.text_content(anchor.element);
        let (Some(named), Ok(url)) = (NamedHost::of(&words), Url::parse(anchor.href)) else { continue };
        let host = url.host_str().unwrap_or_default();
        // A shortened link hides where it leads, whatever it says, and has a rule of its own.
        if host.is_empty() || same_organization(named.host, host) || is_shortener(host) {
            continue;
        }
        let level = if named.is_address {
            Severity::Error
        } else if url.as_str().to_ascii_lowercase().contains(&named.host.to_ascii_lowercase()) {
            continue;
        } else {
            Severity::Warning
        };
        let wrong = format!("a link says {} and leads to `{host}`", quote(&words));
        let place = context.place_of_link(anchor.href);
        found.push(Finding::new(wrong).at(place).level(level).help("let the text say what is there"));
    }
    found
}

/// The host that a text names.
struct NamedHost<'t> {
    host: &'t str,
    /// Whether the text is an address beyond doubt: with a scheme or `www.`.
    is_address: bool,
}

impl<'t> NamedHost<'t> {
    /// Returns the host that `words` name, if they are nothing but an address.
    fn of(words: &'t str) -> Option<Self> {
        let bare = words.trim().trim_end_matches(['.', '/']);
        if bare.contains(char::is_whitespace) {
            return None;
        }
        let rest = bare.split_once("://").map_or(bare, |(_, rest)| rest);
        let is_address = rest.len() < bare.len() || rest.starts_with("www.");
        let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
        let is_host = host
            .split('.')
            .all(|label| !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-'));
        let ending = host.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
        // `Node.js` and `main.rs` are names of things, `golang.org/x/crypto` of a package, and words may follow.
        let is_site = host.len() == bare.len() && SITE_ENDINGS.contains(&ending.as_str());
        (is_host && (is_address || is_site) && host.contains('.')).then_some(Self { host, is_address })
    }
}

/// Top-level domains that, in running text, can only belong to sites.
const SITE_ENDINGS: [&str; 13] =
    ["com", "org", "edu", "gov", "dev", "app", "info", "blog", "uk", "de", "fr", "eu", "cloud"];

const LINK_TEXT: Rule = Rule {
    name: "link-text",
    level: Severity::Error,
    what: "Every link has a text.",
    why: "Screen readers spell out the URL of a link without one, letter by letter.",
    example: "[ ](https://example.org/)",
    source: "WCAG 2.2, 2.4.4",
    check: Check::Issue(link_text),
};

fn link_text(context: &IssueContext<'_>) -> Vec<Finding> {
    let nameless = context.anchors().filter(|anchor| context.document.accessible_name(anchor.element).is_empty());
    let findings = nameless.map(|anchor| {
        Finding::new(format!("a link without text: {}", quote(anchor.href))).at(context.place_of_link(anchor.href))
    });
    findings.collect()
}

const LINK_TEXT_VAGUE: Rule = Rule {
    name: "link-text-vague",
    level: Severity::Warning,
    what: "The text of a link is more than \"here\", \"more\" or \"link\", in English or in the language of the newsletter.",
    why: "Many readers jump from link to link; \"here\", \"here\" and \"read more\" tell them nothing.",
    example: "Read it [here](https://example.org/).",
    source: "WCAG 2.2, 2.4.4",
    check: Check::Issue(link_text_vague),
};

fn link_text_vague(context: &IssueContext<'_>) -> Vec<Finding> {
    let language = &context.publication().language;
    let named = context.anchors().map(|anchor| (context.document.accessible_name(anchor.element), anchor.href));
    let vague = named.filter(|(name, href)| is_vague(name, language) && !context.is_standing(href));
    let findings = vague.map(|(name, href)| {
        Finding::new(format!("the link text {} does not say where it leads", quote(&name)))
            .at(context.place_of_link(href))
            .help("say what is there")
    });
    findings.collect()
}
