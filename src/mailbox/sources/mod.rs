//! Reads messages where they lie: in a Maildir, an mbox, files, standard input. Nothing is ever deleted.

mod maildir;
mod mbox;
mod message;

use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use self::maildir::Maildir;
use self::mbox::Mbox;
use self::message::MOST_BYTES;
pub use self::message::{Message, MessageName};

/// Where messages lie.
#[derive(Debug)]
pub enum Source {
    /// A Maildir: unread messages are read, and those that were understood are marked as read.
    Maildir(Maildir),
    /// Messages in files, which stay as they are: of a folder, of an mbox, or one message.
    Files(Vec<PathBuf>),
    /// One message on standard input.
    Stdin,
}

impl Source {
    /// Finds out what lies at `path`; `-` is standard input.
    ///
    /// Errors if nothing is there.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        if path == Path::new("-") {
            return Ok(Self::Stdin);
        }
        let shown = path.display();
        if !path.metadata().with_context(|| format!("cannot read `{shown}`"))?.is_dir() {
            return Ok(Self::Files(vec![path.to_owned()]));
        }
        if let Some(maildir) = Maildir::open(path) {
            return Ok(Self::Maildir(maildir));
        }
        let mut files = Vec::new();
        for entry in path.read_dir().with_context(|| format!("cannot read `{shown}`"))? {
            let file = entry?.path();
            if file.extension().is_some_and(|extension| extension == "eml" || extension == "mbox") {
                files.push(file);
            }
        }
        if files.is_empty() {
            bail!("`{shown}` is no Maildir (with `cur`, `new` and `tmp`), and has no `.eml` file in it");
        }
        files.sort();
        Ok(Self::Files(files))
    }

    /// Hands each message to `each`, one after the other. In a Maildir these are the unread ones.
    ///
    /// Errors if one cannot be read, and as `each` does.
    pub fn read(&self, each: &mut dyn FnMut(Message) -> anyhow::Result<()>) -> anyhow::Result<()> {
        match self {
            Self::Maildir(maildir) => maildir.read(each),
            Self::Files(files) => files.iter().try_for_each(|file| read_file(file, each)),
            Self::Stdin => {
                let mut bytes = Vec::new();
                std::io::stdin().lock().take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
                // What the sender pipes in is taken to the end, or it would see a broken pipe and return the message.
                std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink())?;
                each(Message { name: "-".to_owned(), path: None, bytes })
            }
        }
    }

    /// Files a message away whose consequences are durable: in a Maildir it is marked as read.
    pub fn file_away(&self, message: &MessageName) -> anyhow::Result<()> {
        match (self, &message.path) {
            (Self::Maildir(maildir), Some(path)) => maildir.mark_read(path),
            _ => Ok(()),
        }
    }

    /// Returns whether messages may come in later.
    pub fn can_be_followed(&self) -> bool {
        matches!(self, Self::Maildir(_))
    }
}

/// Reads one message, or the messages of an mbox.
fn read_file(path: &Path, each: &mut dyn FnMut(Message) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let shown = path.display().to_string();
    let file = crate::fs::regular_file::open(path).with_context(|| format!("cannot read `{shown}`"))?;
    let mut mbox = Mbox::new(BufReader::new(file));
    let mut number = 0;
    let is_many = mbox.has_many().with_context(|| format!("cannot read `{shown}`"))?;
    while let Some(bytes) = mbox.next_message().with_context(|| format!("cannot read `{shown}`"))? {
        number += 1;
        let name = if is_many { format!("{shown}#{number}") } else { shown.clone() };
        each(Message { name, path: None, bytes })?;
    }
    Ok(())
}
