//! Keeps the letter of an issue's last test mail beside the ledger, to show what has changed since.
//! It is not part of a delivery; losing it is harmless.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::fs::atomic_file::{self, Access, Durability};
use crate::fs::regular_file;
use crate::message::FrozenLetter;
use crate::model::IssueNumber;

/// The path of the letter of the last test mail of `issue` in the newsletter at `root`.
pub fn path(root: &Path, issue: IssueNumber) -> PathBuf {
    root.join(format!(".newsletter/tests/{}.letter", issue.file_stem()))
}

/// Replaces the letter at `path`.
///
/// Errors if the file cannot be written.
pub fn keep(path: &Path, letter: &FrozenLetter) -> anyhow::Result<()> {
    // Not synced: if a power cut loses it, the next test mail writes it again.
    fs::create_dir_all(atomic_file::folder_of(path))
        .and_then(|()| atomic_file::replace(path, Access::Shared, Durability::None, &letter.to_bytes()))
        .with_context(|| format!("cannot write `{}`", path.display()))
}

/// The letter at `path`, if there is one.
///
/// Errors when it cannot be read or is damaged.
pub fn read(path: &Path) -> anyhow::Result<Option<FrozenLetter>> {
    let bytes = match regular_file::read(path, regular_file::MAX_TEXT) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    };
    let letter = FrozenLetter::from_bytes(&bytes);
    letter.map(Some).with_context(|| format!("`{}` is damaged; the next test mail replaces it", path.display()))
}
