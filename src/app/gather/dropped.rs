//! Knows the links that were dropped: a file that is committed, so that a link that one person drops does not come back to
//! another.

use std::collections::HashSet;
use std::io::ErrorKind;

use anyhow::Context;

use crate::config::Newsletter;
use crate::fs::regular_file;
use crate::inbox;
use crate::page::address::normalize;

/// The file, below the newsletter's folder: an address a line.
pub(crate) const DROPPED_FILE: &str = "links-dropped.md";

/// The links that were dropped.
#[derive(Debug, Clone, Default)]
pub(super) struct DroppedLinks(HashSet<String>);

impl DroppedLinks {
    /// Reads the file; a missing one is empty.
    ///
    /// Errors when it cannot be read or is not UTF-8.
    pub(super) fn read(newsletter: &Newsletter) -> anyhow::Result<Self> {
        let text = read_text(newsletter)?;
        let pages = inbox::read(&text).entries.iter().map(|entry| normalize(&entry.url)).collect();
        Ok(Self(pages))
    }

    /// Returns their addresses, the last one first.
    ///
    /// Errors as [`Self::read`] does.
    pub(super) fn addresses(newsletter: &Newsletter) -> anyhow::Result<Vec<String>> {
        let entries = inbox::read(&read_text(newsletter)?).entries;
        Ok(entries.into_iter().rev().map(|entry| entry.url).collect())
    }

    /// Returns whether the page at `url` was dropped.
    pub(super) fn has(&self, url: &str) -> bool {
        self.0.contains(&normalize(url))
    }
}

/// Returns the text of the file with `url` more.
///
/// Errors as [`DroppedLinks::read`] does.
pub(super) fn with_dropped(newsletter: &Newsletter, url: &str) -> anyhow::Result<String> {
    let text = read_text(newsletter)?;
    let line_end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    Ok(format!("{text}{line_end}{url}\n"))
}

fn read_text(newsletter: &Newsletter) -> anyhow::Result<String> {
    match regular_file::read(&newsletter.root.join(DROPPED_FILE), regular_file::MAX_TEXT) {
        Ok(bytes) => {
            String::from_utf8(bytes).with_context(|| format!("`{DROPPED_FILE}` is not UTF-8; save it as UTF-8"))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error).with_context(|| format!("cannot read `{DROPPED_FILE}`")),
    }
}
