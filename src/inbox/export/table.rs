//! Reads tables with a column of addresses: Pocket, Instapaper, Raindrop, Readwise and others.

use super::link::ExportedLink;
use super::names::{NOTE, SAVED, TAGS, TITLE, URL, day, is_web, line, tags};
use crate::inbox::entry::InboxEntry;

/// Reads a table; `None` if its first line names no column of addresses.
pub(super) fn links(text: &str) -> Option<Vec<ExportedLink>> {
    let first = text.lines().next()?;
    let delimiter = *b",\t;".iter().max_by_key(|delimiter| first.bytes().filter(|byte| byte == *delimiter).count())?;
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let headings: Vec<String> = reader.headers().ok()?.iter().map(|heading| heading.trim().to_lowercase()).collect();
    let column = |names: &[&str]| names.iter().find_map(|name| headings.iter().position(|heading| heading == name));
    let url = column(&URL)?;
    let (title, note, tag, saved) = (column(&TITLE), column(&NOTE), column(&TAGS), column(&SAVED));
    let mut links = Vec::new();
    for record in reader.records() {
        let record = record.ok()?;
        let value = |column: Option<usize>| column.and_then(|column| record.get(column)).unwrap_or_default();
        if !is_web(value(Some(url))) {
            continue;
        }
        let address = value(Some(url)).trim().to_owned();
        links.push(ExportedLink {
            entry: InboxEntry {
                // Programs without a title write the address there.
                title: line(value(title)).filter(|title| *title != address),
                note: line(value(note)),
                tags: tags(value(tag)),
                url: address,
                ..InboxEntry::default()
            },
            saved: day(value(saved)),
        });
    }
    Some(links)
}
