//! Reads messages where they lie: in a Maildir, at a server, in an mbox, files, standard input. Nothing is ever deleted.

mod imap;
mod maildir;
mod mbox;
mod message;

use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};

use self::imap::ImapFolder;
use self::maildir::Maildir;
use self::mbox::Mbox;
pub use self::message::MOST_BYTES;
use self::message::Place;
pub use self::message::{Message, MessageName};
use crate::imap::Account;

/// Where messages lie.
#[derive(Debug)]
pub enum Source {
    /// A Maildir: unread messages are read, and those that were understood are marked as read.
    Maildir(Maildir),
    /// A folder of a mailbox at a server: unread messages are read, and those that were understood are moved away.
    Imap(Box<ImapFolder>),
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

    /// The folder of `account`. Nothing is changed there if it `is_read_only`. There is no connection yet.
    pub fn imap(account: Account, is_read_only: bool) -> Self {
        Self::Imap(Box::new(ImapFolder::new(account, is_read_only)))
    }

    /// Hands each message to `each`, one after the other. In a Maildir and at a server these are the unread ones.
    ///
    /// Errors if one cannot be read, and as `each` does.
    pub fn read(&mut self, each: &mut dyn FnMut(Message) -> anyhow::Result<()>) -> anyhow::Result<()> {
        match self {
            Self::Maildir(maildir) => maildir.read(each),
            Self::Imap(folder) => folder.read(each),
            Self::Files(files) => files.iter().try_for_each(|file| read_file(file, each)),
            Self::Stdin => {
                let mut bytes = Vec::new();
                std::io::stdin().lock().take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
                // What the sender pipes in is taken to the end, or it would see a broken pipe and return the message.
                std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink())?;
                each(Message { name: "-".to_owned(), place: Place::Fixed, bytes })
            }
        }
    }

    /// Files messages away whose consequences are durable: in a Maildir they are marked as read, at a server they are moved.
    pub fn file_away(&mut self, messages: &[MessageName]) -> anyhow::Result<()> {
        match self {
            Self::Maildir(maildir) => messages.iter().try_for_each(|message| match &message.place {
                Place::File(path) => maildir.mark_read(path),
                _ => Ok(()),
            }),
            Self::Imap(folder) => folder.file_away(&uids(messages)),
            Self::Files(_) | Self::Stdin => Ok(()),
        }
    }

    /// Notes messages that will mean the same when they are read again: at a server, [`Self::read`] leaves them out from now on.
    pub fn leave(&mut self, messages: &[MessageName]) {
        if let Self::Imap(folder) = self {
            folder.leave(&uids(messages));
        }
    }

    /// Waits up to `time`, and returns whether something came in before that.
    ///
    /// Errors if a server cannot be asked.
    pub fn wait(&mut self, time: Duration) -> anyhow::Result<bool> {
        if let Self::Imap(folder) = self {
            return folder.wait(time);
        }
        std::thread::sleep(time);
        Ok(false)
    }

    /// Returns whether messages may come in later.
    pub fn can_be_followed(&self) -> bool {
        matches!(self, Self::Maildir(_) | Self::Imap(_))
    }
}

fn uids(messages: &[MessageName]) -> Vec<u32> {
    let uid = |message: &MessageName| match message.place {
        Place::Uid(uid) => Some(uid),
        _ => None,
    };
    messages.iter().filter_map(uid).collect()
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
        each(Message { name, place: Place::Fixed, bytes })?;
    }
    Ok(())
}
