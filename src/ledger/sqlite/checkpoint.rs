//! Copies the log of a large plan into the ledger on another thread, while messages are sent already. SQLite would
//! do it before the commit returns, and the first message would wait for that.

use std::path::Path;
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, OpenFlags};

use super::ledger::Sqlite;

/// The fewest rows of a plan whose log is copied on another thread.
const LARGE: u64 = 10_000;

/// The length of the log, in pages, at which a commit copies it: SQLite's own default.
const USUAL: u32 = 1000;

/// The copy of a log into its ledger on another thread. Dropping it waits for its end.
#[derive(Debug)]
pub(super) struct Checkpoint(Option<JoinHandle<()>>);

impl Checkpoint {
    /// Begins to copy the log of the ledger at `path`; `None` if no thread can be started.
    fn begin(path: &Path) -> Option<Self> {
        let path = path.to_owned();
        let copy = move || {
            let open =
                Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX);
            // What fails here is done by a later commit, which tells of it.
            let _ = open.and_then(|connection| {
                connection.pragma_update(None, "synchronous", "FULL")?;
                connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
            });
        };
        Some(Self(Some(thread::Builder::new().spawn(copy).ok()?)))
    }

    fn is_over(&self) -> bool {
        self.0.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

impl Drop for Checkpoint {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            // It has nothing to tell, not even by a panic.
            let _ = thread.join();
        }
    }
}

impl Sqlite {
    /// Keeps commits from copying the log, until [`Self::end_bulk_write`].
    pub(super) fn begin_bulk_write(&mut self) -> anyhow::Result<()> {
        Ok(self.connection.pragma_update(None, "wal_autocheckpoint", 0)?)
    }

    /// Has the log copied after `rows` rows were written to it: on another thread if they are many, otherwise by the next
    /// commit.
    pub(super) fn end_bulk_write(&mut self, rows: u64) -> anyhow::Result<()> {
        self.checkpoint = if rows < LARGE { None } else { Checkpoint::begin(&self.path) };
        if self.checkpoint.is_none() {
            self.let_commits_checkpoint()?;
        }
        Ok(())
    }

    /// Lets commits copy the log again, if another thread has done that with the log of a plan.
    pub(super) fn end_checkpoint(&mut self) -> anyhow::Result<()> {
        match self.checkpoint.take_if(|checkpoint| checkpoint.is_over()) {
            Some(_) => self.let_commits_checkpoint(),
            None => Ok(()),
        }
    }

    fn let_commits_checkpoint(&self) -> anyhow::Result<()> {
        Ok(self.connection.pragma_update(None, "wal_autocheckpoint", USUAL)?)
    }
}
