//! Remembers what was seen in feeds, in a file beside the ledger.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use url::Url;

use super::item::FeedItem;
use crate::page::address::normalize;

/// Seconds after which an item that is in no feed any more is forgotten.
const KEPT: i64 = 90 * 24 * 60 * 60;

/// The version of the file's format.
const FORMAT: u32 = 1;

/// What was seen in feeds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedMemory {
    form: u32,
    /// Feeds by their addresses.
    #[serde(default)]
    feeds: BTreeMap<String, KnownFeed>,
    /// Items by the normalized addresses of their pages.
    #[serde(default)]
    pages: BTreeMap<String, KnownPage>,
}

/// A feed that was read before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownFeed {
    /// `ETag` of its server, if nothing of it was left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// `Last-Modified` of its server, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// When it was read: seconds since 1970.
    pub read_at: i64,
    /// The identities of its items, each with the last time it was seen.
    #[serde(default)]
    ids: BTreeMap<String, i64>,
}

/// A page that was an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownPage {
    /// When it was last seen: seconds since 1970.
    seen_at: i64,
    /// When it was published: seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<i64>,
    /// The addresses of the feeds that had it.
    pub feeds: BTreeSet<String>,
}

impl KnownFeed {
    /// Returns it so that its server sends it again.
    #[must_use]
    pub fn without_validators(self) -> Self {
        Self { etag: None, last_modified: None, ..self }
    }
}

impl Default for FeedMemory {
    fn default() -> Self {
        Self { form: FORMAT, feeds: BTreeMap::new(), pages: BTreeMap::new() }
    }
}

impl FeedMemory {
    /// Reads the content of the file. A damaged one, or one in another format, is an empty memory.
    pub fn from_json(text: &[u8]) -> Self {
        serde_json::from_slice::<Self>(text).ok().filter(|memory| memory.form == FORMAT).unwrap_or_default()
    }

    /// Returns the content of the file, without what is out of date at `now` (seconds since 1970).
    pub fn into_json(mut self, now: i64) -> String {
        let is_kept = |seen: i64| now - seen < KEPT;
        self.pages.retain(|_, page| is_kept(page.seen_at));
        for feed in self.feeds.values_mut() {
            feed.ids.retain(|_, seen| is_kept(*seen));
        }
        self.feeds.retain(|_, feed| is_kept(feed.read_at));
        let mut text = serde_json::to_string_pretty(&self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Returns what is known of the feed at `url`.
    pub fn feed(&self, url: &Url) -> Option<&KnownFeed> {
        self.feeds.get(url.as_str())
    }

    /// Returns what is known of the page at `url`.
    pub fn page(&self, url: &str) -> Option<&KnownPage> {
        self.pages.get(&normalize(url))
    }

    /// Returns whether an item of the feed at `feed` was seen there before, or its page in any feed.
    pub fn has_seen(&self, feed: &Url, item: &FeedItem) -> bool {
        let has_id = |id: &String| self.feed(feed).is_some_and(|known| known.ids.contains_key(id));
        self.page(item.url.as_str()).is_some() || item.id.as_ref().is_some_and(has_id)
    }

    /// Records that the feed at `url` was read at `now` as `known` says.
    pub fn record_feed(&mut self, url: &Url, known: KnownFeed, now: i64) {
        let own = self.feeds.entry(url.to_string()).or_default();
        *own = KnownFeed { ids: std::mem::take(&mut own.ids), read_at: now, ..known };
    }

    /// Records that the feed at `url` has not changed since it was read: what it had, it has.
    pub fn record_unchanged(&mut self, url: &Url, now: i64) {
        let Some(own) = self.feeds.get_mut(url.as_str()) else { return };
        own.read_at = now;
        own.ids.values_mut().for_each(|seen| *seen = now);
        for page in self.pages.values_mut().filter(|page| page.feeds.contains(url.as_str())) {
            page.seen_at = now;
        }
    }

    /// Records that the feed at `feed` has `item`.
    pub fn record_item(&mut self, feed: &Url, item: &FeedItem, now: i64) {
        if let (Some(id), Some(own)) = (&item.id, self.feeds.get_mut(feed.as_str())) {
            own.ids.insert(id.clone(), now);
        }
        let date = item.date.map(|date| date.timestamp());
        let page = self.pages.entry(normalize(item.url.as_str()));
        let page = page.or_insert_with(|| KnownPage { seen_at: now, date, feeds: BTreeSet::new() });
        page.seen_at = now;
        page.date = page.date.or(date);
        page.feeds.insert(feed.to_string());
    }
}
