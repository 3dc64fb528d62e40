//! One delivery at a time: a lock the kernel lets go of, however its holder ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, Utc};

use super::place;
use crate::model::IssueNumber;

/// How often a taken lock is asked for again: a `status` holds it for an instant to see whether anybody else does.
const TRIES: u32 = 5;

/// How often when nobody has signed: whoever took the lock just now leaves the note only then.
const TRIES_UNSIGNED: u32 = 100;

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(10);

/// The right to deliver from a ledger; let go of when dropped, or by the kernel when the process dies.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of the ledger at `ledger`, making its folder when missing, and leaves a note of who holds it. When
    /// another process has it, the inner error is that note (`pid 4711, issue 42, since 2026-11-24 09:02:11 UTC`).
    ///
    /// Errors when the lock file cannot be made or written.
    pub(super) fn take(ledger: &Path, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<Result<Self, String>> {
        place::make_folder(ledger)?;
        let path = lock_file(ledger);
        let context = || format!("cannot lock `{}`", path.display());
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .with_context(context)?;
        for attempt in 1..=TRIES_UNSIGNED {
            match file.try_lock() {
                Ok(()) => {
                    let note = format!("pid {}, issue {issue}, since {} UTC", std::process::id(), now.format("%F %T"));
                    file.set_len(0).with_context(context)?;
                    file.write_all(note.as_bytes()).with_context(context)?;
                    return Ok(Ok(Self { _file: file }));
                }
                Err(TryLockError::WouldBlock) => {
                    let holder = if attempt < TRIES { String::new() } else { note(&mut file).unwrap_or_default() };
                    if !holder.is_empty() {
                        return Ok(Err(holder));
                    }
                    std::thread::sleep(PAUSE);
                }
                Err(TryLockError::Error(error)) => return Err(error).with_context(context),
            }
        }
        Ok(Err(String::from("one that has not said who it is")))
    }

    /// Who delivers from the ledger at `ledger` right now, if anybody does.
    pub(super) fn holder(ledger: &Path) -> Option<String> {
        let mut file = File::open(lock_file(ledger)).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => note(&mut file).ok(),
            _ => None,
        }
    }
}

fn note(file: &mut File) -> std::io::Result<String> {
    let mut note = String::new();
    file.rewind()?;
    file.read_to_string(&mut note)?;
    Ok(note)
}

/// The lock stands beside the ledger and is never removed: a removed file could be locked twice.
fn lock_file(ledger: &Path) -> PathBuf {
    let mut name = ledger.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_the_first_is() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("ledger.sqlite3");
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        assert_eq!(Lock::holder(&ledger), None);
        let first = Lock::take(&ledger, IssueNumber(42), now).unwrap().unwrap();
        let note = format!("pid {}, issue 42, since 2027-01-15 08:00:00 UTC", std::process::id());
        assert_eq!(Lock::take(&ledger, IssueNumber(43), now).unwrap().unwrap_err(), note);
        assert_eq!(Lock::holder(&ledger), Some(note));
        drop(first);
        assert_eq!(Lock::holder(&ledger), None);
        Lock::take(&ledger, IssueNumber(43), now).unwrap().unwrap();
    }

    #[test]
    fn who_holds_it_without_a_word_holds_it_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("ledger.sqlite3");
        let silent = File::create(lock_file(&ledger)).unwrap();
        silent.lock().unwrap();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let taken = Lock::take(&ledger, IssueNumber(42), now).unwrap();
        assert_eq!(taken.unwrap_err(), "one that has not said who it is");
    }
}
