//! Copies a ledger file while others write to it, and puts a copy in its place.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use super::ledger::Sqlite;
use super::location::{self, with_suffix};
use crate::fs::atomic_file;

/// The number of pages copied at once: a quarter of a second at most between which others write.
const PAGES: i32 = 4_000;

impl Sqlite {
    /// Copies the ledger at `from` to `to`, which appears complete or not at all and can be read by its owner only.
    ///
    /// Errors if there is a file at `to`, and if `from` is no sound ledger.
    pub fn back_up(from: &Path, to: &Path) -> anyhow::Result<()> {
        if to.try_exists().with_context(|| format!("cannot examine `{}`", to.display()))? {
            bail!("`{}` exists already; choose another name or move it away", to.display());
        }
        // Looks for damage and for what is no ledger.
        let Some(ledger) = Self::open_to_read(from, None)? else {
            bail!("there is no ledger at `{}`", from.display());
        };
        drop(ledger);
        let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_WRITE)
            .with_context(|| format!("cannot read the ledger `{}`", from.display()))?;
        copy(&source, to)
    }

    /// Puts the ledger at `from` in the place `to`, where there is none. Returns the list identifier of its newsletter.
    ///
    /// Errors if there is a file at `to`, and if `from` is damaged or no ledger.
    pub fn restore(from: &Path, to: &Path) -> anyhow::Result<()> {
        match Self::examine(from)? {
            None => bail!("there is no file `{}`", from.display()),
            Some(faults) if !faults.is_empty() => {
                bail!("the backup `{}` is damaged: {}", from.display(), faults.join("; "))
            }
            Some(_) => {}
        }
        location::make_folder(to)?;
        Self::back_up(from, to)
    }
}

/// Keeps a copy of the ledger at `path` from before its migration from schema `version`, unless there is one.
pub(super) fn before_migration(connection: &Connection, path: &Path, version: i64) -> anyhow::Result<()> {
    let to = migration_copy(path, version);
    if to.try_exists().with_context(|| format!("cannot examine `{}`", to.display()))? {
        return Ok(());
    }
    copy(connection, &to).with_context(|| {
        format!("cannot keep a copy of the ledger `{}`, which is to be brought up to date", path.display())
    })
}

/// The copy of the ledger at `path` from before its migration from schema `version`.
fn migration_copy(path: &Path, version: i64) -> PathBuf {
    with_suffix(path, &format!(".schema-{version}"))
}

fn copy(source: &Connection, to: &Path) -> anyhow::Result<()> {
    let draft = with_suffix(to, &format!(".{}.part", std::process::id()));
    let copied = (|| {
        let context = || format!("cannot write `{}`", to.display());
        // Created first, so that other users can never read it.
        location::make(&draft).with_context(context)?;
        let mut copy = Connection::open(&draft).with_context(context)?;
        Backup::new(source, &mut copy)
            .and_then(|backup| backup.run_to_completion(PAGES, Duration::from_millis(1), None))
            .with_context(context)?;
        // One file: without the log of writes that the ledger itself has.
        let _: String = copy.pragma_update_and_check(None, "journal_mode", "DELETE", |row| row.get(0))?;
        copy.close().map_err(|(_, error)| error).with_context(context)?;
        File::open(&draft).and_then(|file| file.sync_all()).with_context(context)?;
        fs::rename(&draft, to).with_context(context)?;
        atomic_file::sync_folder(atomic_file::folder_of(to)).with_context(context)
    })();
    if copied.is_err() {
        for suffix in ["", "-journal", "-wal", "-shm"] {
            let _ = fs::remove_file(with_suffix(&draft, suffix));
        }
    }
    copied
}
