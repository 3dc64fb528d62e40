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
pub(super) struct DroppedLinks {
    /// Their addresses as written, in the order of the file.
    addresses: Vec<String>,
    /// The same, as they are compared.
    pages: HashSet<String>,
}

impl DroppedLinks {
    /// Reads the file; a missing one is empty.
    ///
    /// Errors when it cannot be read or is not UTF-8.
    pub(super) fn read(newsletter: &Newsletter) -> anyhow::Result<Self> {
        let text = read_text(newsletter)?;
        let addresses: Vec<String> = inbox::read(&text).entries.into_iter().map(|entry| entry.url).collect();
        let pages = addresses.iter().map(|address| normalize(address)).collect();
        Ok(Self { addresses, pages })
    }

    /// Returns their addresses as written, the last one first.
    pub(super) fn newest_first(&self) -> Vec<String> {
        self.addresses.iter().rev().cloned().collect()
    }

    /// Returns whether the page at `url` was dropped.
    pub(super) fn has(&self, url: &str) -> bool {
        self.pages.contains(&normalize(url))
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
