//! Reads Atom, RSS and JSON Feed.

use std::borrow::Cow;

use feed_rs::model::{Entry, Link};
use feed_rs::parser;
use url::Url;

use super::cdf;
use super::item::{Feed, FeedItem};
use super::repair::{repaired, without_declaration};
use super::words;
use crate::page::charset;
use crate::page::markup::Markup;

/// Bytes that are no feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAFeed {
    /// The address of the feed, if the bytes are a page that names one.
    pub feed_of_page: Option<Url>,
}

/// Reads the feed `bytes`, which was served with the media type `content_type` from `url`. One that is not well formed is
/// repaired once.
///
/// Errors if it is no feed.
pub fn read(bytes: &[u8], content_type: Option<&str>, url: &Url) -> Result<Feed, NotAFeed> {
    let text = charset::decode(bytes, content_type);
    let text = without_declaration(&text);
    let whole = parsed(text, url);
    let found = whole.as_ref().map_or(0, |feed| feed.items.len());
    // A feed that breaks off is read as far as it goes.
    let feed = if found > 0 {
        whole
    } else {
        let again = parsed(&repaired(text), url);
        if again.as_ref().is_some_and(|feed| feed.items.len() > found) { again } else { whole.or(again) }
    };
    feed.or_else(|| cdf::read(text, url)).ok_or_else(|| NotAFeed { feed_of_page: feed_of_page(text, url) })
}

fn parsed(text: &str, url: &Url) -> Option<Feed> {
    let no_identity = |_: &[Link], _: &Option<feed_rs::model::Text>, _: Option<&str>| String::new();
    let parser = parser::Builder::new().base_uri(Some(url.as_str())).id_generator(no_identity).build();
    let feed = parser.parse(text.as_bytes()).ok()?;
    let mut read = Feed::default();
    for entry in feed.entries {
        match item(entry, url) {
            Some(item) => read.items.push(item),
            None => read.without_address += 1,
        }
    }
    Some(read)
}

fn item(entry: Entry, base: &Url) -> Option<FeedItem> {
    let id = Some(entry.id.trim().to_owned()).filter(|id| !id.is_empty());
    let base = entry.base.as_deref().and_then(|own| base.join(own).ok()).map_or(Cow::Borrowed(base), Cow::Owned);
    let resolved = |href: &str| base.join(href.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let is_page = |link: &&Link| {
        let is_html = link.media_type.as_deref().is_none_or(|media_type| media_type.contains("html"));
        link.rel.as_deref().is_none_or(|rel| rel == "alternate") && link.target.is_none() && is_html
    };
    let is_alternate = |link: &&Link| link.rel.as_deref().is_none_or(|rel| matches!(rel, "alternate" | "related"));
    let of_links =
        |test: &dyn Fn(&&Link) -> bool| entry.links.iter().filter(test).find_map(|link| resolved(&link.href));
    let url = of_links(&is_page)
        .or_else(|| of_links(&is_alternate))
        // An identity that is an address, or a path on the site, is the page, unless the feed says otherwise.
        .or_else(|| id.as_deref().filter(|id| id.contains("://") || id.starts_with('/')).and_then(resolved))
        .or_else(|| entry.media.iter().flat_map(|media| &media.content).find_map(|content| content.url.clone()))?;
    let summary = entry.summary.as_ref().map(|summary| summary.content.as_str());
    let body = entry.content.as_ref().and_then(|content| content.body.as_deref());
    Some(FeedItem {
        id: id.filter(|id| id != url.as_str()),
        title: entry.title.and_then(|title| words::title(&title.content)).filter(|title| title != url.as_str()),
        words: summary.or(body).and_then(words::paragraph),
        date: entry.published.or(entry.updated),
        url,
    })
}

/// Returns the address of the feed that a page names.
fn feed_of_page(text: &str, url: &Url) -> Option<Url> {
    let markup = Markup::parse(text);
    let mut links = markup.named(&["link"]).filter_map(|(_, link)| {
        let kind = link.attribute("type")?.to_ascii_lowercase();
        let is_feed = ["application/rss+xml", "application/atom+xml", "application/feed+json"].contains(&kind.as_str());
        let is_alternate = link.attribute("rel")?.to_ascii_lowercase().split_whitespace().any(|rel| rel == "alternate");
        (is_feed && is_alternate).then(|| url.join(link.attribute("href")?.trim()).ok())?
    });
    links.find(|feed| feed != url)
}
