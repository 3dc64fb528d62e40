//! Limits a download in size and time.

use std::time::Duration;

/// What may be downloaded, and how much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes; what is longer is cut.
    pub bytes: usize,
    /// The time until the last byte, redirects included.
    pub time: Duration,
    /// The media types to ask for.
    pub accept: &'static str,
}

impl Limits {
    /// Those of a page. Titles and texts are at its beginning.
    pub const PAGE: Self = Self {
        bytes: 2 * 1024 * 1024,
        time: Duration::from_secs(10),
        accept: "text/html, application/xhtml+xml, */*;q=0.5",
    };
    /// Those of a feed.
    pub const FEED: Self = Self {
        bytes: 10 * 1024 * 1024,
        time: Duration::from_secs(10),
        accept: "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
    };
    /// Those of a picture.
    pub const PICTURE: Self = Self {
        bytes: 10 * 1024 * 1024,
        time: Duration::from_secs(10),
        accept: "image/jpeg, image/png, image/gif, image/webp;q=0.5",
    };
    /// Those of the JSON of a site that is known to have it.
    pub const JSON: Self = Self {
        bytes: 256 * 1024,
        time: Duration::from_secs(10),
        accept: "application/vnd.citationstyles.csl+json, application/json",
    };
}
