//! Rules about the addresses of links. No page is requested.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use url::{Host, Url};

use crate::check::allowed::allows;
use crate::check::domain::is_example;
use crate::check::earlier_links::EarlierUse;
use crate::check::habits::Habit;
use crate::check::issue_context::IssueContext;
use crate::check::issue_links::{Mention, links_twice};
use crate::check::levels::severity;
use crate::check::outgoing_links::outgoing_links;
use crate::check::rule::{Check, Finding, Rule};
use crate::diagnostic::{Severity, quote};
use crate::model::{Link, Section};
use crate::page::address::tracking::tracking_parameter;
use crate::page::address::{normalize, without_tracking};

pub(super) const RULES: [Rule; 7] =
    [LINK_HTTP, LINK_LENGTH, LINK_PORT, LINK_IP, LINK_SHORTENER, LINK_DUPLICATE, LINK_TRACKING_PARAMETERS];

const LINK_HTTP: Rule = Rule {
    name: "link-http",
    level: Severity::Warning,
    what: "Links use https. Where two of the last ten issues have http links, these count as a habit, and only `--online` \
           reports those whose pages are also available over https. Links of URL shorteners are left to \
           `link-shortener`.",
    why: "Browsers warn before they open http, and anyone on the way can change the page.",
    example: "url = \"http://example.org/\"",
    source: "the HTTPS-first modes of browsers",
    check: Check::Issue(link_http),
};

fn link_http(context: &IssueContext<'_>) -> Vec<Finding> {
    let is_habit = context.earlier_links().is_habit(context.issue().number, Habit::PlainLink);
    let own = outgoing_links(context.issue());
    let is_usual = |href: &str| is_habit && own.iter().any(|link| link.written == href);
    // The page behind it is what is to be linked.
    let reports_shorteners = severity(&LINK_SHORTENER, context.settings()).is_some();
    let is_short = |href: &str| Url::parse(href).is_ok_and(|url| url.host_str().is_some_and(is_shortener));
    let mut seen = BTreeSet::new();
    let plain = context.anchors().filter(|anchor| {
        anchor.href.starts_with("http://")
            && !is_usual(anchor.href)
            && !(reports_shorteners && is_short(anchor.href))
            && seen.insert(anchor.href)
    });
    let findings = plain.map(|anchor| {
        Finding::new(format!("a link without TLS: {}", quote(anchor.href)))
            .at(context.place_of_link(anchor.href))
            .help("write `https`, if the server supports it")
    });
    findings.collect()
}

const LINK_LENGTH: Rule = Rule {
    name: "link-length",
    level: Severity::Error,
    what: "No link is longer than 2,000 characters.",
    why: "Some clients and proxies do not follow longer ones.",
    example: "a `mailto:` link with a `body` of 3,000 characters",
    source: "what clients and proxies follow",
    check: Check::Issue(link_length),
};

/// The longest link that every client and proxy still follows.
const LONGEST: usize = 2000;

fn link_length(context: &IssueContext<'_>) -> Vec<Finding> {
    let long = context.anchors().filter(|anchor| anchor.href.len() > LONGEST);
    let findings = long.map(|anchor| {
        let wrong = format!("a link of {} characters: {}", anchor.href.len(), quote(anchor.href));
        Finding::new(wrong).at(context.place_of_link(anchor.href)).help(format!("{LONGEST} characters are the limit"))
    });
    findings.collect()
}

const LINK_PORT: Rule = Rule {
    name: "link-port",
    level: Severity::Warning,
    what: "Links use the standard ports.",
    why: "Company networks block other ports, and filters associate them with malware.",
    example: "url = \"https://example.org:8443/\"",
    source: "SpamAssassin WEIRD_PORT",
    check: Check::Issue(link_port),
};

fn link_port(context: &IssueContext<'_>) -> Vec<Finding> {
    let odd = context.anchors().filter_map(|anchor| {
        let port = Url::parse(anchor.href).ok()?.port()?;
        let finding = Finding::new(format!("a link to port {port}: {}", quote(anchor.href)));
        Some(finding.at(context.place_of_link(anchor.href)))
    });
    odd.collect()
}

