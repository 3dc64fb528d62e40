//! Reads the links that other programs export: bookmarks as HTML, tables, JSON, lists.
//!
//! The format is told by the content. A value that is an address is a link, whatever the program calls the column it is
//! in; the words of the person who saved it are the note, and what the page says of itself is left out.

mod bookmarks;
mod json;
mod link;
mod names;
mod table;

pub use self::link::ExportedLink;
use super::read::read;

/// Reads `text`; `None` if it is not in a format that is known.
pub fn read_export(text: &str) -> Option<Vec<ExportedLink>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let start = text.trim_start();
    if start.starts_with(['{', '[']) && !start.starts_with("[!") {
        // A Markdown list can begin with a bracket too.
        if let Some(links) = json::links(start) {
            return Some(links);
        }
    }
    if start.starts_with('<') && !start.to_ascii_lowercase().starts_with("<http") {
        return Some(bookmarks::links(text)).filter(|links| !links.is_empty());
    }
    if let Some(links) = table::links(text) {
        return Some(links);
    }
    let found = read(text);
    let links: Vec<_> = found.entries.into_iter().map(|entry| ExportedLink { entry, saved: None }).collect();
    Some(links).filter(|links| !links.is_empty())
}

#[cfg(test)]
mod tests;
