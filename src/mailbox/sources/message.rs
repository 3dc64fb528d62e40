//! A message as it lies in a mailbox.

use std::io::Read;
use std::path::{Path, PathBuf};

/// The largest message that is read whole, in bytes; of a larger one the beginning.
pub(super) const MOST_BYTES: u64 = 10 << 20;

/// A message as it lies there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its file, with its number within an mbox.
    pub name: String,
    /// What it is found by again in a Maildir.
    pub(super) path: Option<PathBuf>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A message without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageName {
    /// Its file, with its number within an mbox.
    pub name: String,
    pub(super) path: Option<PathBuf>,
}

impl Message {
    /// Returns what it is found by again.
    pub fn into_name(self) -> MessageName {
        MessageName { name: self.name, path: self.path }
    }
}

/// Reads the beginning of a file, as far as messages are read.
pub(super) fn read_beginning(path: &Path) -> std::io::Result<Vec<u8>> {
    let file = crate::fs::regular_file::open(path)?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
