//! Reads a folder of a mailbox at a server.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::bail;

use super::message::{Message, Place};
use crate::imap::{Account, Folder, ImapError};

/// A folder, with a connection to it as long as there is one.
#[derive(Debug)]
pub struct ImapFolder {
    account: Account,
    is_read_only: bool,
    open: Option<Folder>,
    /// What identifiers are valid with.
    validity: Option<u32>,
    /// Messages that were read and stay.
    left: BTreeSet<u32>,
}

impl ImapFolder {
    pub(super) fn new(account: Account, is_read_only: bool) -> Self {
        Self { account, is_read_only, open: None, validity: None, left: BTreeSet::new() }
    }

    /// Hands each unread message to `each`, each once, also if the connection has to be made anew.
    pub(super) fn read(&mut self, each: &mut dyn FnMut(Message) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let name = self.account.folder.clone();
        let mut seen = BTreeSet::new();
        let mut is_second = false;
        loop {
            let read = self.read_unseen(&mut |uid, bytes| {
                seen.insert(uid);
                each(Message { name: format!("{name}#{uid}"), place: Place::Uid(uid), bytes })
            });
            match read {
                Err(error) if !is_second && may_pass(&error) => {
                    is_second = true;
                    self.open = None;
                    self.left.extend(&seen);
                }
                result => {
                    // What was read twice for this reason alone is looked at again next time.
                    if is_second {
                        self.left.retain(|uid| !seen.contains(uid));
                    }
                    return result;
                }
            }
        }
    }

    fn read_unseen(&mut self, each: &mut dyn FnMut(u32, Vec<u8>) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let folder = self.folder()?;
        let mut uids = folder.unread()?;
        uids.retain(|uid| !self.left.contains(uid));
        self.folder()?.fetch(&uids, each)
    }

    pub(super) fn file_away(&mut self, uids: &[u32]) -> anyhow::Result<()> {
        if uids.is_empty() || self.is_read_only {
            return Ok(());
        }
        match self.folder()?.file_away(uids) {
            Err(error) if error.may_pass() => {
                self.open = None;
                Ok(self.folder()?.file_away(uids)?)
            }
            result => Ok(result?),
        }
    }

    pub(super) fn leave(&mut self, uids: &[u32]) {
        self.left.extend(uids);
    }

    pub(super) fn wait(&mut self, time: Duration) -> anyhow::Result<bool> {
        let waited = self.folder()?.wait(time);
        if waited.is_err() {
            self.open = None;
        }
        Ok(waited?)
    }

    /// The folder, opened if it is not.
    ///
    /// Errors if identifiers name other messages than before.
    fn folder(&mut self) -> anyhow::Result<&mut Folder> {
        let folder = match self.open.take() {
            Some(folder) => folder,
            None => Folder::open(&self.account, self.is_read_only)?,
        };
        let validity = *self.validity.get_or_insert(folder.validity());
        if validity != folder.validity() {
            self.validity = None;
            self.left.clear();
            bail!("the server has renumbered the messages of `{}`: run the command again", self.account.folder);
        }
        Ok(self.open.insert(folder))
    }
}

/// A goodbye: servers note connections that break.
impl Drop for ImapFolder {
    fn drop(&mut self) {
        if let Some(folder) = self.open.take() {
            folder.close();
        }
    }
}

fn may_pass(error: &anyhow::Error) -> bool {
    error.downcast_ref::<ImapError>().is_some_and(ImapError::may_pass)
}
