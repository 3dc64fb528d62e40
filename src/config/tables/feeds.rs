//! Reads `[[feed]]`: the feeds of other sites in which links are found.

use url::Url;

use crate::config::settings::FeedSource;
use crate::diagnostic::{Problem, quote};
use crate::toml::Table;

/// Returns the feeds, in the order of the file, and `items` of the former table `[feed]`.
pub(in crate::config) fn read(top: &Table<'_>) -> (Vec<FeedSource>, Option<u32>) {
    if top.is_table("feed") {
        return (Vec::new(), top.table("feed").and_then(|table| former(&table)));
    }
    let mut feeds: Vec<FeedSource> = Vec::new();
    for table in top.tables("feed") {
        table.require(&[("url", "url = \"https://example.org/feed.xml\"")]);
        let url = table.parsed("url", feed_url);
        let section = table.line("section").map(|text| text.value);
        let is_mine = table.boolean("mine").unwrap_or(false);
        table.reject_unknown(|_| None);
        let Some(url) = url else { continue };
        if feeds.iter().any(|feed| feed.url == url) {
            let problem = Problem::new(format!("the feed {} is listed twice", quote(url.as_str())));
            table.error(table.span(), problem.help("remove one of the two"));
        }
        feeds.push(FeedSource { url, section, is_mine });
    }
    (feeds, None)
}

/// Returns `items` of `[feed]`, which is now `feed_items` of `[build]`.
fn former(table: &Table<'_>) -> Option<u32> {
    let items = table.integer("items", 1..=1000);
    if let Some(span) = table.value_span("items") {
        table.warn(
            span,
            Problem::new("`items` of `[feed]` is now `feed_items` of `[build]`")
                .help("move it: `[[feed]]` names a feed of another site, in which `gather` finds links"),
        );
    }
    table.reject_unknown(|key| (key == "url").then(|| "write `[[feed]]` above each feed".to_owned()));
    items
}

/// An absolute http or https URL.
fn feed_url(text: &str) -> Result<Url, Problem> {
    let url = Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
    });
    url.ok_or_else(|| {
        Problem::new(format!("{} is not the address of a feed", quote(text)))
            .help("write it like `https://example.org/feed.xml`")
    })
}
