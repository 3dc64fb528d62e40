//! Keeps the commit of many rows from copying its log.

use super::checkpoint::Checkpoint;
use super::ledger::Sqlite;

/// The fewest rows of a plan whose log is copied on another thread.
const LARGE: u64 = 10_000;

/// The length of the log, in pages, at which a commit copies it: SQLite's own default.
const USUAL: u32 = 1000;

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

    /// Lets commits copy the log again once another thread has copied that of a plan.
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

#[cfg(test)]
mod tests {
    use std::{fs, thread};

    use rusqlite::Connection;

    use super::*;

    /// The length of the log at which commits copy it, and the suppressions that are in the file `ledger` without its log.
    fn state(ledger: &Sqlite) -> (u32, u32) {
        let length = ledger.connection.pragma_query_value(None, "wal_autocheckpoint", |row| row.get(0)).unwrap();
        let alone = ledger.path.with_extension("alone");
        fs::copy(&ledger.path, &alone).unwrap();
        let copy = Connection::open(alone).unwrap();
        (length, copy.query_row("SELECT count(*) FROM suppression", [], |row| row.get(0)).unwrap())
    }

    fn written(rows: u64) -> (tempfile::TempDir, Sqlite) {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Sqlite::open(&folder.path().join("ledger.sqlite3")).unwrap();
        ledger.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        ledger.begin_bulk_write().unwrap();
        let many = "WITH RECURSIVE number AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM number LIMIT 80000)
                    INSERT INTO suppression (address_key, address, reason, at)
                    SELECT format('reader%07d@example.org', n), format('reader%07d@example.org', n), 'asked', 0 FROM number";
        ledger.connection.execute_batch(many).unwrap();
        assert_eq!(state(&ledger), (0, 0), "the commit has copied nothing");
        ledger.end_bulk_write(rows).unwrap();
        (folder, ledger)
    }

    #[test]
    fn the_log_of_many_rows_is_copied_without_a_commit() {
        let (_folder, mut ledger) = written(LARGE);
        let checkpoint = ledger.checkpoint.as_ref().unwrap();
        while !checkpoint.is_over() {
            thread::yield_now();
        }
        assert_eq!(state(&ledger), (0, 80_000));
        ledger.end_checkpoint().unwrap();
        assert_eq!(state(&ledger), (USUAL, 80_000));
    }

    #[test]
    fn the_log_of_few_rows_is_copied_by_the_next_commit() {
        let (_folder, ledger) = written(LARGE - 1);
        assert_eq!(state(&ledger), (USUAL, 0));
        ledger.connection.execute("DELETE FROM suppression WHERE address_key LIKE '%0@example.org'", []).unwrap();
        assert_eq!(state(&ledger), (USUAL, 72_000));
    }
}
