//! Fuzzes what links are gathered from: pages, feeds, lists, exports; and the file they go into.

use std::path::Path;
use std::sync::Arc;

use url::Url;

use super::input::{next_text, text};
use super::loaders::publication;
use crate::diagnostic::SourceFile;
use crate::feeds;
use crate::inbox::{self, InboxEntry, read_export};
use crate::issue::{IssueFile, LoadedIssue, MeasureError, NewLink, insert_link, parse_issue};
use crate::page;

fn url() -> Url {
    Url::parse("https://example.org/a").expect("it is one")
}

/// Whether text that goes into a file is one line without what changes the text around it.
fn is_plain(text: &str) -> bool {
    !text.chars().any(|character| {
        character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

/// A page: what it states is plain, and its addresses are of the web.
pub fn page(data: &[u8]) {
    let facts = page::facts(data, None, &url());
    for fact in facts.title.iter().chain(&facts.author) {
        assert!(is_plain(&fact.value) && !fact.value.is_empty(), "{fact:?}");
    }
    let addresses =
        facts.address.iter().map(|address| &address.value).chain(facts.image.iter().map(|image| &image.value.url));
    for address in addresses {
        assert!(matches!(address.scheme(), "http" | "https"), "{address}");
    }
    assert!(facts.reading_time.is_none_or(|minutes| (1..=24 * 60).contains(&minutes.value)));
}

/// A feed: what it states is plain, and its addresses are of the web.
pub fn feed(data: &[u8]) {
    let Ok(feed) = feeds::read(data, None, &url()) else { return };
    for item in feed.items {
        assert!(matches!(item.url.scheme(), "http" | "https"), "{item:?}");
        assert!(item.title.iter().chain(&item.words).all(|words| is_plain(words) && !words.is_empty()), "{item:?}");
    }
}

/// A list of links: each is written again as it was read, and taking it out leaves the others.
pub fn links(data: &[u8]) {
    let text = text(data);
    let found = inbox::read(&text).entries;
    for entry in &found {
        let again = inbox::read(&format!("{}\n", entry.to_line())).entries;
        assert_eq!(again.len(), 1, "{entry:?}");
        if let Some(without) = inbox::remove(&text, entry.line) {
            assert_eq!(inbox::read(&without).entries.len(), found.len() - 1, "{entry:?}");
        }
    }
    let new = InboxEntry { url: "https://example.org/new".to_owned(), ..InboxEntry::default() };
    assert!(inbox::append(&text, &new).len() > text.len());
}

/// An export of another program: each of its links is a line.
pub fn export(data: &[u8]) {
    for link in read_export(&text(data)).unwrap_or_default() {
        assert!(!link.entry.to_line().contains('\n'), "{link:?}");
        assert!(!link.entry.url.is_empty());
    }
}

/// A link, and an issue file it is added to, with a zero byte between its parts: no other byte of the file changes.
pub fn splice(mut data: &[u8]) {
    let [address, title, author, note] = [(); 4].map(|()| next_text(&mut data));
    let text = text(data);
    let file = IssueFile::at(Path::new("issues/7-fuzz.toml")).expect("a file name of an issue");
    let publication = publication();
    let read = |text: &str| -> Option<LoadedIssue> {
        let source = Arc::new(SourceFile::new("issues/7-fuzz.toml", text.to_owned()));
        parse_issue(&source, &file, &publication, "{title}", &|_: &str| Err(MeasureError::Missing(None))).ok()
    };
    let Some(old) = read(text.strip_prefix('\u{feff}').unwrap_or(&text)) else { return };
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let link = NewLink { url: address, title, author: some(author), note: some(note), ..NewLink::default() };
    let Ok(new) = insert_link(&text, &old, None, &link, &read) else { return };
    let rest = format!("{}{}", &new.text[..new.inserted.start], &new.text[new.inserted.end..]);
    assert_eq!(rest, text);
}
