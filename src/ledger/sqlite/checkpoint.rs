//! Copies the log of a large plan into the ledger on another thread, while messages are sent already. SQLite would
//! do it before the commit returns, and the first message would wait for that.

use std::path::Path;
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, OpenFlags};

/// The copy of a log into its ledger on another thread. Dropping it waits for its end.
#[derive(Debug)]
pub(super) struct Checkpoint(Option<JoinHandle<()>>);

impl Checkpoint {
    /// Begins to copy the log of the ledger at `path`; `None` if no thread can be started.
    pub(super) fn begin(path: &Path) -> Option<Self> {
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

    /// Returns whether it has ended, in whatever way.
    pub(super) fn is_over(&self) -> bool {
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
