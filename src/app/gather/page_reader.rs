//! Reads what a page says of itself: through the guarded door, with the sites that tell more elsewhere.

use url::Url;

use crate::config::Newsletter;
use crate::fetch::{AllowedHost, Downloader, FetchOutcome, Limits, NamedBy, Validators};
use crate::page::address::without_tracking;
use crate::page::{self, Facts, Wall, site};

/// A page that was read.
#[derive(Debug, Clone)]
pub(super) struct ReadPage {
    /// The address to link to.
    pub(super) url: Url,
    /// What the page says.
    pub(super) facts: Facts,
    /// The discussion that led to it.
    pub(super) thread: Option<Url>,
}

/// The reason for which a page was not read, in a few words: `403`, `no such host`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotRead(pub(crate) String);

/// Returns the hosts of this network that may be read.
pub(super) fn allowed_hosts(newsletter: &Newsletter) -> Vec<AllowedHost> {
    let hosts = newsletter.settings.allow_hosts.iter();
    hosts.map(|(host, port)| AllowedHost { host: host.clone(), port: *port }).collect()
}

/// Reads the page at `url`.
pub(super) fn read_page(url: &Url, named_by: NamedBy, downloader: &Downloader<'_>) -> Result<ReadPage, NotRead> {
    let about = site::arxiv::abstract_page(url);
    let url = about.as_ref().unwrap_or(url);
    if let Some((question, answer)) = site::question(url)
        && let Ok(download) = downloader.get(&question, NamedBy::Stranger, Limits::JSON, &Validators::default())
        && download.status == 200
        && let Some(facts) = answer.facts(&download.bytes)
    {
        return Ok(ReadPage { url: clean(url), facts, thread: None });
    }
    let page = read_html(url, named_by, downloader)?;
    if site::discussion::is_thread(url)
        && let Some(story) = site::discussion::story(&page.bytes, url)
        && let Ok(story_page) = read_html(&story, NamedBy::Stranger, downloader)
    {
        return Ok(ReadPage { url: story_page.url, facts: story_page.facts, thread: Some(url.clone()) });
    }
    Ok(ReadPage { url: page.url, facts: page.facts, thread: None })
}

struct HtmlPage {
    url: Url,
    facts: Facts,
    bytes: Vec<u8>,
}

fn read_html(url: &Url, named_by: NamedBy, downloader: &Downloader<'_>) -> Result<HtmlPage, NotRead> {
    let download =
        downloader.get(url, named_by, Limits::PAGE, &Validators::default()).map_err(|outcome| reason(&outcome))?;
    if let Some(Wall::Status(status)) = Wall::of_status(download.status) {
        return Err(NotRead(status.to_string()));
    }
    if !(200..300).contains(&download.status) {
        return Err(NotRead(download.status.to_string()));
    }
    let kind = download.content_type.as_deref().unwrap_or("text/html").to_ascii_lowercase();
    let is_page = kind.contains("html") || kind.contains("xml") || kind.starts_with("text/plain");
    if !is_page {
        let kind = kind.split(';').next().unwrap_or_default().trim().to_owned();
        return Err(NotRead(format!("it is `{kind}`")));
    }
    let facts = page::facts(&download.bytes, download.content_type.as_deref(), &download.url);
    if facts.wall.is_some() {
        return Err(NotRead("a page that asks who is there".to_owned()));
    }
    let facts = site::github::adapt(facts, &download.url);
    let moved = download.permanent_address(url);
    // The page's own word counts where it is about the page that a person named.
    let preferred = facts.address.as_ref().map(|address| address.value.clone());
    let url = preferred.filter(|_| download.url == moved).unwrap_or_else(|| clean(&moved));
    Ok(HtmlPage { url, facts, bytes: download.bytes })
}

fn clean(url: &Url) -> Url {
    without_tracking(url).unwrap_or_else(|| url.clone())
}

pub(super) fn reason(outcome: &FetchOutcome) -> NotRead {
    NotRead(match outcome {
        FetchOutcome::Status(status) => status.to_string(),
        FetchOutcome::NoSuchHost => "no such host".to_owned(),
        FetchOutcome::LookupFailed(_) => "the host cannot be looked up".to_owned(),
        FetchOutcome::ConnectionFailed(reason) => format!("no connection: {reason}"),
        FetchOutcome::TlsFailed(_) => "the certificate is not trusted".to_owned(),
        FetchOutcome::TimedOut => "no answer in time".to_owned(),
        FetchOutcome::NotHttp(reason) => format!("not valid HTTP: {reason}"),
        FetchOutcome::NotPublic(address, kind) => format!("{address} is a {kind} address"),
        FetchOutcome::UnsafeRedirect(_) => "it leads where browsers do not go".to_owned(),
        FetchOutcome::TooManyRedirects => "its redirects do not end".to_owned(),
        FetchOutcome::NotFetched => "not requested".to_owned(),
    })
}
