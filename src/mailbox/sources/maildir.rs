//! Reads a Maildir (<https://cr.yp.to/proto/maildir.html>).

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::message::{Message, Place, read_beginning};

/// A Maildir.
#[derive(Debug)]
pub struct Maildir {
    root: PathBuf,
}

impl Maildir {
    /// Returns the Maildir at `root`, if it is one.
    pub(super) fn open(root: &Path) -> Option<Self> {
        ["cur", "new"].iter().all(|part| root.join(part).is_dir()).then(|| Self { root: root.to_owned() })
    }

    /// Hands each unread message to `each`, oldest name first: those in `new`, and those in `cur` without the flag `S`.
    pub(super) fn read(&self, each: &mut dyn FnMut(Message) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let mut files = Vec::new();
        for part in ["new", "cur"] {
            let folder = self.root.join(part);
            let entries = folder.read_dir().with_context(|| format!("cannot read `{}`", folder.display()))?;
            for entry in entries {
                let path = entry?.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                if !name.starts_with('.') && !flags(&name).contains('S') {
                    files.push((name, path));
                }
            }
        }
        files.sort();
        for (_, path) in files {
            match read_beginning(&path) {
                Ok(bytes) => each(Message { name: path.display().to_string(), place: Place::File(path), bytes })?,
                // Another reader of the mailbox was faster.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", path.display())),
            }
        }
        Ok(())
    }

    /// Moves the message to `cur` with the flag `S`. One that somebody else moved in the meantime is left to them.
    pub(super) fn mark_read(&self, path: &Path) -> anyhow::Result<()> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (unique, _) = name.split_once(":2,").unwrap_or((&name, ""));
        let mut letters: Vec<char> = flags(&name).chars().chain(['S']).collect();
        letters.sort_unstable();
        letters.dedup();
        let read = self.root.join("cur").join(format!("{unique}:2,{}", letters.into_iter().collect::<String>()));
        match fs::rename(path, &read) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot move `{}` to `{}`", path.display(), read.display()))
            }
            _ => Ok(()),
        }
    }
}

/// The flags of a message, by its name.
fn flags(name: &str) -> &str {
    name.split_once(":2,").map_or("", |(_, flags)| flags)
}
