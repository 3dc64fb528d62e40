//! The letter of an issue's last test mail, kept beside the ledger so that somebody can see what changed since. It is no
//! delivery, so no row of the ledger's; losing it loses nothing.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::message::FrozenLetter;
use crate::model::IssueNumber;

/// Where the letter of the last test mail of `issue` is in the newsletter at `root`.
pub fn path(root: &Path, issue: IssueNumber) -> PathBuf {
    root.join(format!(".newsletter/tests/{:03}.letter", issue.0))
}

/// Keeps `letter` at `path`, whole or not at all, in place of the one before it.
///
/// Errors when the file cannot be written.
pub fn keep(path: &Path, letter: &FrozenLetter) -> anyhow::Result<()> {
    let draft = path.with_extension("letter.new");
    let written = || -> anyhow::Result<()> {
        fs::create_dir_all(path.parent().unwrap_or(path))?;
        // Not synced: after a crash the worst is that there is nothing to compare with.
        fs::write(&draft, letter.to_bytes())?;
        Ok(fs::rename(&draft, path)?)
    };
    written().with_context(|| format!("cannot write `{}`", path.display()))
}

/// The letter at `path`, when there is one.
///
/// Errors when it cannot be read or is damaged.
pub fn read(path: &Path) -> anyhow::Result<Option<FrozenLetter>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    };
    let letter = FrozenLetter::from_bytes(&bytes);
    letter.map(Some).with_context(|| format!("`{}` is damaged; the next test mail writes it anew", path.display()))
}
