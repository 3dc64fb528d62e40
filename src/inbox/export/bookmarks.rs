//! Reads bookmarks as HTML: Netscape's format, which browsers and services write, Pocket's list, and OPML.

use super::link::ExportedLink;
use super::names::{day, is_web, line, tags};
use crate::inbox::entry::InboxEntry;
use crate::page::markup::Markup;
use crate::page::text::printable;

/// Reads the links of `html`.
pub(super) fn links(html: &str) -> Vec<ExportedLink> {
    let markup = Markup::parse(html);
    let mut links: Vec<ExportedLink> = Vec::new();
    for (index, element) in markup.elements.iter().enumerate() {
        if element.is(&["dd"]) {
            // The words below a link of Netscape's format are the note.
            let own = markup.texts[element.texts.clone()].iter().take_while(|text| text.element == Some(index));
            let note: String = own.map(|text| &*text.content).collect();
            if let Some(last) = links.last_mut().filter(|last| last.entry.note.is_none()) {
                last.entry.note = line(&note);
            }
            continue;
        }
        let attribute = |names: &[&str]| names.iter().find_map(|name| element.attribute(name));
        let url = match &*element.name {
            "a" => attribute(&["href"]),
            // OPML: a link, or the page of a feed.
            "outline" => attribute(&["url", "htmlurl"]),
            _ => None,
        };
        let Some(url) = url.map(str::trim).filter(|url| is_web(url)) else { continue };
        let title = if element.is(&["a"]) {
            printable(&markup.text(index))
        } else {
            attribute(&["text", "title"]).unwrap_or_default().to_owned()
        };
        links.push(ExportedLink {
            entry: InboxEntry {
                url: url.to_owned(),
                title: line(&title).filter(|title| title != url),
                note: None,
                tags: attribute(&["tags"]).map(tags).unwrap_or_default(),
                ..InboxEntry::default()
            },
            saved: attribute(&["add_date", "time_added", "created"]).and_then(day),
        });
    }
    links
}
