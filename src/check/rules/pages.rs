//! Rules about the pages that links lead to. They see what web servers returned, and only with `--online`.

use url::Url;

use crate::check::domain::same_organization;
use crate::check::issue_context::IssueContext;
use crate::check::rule::{Check, Finding, Rule};
use crate::diagnostic::{Severity, quote};
use crate::fetch::{FetchOutcome, FetchResult, LinkHealth};

pub(super) const RULES: [Rule; 3] = [LINK_DEAD, LINK_UNREACHABLE, LINK_MOVED];

const LINK_DEAD: Rule = Rule {
    name: "link-dead",
    level: Severity::Error,
    what: "With `--online`: every link leads to a page that exists.",
    why: "Dead links are what readers complain about.",
    example: "a page that returns 404, a host that no longer exists, an address inside a private network",
    source: "RFC 9110, 15.5.5 and 15.5.11; RFC 6890",
    check: Check::Issue(link_dead),
};

fn link_dead(context: &IssueContext<'_>) -> Vec<Finding> {
    let dead = context.fetched_links().into_iter().filter(|(_, answer)| answer.health() == LinkHealth::Dead);
    let findings = dead.map(|(written, answer)| {
        let wrong = match &answer.outcome {
            FetchOutcome::Status(410) => "is gone for good: 410".to_owned(),
            FetchOutcome::Status(status) => format!("does not exist: {status}"),
            FetchOutcome::NoSuchHost => "leads to a host that does not exist".to_owned(),
            FetchOutcome::NotPublic(address, kind) => format!("leads to `{address}`, a {kind} address"),
            _ => "redirects in circles".to_owned(),
        };
        let help = match answer.outcome {
            FetchOutcome::NotPublic(..) => "it was not requested: no reader can reach it".to_owned(),
            _ => format!("find its new address, or link to a copy: `https://web.archive.org/web/{written}`"),
        };
        Finding::new(format!("{} {wrong}{}", quote(written), by_way(answer)))
            .at(context.place_of_link(written))
            .help(help)
    });
    findings.collect()
}

fn by_way(answer: &FetchResult) -> String {
    answer.final_address().map(|to| format!(", by way of {}", quote(to))).unwrap_or_default()
}

const LINK_UNREACHABLE: Rule = Rule {
    name: "link-unreachable",
    level: Severity::Warning,
    what: "With `--online`: the server of every link responds in time, with trusted TLS and without an error of its own.",
    why: "The page may work again when readers follow the link, or it may not.",
    example: "a page that returns 503, an expired certificate, ten seconds of silence",
    source: "RFC 9110, 15.6",
    check: Check::Issue(link_unreachable),
};

fn link_unreachable(context: &IssueContext<'_>) -> Vec<Finding> {
    let unwell = context.fetched_links().into_iter().filter(|(_, answer)| answer.health() == LinkHealth::Failing);
    let findings = unwell.map(|(written, answer)| {
        let wrong = match &answer.outcome {
            FetchOutcome::LookupFailed(reason) => format!("cannot be looked up: {reason}"),
            FetchOutcome::ConnectionFailed(reason) => format!("cannot be reached: {reason}"),
            FetchOutcome::TlsFailed(reason) => format!("is not trusted: {reason}"),
            FetchOutcome::TimedOut => "does not respond in time".to_owned(),
            FetchOutcome::NotHttp(reason) => format!("does not respond like a web server: {reason}"),
            FetchOutcome::UnsafeRedirect(to) => {
                format!("redirects to {}, where browsers do not go or warn first", quote(to))
            }
            FetchOutcome::Status(status) => format!("returns {status}"),
            // These have another standing.
            FetchOutcome::NoSuchHost
            | FetchOutcome::NotPublic(..)
            | FetchOutcome::TooManyRedirects
            | FetchOutcome::NotFetched => String::new(),
        };
        Finding::new(format!("{} {wrong}{}", quote(written), by_way(answer)))
            .at(context.place_of_link(written))
            .help("open it in a browser; `--refresh` requests it again")
    });
    findings.collect()
}

const LINK_MOVED: Rule = Rule {
    name: "link-moved",
    level: Severity::Warning,
    what: "With `--online`: no link has moved permanently, leads on to another site, or works over https but is http.",
    why: "Old addresses stop working, and another site may show something other than what you read.",
    example: "url = \"http://blog.example.org/post\", which returns 301 and another address",
    source: "RFC 9110, 15.4.2 and 15.4.9",
    check: Check::Issue(link_moved),
};

fn link_moved(context: &IssueContext<'_>) -> Vec<Finding> {
    let there = context
        .fetched_links()
        .into_iter()
        .filter(|(_, answer)| matches!(answer.health(), LinkHealth::Alive | LinkHealth::Blocked));
    let findings = there.filter_map(|(written, answer)| {
        let (wrong, help) = moved(written, answer)?;
        Some(Finding::new(format!("{} {wrong}", quote(written))).at(context.place_of_link(written)).help(help))
    });
    findings.collect()
}

/// Returns what has become of the address, and what to do about it.
fn moved(written: &str, answer: &FetchResult) -> Option<(String, String)> {
    // Browsers do not send the fragment, so a redirect keeps it unless it names another.
    let fragment = written.split_once('#').map(|(_, fragment)| format!("#{fragment}"));
    let with_fragment = |to: &str| match &fragment {
        Some(fragment) if !to.contains('#') => format!("{to}{fragment}"),
        _ => to.to_owned(),
    };
    if let Some(to) = answer.permanent_address() {
        let to = quote(&with_fragment(to));
        return Some((format!("has moved permanently to {to}"), format!("write {to}, if it is the page you mean")));
    }
    if let Some(to) = answer.final_address().filter(|to| !same_site(written, to)) {
        let help = "check that it is still the page you mean".to_owned();
        return Some((format!("leads on to another site: {}", quote(to)), help));
    }
    answer.https_works.then(|| {
        let secure = written.replacen("http:", "https:", 1);
        ("also works over https".to_owned(), format!("write {}", quote(&secure)))
    })
}

fn same_site(one: &str, other: &str) -> bool {
    let hosts = [one, other].map(|url| Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)));
    matches!(hosts, [Some(one), Some(other)] if same_organization(&one, &other))
}
