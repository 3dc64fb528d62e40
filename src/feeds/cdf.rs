//! Reads Microsoft's Channel Definition Format (<https://www.w3.org/TR/NOTE-CDFsubmit.html>), in which some archives of
//! the nineties are: `<ITEM HREF="…"><TITLE>…</TITLE><ABSTRACT>…</ABSTRACT></ITEM>`.

use chrono::DateTime;
use url::Url;

use super::item::{Feed, FeedItem};
use super::words;
use crate::page::markup::Markup;

/// Reads the channel `text` from `url`; `None` if it is none.
pub(super) fn read(text: &str, url: &Url) -> Option<Feed> {
    let markup = Markup::parse(text);
    let channel = markup.elements.get(1).filter(|element| element.is(&["channel"]))?;
    let base = channel.attribute("base").and_then(|base| url.join(base).ok()).unwrap_or_else(|| url.clone());
    let mut feed = Feed::default();
    let mut is_open = false;
    for (index, element) in markup.elements.iter().enumerate().skip(2) {
        // An element that is closed in itself is open to this reader: what follows is found by its order.
        match (&*element.name, feed.items.last_mut().filter(|_| is_open)) {
            ("item", _) => {
                let link = element.attribute("href").and_then(|href| base.join(href.trim()).ok());
                let link = link.filter(|url| matches!(url.scheme(), "http" | "https"));
                let date = element.attribute("lastmod").and_then(|date| DateTime::parse_from_rfc3339(date.trim()).ok());
                is_open = link.is_some();
                match link {
                    Some(url) => {
                        let date = date.map(|date| date.to_utc());
                        feed.items.push(FeedItem { url, id: None, title: None, words: None, date });
                    }
                    None => feed.without_address += 1,
                }
            }
            ("title", Some(item)) if item.title.is_none() => item.title = words::title(&markup.text(index)),
            ("abstract", Some(item)) if item.words.is_none() => item.words = words::paragraph(&markup.text(index)),
            _ => {}
        }
    }
    Some(feed)
}
