//! A message as it lies in a mailbox.

use std::io::Read;
use std::path::{Path, PathBuf};

/// What a message is found by again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing is to be done with it later.
    Fixed,
    /// Its file in a Maildir.
    File(PathBuf),
    /// Its identifier in a folder of a server.
    Uid(u32),
}

/// The largest message that is read whole, in bytes; of a larger one the beginning.
pub const MOST_BYTES: u64 = 10 << 20;

/// A message as it lies there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its file, with its number within an mbox; or its folder, with its identifier.
    pub name: String,
    pub(super) place: Place,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A message without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageName {
    /// Its file, with its number within an mbox.
    pub name: String,
    pub(super) place: Place,
}

impl Message {
    /// Returns what it is found by again.
    pub fn into_name(self) -> MessageName {
        MessageName { name: self.name, place: self.place }
    }
}

/// Reads the beginning of a file, as far as messages are read.
pub(super) fn read_beginning(path: &Path) -> std::io::Result<Vec<u8>> {
    let file = crate::fs::regular_file::open(path)?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