const LINK_IP: Rule = Rule {
    name: "link-ip",
    level: Severity::Error,
    what: "Links go to names, not to IP addresses or to this machine. A public address is a warning.",
    why: "Links to IP addresses are typical of phishing, and Microsoft and SpamAssassin treat them so. `localhost` is \
          the reader's own machine.",
    example: "url = \"http://127.0.0.1:8000/draft\"",
    source: "SpamAssassin NORMAL_HTTP_TO_IP; Outlook.com's sender requirements",
    check: Check::Issue(link_ip),
};

fn link_ip(context: &IssueContext<'_>) -> Vec<Finding> {
    let wrong = context.anchors().filter_map(|anchor| {
        let (what, level) = match Url::parse(anchor.href).ok()?.host()? {
            Host::Domain(name)
                if name == "localhost"
                    || [".localhost", ".local", ".internal", ".lan"].iter().any(|end| name.ends_with(end)) =>
            {
                ("a link to a name that readers cannot reach", Severity::Error)
            }
            Host::Domain(_) => return None,
            Host::Ipv4(address) if is_public(address) => ("a link to an IP address", Severity::Warning),
            Host::Ipv6(address) if !address.is_loopback() && !address.is_unique_local() => {
                ("a link to an IP address", Severity::Warning)
            }
            Host::Ipv4(_) | Host::Ipv6(_) => ("a link to an IP address that readers cannot reach", Severity::Error),
        };
        let finding = Finding::new(format!("{what}: {}", quote(anchor.href))).at(context.place_of_link(anchor.href));
        Some(finding.level(level).help("write the name of the server, or leave the link out"))
    });
    wrong.collect()
}

/// Returns whether readers elsewhere may reach `address`.
fn is_public(address: std::net::Ipv4Addr) -> bool {
    !address.is_loopback() && !address.is_private() && !address.is_link_local() && !address.is_unspecified()
}

const LINK_SHORTENER: Rule = Rule {
    name: "link-shortener",
    level: Severity::Warning,
    what: "No link goes through a URL shortener.",
    why: "It hides where it leads, dies with its service, and shares a reputation with all the spam that uses it.",
    example: "url = \"https://bit.ly/3xyz\"",
    source: "SpamAssassin 25_url_shortener",
    check: Check::Issue(link_shortener),
};

/// URL shorteners, and the redirectors of social networks.
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

/// Returns whether `host` is a URL shortener's.
pub(super) fn is_shortener(host: &str) -> bool {
    SHORTENERS.contains(&host.strip_prefix("www.").unwrap_or(host))
}

fn link_shortener(context: &IssueContext<'_>) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let short = context.anchors().filter_map(|anchor| {
        let url = Url::parse(anchor.href).ok()?;
        let is_reported = context.is_standing(anchor.href) || !seen.insert(anchor.href);
        (is_shortener(url.host_str()?) && !is_reported).then_some(anchor.href)
    });
    let findings = short.map(|href| {
        Finding::new(format!("a link through a URL shortener: {}", quote(href)))
            .at(context.place_of_link(href))
            .help("open it, and link to the page it leads to")
    });
    findings.collect()
}

const LINK_DUPLICATE: Rule = Rule {
    name: "link-duplicate",
    level: Severity::Warning,
    what: "No link is in the issue twice or was in an issue of the last year. All spellings of the address of a page are that \
           page: with `www.` or without, `youtu.be`, versions of a paper at arXiv, a DOI at its publisher. Links that return are exempt: sponsored ones, those of two \
           earlier issues, front pages of sites, and sections that repeat links in two of the last ten issues. A section \
           of links that are all elsewhere in the issue is a summary, and another version in the title or another entry \
           of a change log is news.",
    why: "Readers notice, and it looks careless.",
    example: "the same `url` as in issue 41",
    source: "common sense",
    check: Check::Issue(link_duplicate),
};

/// Findings of a section that are reported as one.
const MANY: usize = 3;

