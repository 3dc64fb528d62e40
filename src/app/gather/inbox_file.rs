//! Reads and writes `links.md`.

use std::io::ErrorKind;

use anyhow::Context;

use crate::config::Newsletter;
use crate::fs::atomic_file::{self, Access, Durability};
use crate::fs::regular_file;
use crate::inbox::INBOX_FILE;

/// Reads the inbox; a missing file is an empty one.
///
/// Errors when it cannot be read or is not UTF-8.
pub(super) fn read(newsletter: &Newsletter) -> anyhow::Result<String> {
    match regular_file::read(&newsletter.root.join(INBOX_FILE), regular_file::MAX_TEXT) {
        Ok(bytes) => String::from_utf8(bytes).with_context(|| format!("`{INBOX_FILE}` is not UTF-8; save it as UTF-8")),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error).with_context(|| format!("cannot read `{INBOX_FILE}`")),
    }
}

/// Replaces the inbox.
///
/// Errors when it cannot be written.
pub(super) fn write(newsletter: &Newsletter, text: &str) -> anyhow::Result<()> {
    atomic_file::replace(&newsletter.root.join(INBOX_FILE), Access::Shared, Durability::Full, text.as_bytes())
        .with_context(|| format!("cannot write `{INBOX_FILE}`"))
}
