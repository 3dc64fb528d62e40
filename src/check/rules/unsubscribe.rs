//! Rules about how readers unsubscribe.

use url::Url;

use crate::check::domain::same_organization;
use crate::check::issue_context::{Anchor, IssueContext};
use crate::check::rule::{Check, Finding, Rule};
use crate::check::text_length::{LARGEST, largest_section};
use crate::diagnostic::{Severity, quote};

pub(super) const RULES: [Rule; 6] = [
    UNSUBSCRIBE_ONE_CLICK,
    UNSUBSCRIBE_MAILTO,
    UNSUBSCRIBE_PLACEHOLDER,
    UNSUBSCRIBE_DOMAIN,
    UNSUBSCRIBE_LINK,
    UNSUBSCRIBE_POSITION,
];

const UNSUBSCRIBE_ONE_CLICK: Rule = Rule {
    name: "unsubscribe-one-click",
    level: Severity::Warning,
    what: "`List-Unsubscribe` has an https URL, for one-click unsubscribing.",
    why: "Gmail and Yahoo require it from senders of more than a few thousand messages a day; a `mailto:` or a link in \
          the letter does not count.",
    example: "[unsubscribe] with `mailto` and no `url`",
    source: "RFC 8058; Gmail's and Yahoo's sender requirements",
    check: Check::Issue(unsubscribe_one_click),
};

fn unsubscribe_one_click(context: &IssueContext<'_>) -> Vec<Finding> {
    if context.publication().unsubscribe.url.is_some() {
        return Vec::new();
    }
    let help = "set `url` under `[unsubscribe]` to an https page that unsubscribes on a POST";
    let finding = Finding::new("readers cannot unsubscribe with one click, only by mail");
    vec![finding.at(context.place_in_settings("[unsubscribe]")).help(help)]
}

const UNSUBSCRIBE_MAILTO: Rule = Rule {
    name: "unsubscribe-mailto",
    level: Severity::Warning,
    what: "`List-Unsubscribe` has a mail address as well.",
    why: "Mail clients that do not support the one-click POST use it, Apple Mail among them.",
    example: "[unsubscribe] with `url` and no `mailto`",
    source: "RFC 2369, 2; Yahoo's sender requirements",
    check: Check::Issue(unsubscribe_mailto),
};

fn unsubscribe_mailto(context: &IssueContext<'_>) -> Vec<Finding> {
    if context.publication().unsubscribe.mailto.is_some() {
        return Vec::new();
    }
    let finding = Finding::new("readers cannot unsubscribe by mail");
    vec![finding.at(context.place_in_settings("[unsubscribe]")).help("set `mailto` under `[unsubscribe]` too")]
}

const UNSUBSCRIBE_PLACEHOLDER: Rule = Rule {
    name: "unsubscribe-placeholder",
    level: Severity::Error,
    what: "The unsubscribe URL has no placeholder but `{token}`.",
    why: "Nothing replaces any other placeholder: the link leads to the same wrong page for every reader.",
    example: "url = \"https://example.org/{list}/{token}\"",
    source: "RFC 8058, 3.1",
    check: Check::Issue(unsubscribe_placeholder),
};

fn unsubscribe_placeholder(context: &IssueContext<'_>) -> Vec<Finding> {
    let Some((before, after)) = &context.publication().unsubscribe.url else { return Vec::new() };
    let has_placeholder =
        [before, after].iter().any(|piece| piece.contains(['{', '}']) || piece.to_lowercase().contains("%7b"));
    if !has_placeholder {
        return Vec::new();
    }
    let url = format!("{before}{{token}}{after}");
    let wrong = format!("the unsubscribe URL contains a placeholder that nothing replaces: {}", quote(&url));
    vec![Finding::new(wrong).at(context.place_in_settings("[unsubscribe]")).help("keep only `{token}`")]
}

const UNSUBSCRIBE_DOMAIN: Rule = Rule {
    name: "unsubscribe-domain",
    level: Severity::Warning,
    what: "The unsubscribe page is on the sender's domain.",
    why: "To filters and readers, a link to another domain looks like phishing.",
    example: "from ada@example.org, unsubscribe page at https://tracker.example.net/u/1",
    source: "Gmail's sender guidelines: links visible and easy to understand",
    check: Check::Issue(unsubscribe_domain),
};

fn unsubscribe_domain(context: &IssueContext<'_>) -> Vec<Finding> {
    let publication = context.publication();
    let Some((before, _)) = &publication.unsubscribe.url else { return Vec::new() };
    let host = |url: &str| Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let (page, site) = (host(before), host(&publication.site));
    let domain = publication.from.address.domain();
    if same_organization(&page, domain) || same_organization(&page, &site) {
        return Vec::new();
    }
    let wrong = format!("the unsubscribe page is at `{page}`, but the sender is at `{domain}`");
    vec![Finding::new(wrong).at(context.place_in_settings(before.as_str()))]
}

const UNSUBSCRIBE_LINK: Rule = Rule {
    name: "unsubscribe-link",
    level: Severity::Error,
    what: "The link to unsubscribe can be seen.",
    why: "Every large provider requires it, and readers who cannot find it press the spam button.",
    example: ".footer a { color: #ffffff }",
    source: "Gmail's, Yahoo's and Apple's sender requirements",
    check: Check::Issue(unsubscribe_link),
};

fn unsubscribe_link(context: &IssueContext<'_>) -> Vec<Finding> {
    let is_visible = |anchor: &Anchor<'_>| !context.light_styles()[anchor.element].is_invisible();
    if unsubscribe_anchors(context).any(|anchor| is_visible(&anchor)) {
        return Vec::new();
    }
    vec![Finding::new("the link to unsubscribe cannot be seen").help("check the colours and sizes of `.footer a`")]
}

/// Returns the links in the HTML with which the sample reader unsubscribes: those to the first URL of the header.
fn unsubscribe_anchors<'s>(context: &'s IssueContext<'_>) -> impl Iterator<Item = Anchor<'s>> {
    let header = context.message.value("List-Unsubscribe").unwrap_or_default();
    let url = header.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(url, _)| url.to_owned());
    context.anchors().filter(move |anchor| url.as_deref() == Some(anchor.href))
}

const UNSUBSCRIBE_POSITION: Rule = Rule {
    name: "unsubscribe-position",
    level: Severity::Error,
    what: "The link to unsubscribe is within the first 102,400 bytes of the HTML. Where `size-html` applies, that rule \
           reports it.",
    why: "Gmail cuts a letter there, and the link with it.",
    example: "an issue of 200 links",
    source: "github.com/hteumeuleu/email-bugs, 41",
    check: Check::Issue(unsubscribe_position),
};

/// Returns where in the HTML the first link to unsubscribe begins, in bytes.
pub(super) fn unsubscribe_offset(context: &IssueContext<'_>) -> Option<usize> {
    let link = unsubscribe_anchors(context).next()?;
    Some(context.document.elements[link.element].offset)
}

fn unsubscribe_position(context: &IssueContext<'_>) -> Vec<Finding> {
    let Some(start) = unsubscribe_offset(context).filter(|start| *start > LARGEST) else { return Vec::new() };
    let wrong = format!("the link to unsubscribe starts at byte {start} of the HTML, where Gmail has cut the letter");
    let help = "this is the longest section: split the issue in two, or shorten the descriptions";
    vec![Finding::new(wrong).at(largest_section(context)).help(help)]
}