/// The fewest links of a summary.
const SUMMARY: usize = 2;

fn link_duplicate(context: &IssueContext<'_>) -> Vec<Finding> {
    let issue = context.issue();
    let twice = links_twice(issue);
    let is_twice = |link: &Link| link.url.as_deref().is_some_and(|url| twice.contains(&normalize(url)));
    let mut found = Vec::new();
    let mut here: HashMap<String, (Mention, bool)> = HashMap::new();
    let mut links = context.links();
    for section in &issue.sections {
        let is_summary = section.links().count() >= SUMMARY && section.links().all(is_twice);
        let may_repeat = is_summary || context.earlier_links().is_habit_of(section, issue.number, Habit::LinkTwice);
        let mut of_section = Vec::new();
        for (link, places) in links.by_ref().take(section.links().count()) {
            let Some(url) = &link.url else { continue };
            let place = context.place_in_issue(&places.url);
            // Left out here already, because several findings become one.
            let is_allowed = allows(&places.allow, LINK_DUPLICATE.name);
            let mention = Mention::of(link);
            match here.entry(normalize(url)) {
                Entry::Occupied(first) => {
                    let (first, was_summary) = first.get();
                    if !was_summary && !may_repeat && !is_allowed && !first.is_other(&mention) {
                        let title = quote(first.title());
                        let wrong = format!("{} is in this issue twice, first as {title}", quote(url));
                        of_section.push(Finding::new(wrong).at(place));
                    }
                    continue;
                }
                Entry::Vacant(empty) => drop(empty.insert((mention, may_repeat))),
            }
            if !link.sponsored
                && !is_allowed
                && let Some(earlier) = forgotten_use(context, section, link)
            {
                let wrong = format!("{} was already in issue {}", quote(url), earlier.issue);
                let help = format!("see {}:{}", earlier.file.display(), earlier.line);
                of_section.push(Finding::new(wrong).at(place).help(help));
            }
        }
        let more = of_section.len() - 1.min(of_section.len());
        if more + 1 >= MANY {
            of_section.truncate(1);
            found.extend(of_section.pop().map(|first| first.and(&format!("so are {more} more links of this section"))));
        }
        found.extend(of_section);
    }
    found
}

/// Returns the last use of the URL of `link` in an earlier issue, unless it is meant to be there again.
fn forgotten_use<'c>(context: &IssueContext<'c>, section: &Section, link: &Link) -> Option<&'c EarlierUse> {
    let (number, earlier_links) = (context.issue().number, context.earlier_links());
    let url = link.url.as_deref()?;
    let page = Url::parse(url).ok()?;
    let is_front_page = page.path() == "/" && page.query().is_none() && page.fragment().is_none();
    // A link left over from the template is reported by `placeholder-link`.
    let is_from_template = page.host_str().is_some_and(is_example);
    let is_meant = is_front_page
        || is_from_template
        || earlier_links.is_standing(number, url)
        || earlier_links.is_habit_of(section, number, Habit::EarlierLink);
    earlier_links.before(number, link).filter(|_| !is_meant)
}

const LINK_TRACKING_PARAMETERS: Rule = Rule {
    name: "link-tracking-parameters",
    level: Severity::Warning,
    what: "No link carries parameters that track clicks.",
    why: "They tell the site where your readers come from, without asking them.",
    example: "url = \"https://example.org/?utm_source=feed\"",
    source: "the tracking parameters that browsers remove",
    check: Check::Issue(link_tracking_parameters),
};

fn link_tracking_parameters(context: &IssueContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for anchor in context.anchors() {
        let Ok(url) = Url::parse(anchor.href) else { continue };
        let (Some(name), Some(clean)) = (tracking_parameter(&url), without_tracking(&url)) else { continue };
        if !context.is_standing(anchor.href) && seen.insert(anchor.href) {
            let help = format!("did you mean {}?", quote(clean.as_str()));
            let finding = Finding::new(format!("`{name}` in a link tracks clicks"));
            found.push(finding.at(context.place_of_link(anchor.href)).help(help));
        }
    }
    found
}
