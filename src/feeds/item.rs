//! Describes a feed and its items.

use chrono::{DateTime, Utc};
use url::Url;

/// A feed, as far as it matters for links.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Feed {
    /// Its items that have an address, in order.
    pub items: Vec<FeedItem>,
    /// The number of items without an address.
    pub without_address: usize,
}

/// An item of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedItem {
    /// The address of the page it is about.
    pub url: Url,
    /// Its identity in the feed, as the feed states it.
    pub id: Option<String>,
    /// Its title, plain text on one line.
    pub title: Option<String>,
    /// Its own words: the summary, or the first paragraph of the text.
    pub words: Option<String>,
    /// When it was published.
    pub date: Option<DateTime<Utc>>,
}
