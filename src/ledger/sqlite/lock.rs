//! Allows one delivery at a time, with locks that the kernel releases when their holder ends, even
//! if it is killed.
//!
//! A lock on a file excludes only processes that open the same file, and a file can be removed. So
//! three things are locked, and a sender needs all of them:
//!
//! | locked | keeps out |
//! |---|---|
//! | the newsletter's folder | every sender of this folder, even if files in it are removed, moved or replaced |
//! | `ledger.sqlite3.lock` | senders of other folders with the same ledger; names the holder |
//! | the ledger itself (Linux) | the same, while the lock file is removed |
//!
//! If the folder itself is removed and cloned again, none of the locks helps; the holder notices
//! that (`file_watch`) and stops.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, Utc};

use super::file_watch::FileId;
use super::location;
use crate::ledger::sender::{LockHolder, Sender};
use crate::model::IssueNumber;

/// The number of attempts at a lock that is taken: `status` holds it for an instant to test it.
const TRIES: u32 = 5;

/// The number of attempts while the holder is unknown: it writes its note only after taking the
/// lock.
const TRIES_UNSIGNED: u32 = 100;

/// The pause between two attempts.
const PAUSE: Duration = Duration::from_millis(10);

/// The right to deliver from a ledger, released when dropped, or by the kernel when the process dies.
///
/// Closing a file drops every lock that SQLite has on it in this process, so this must be dropped after the connection.
#[derive(Debug)]
pub(super) struct Lock {
    /// The path of the lock file.
    path: PathBuf,
    /// The content of the lock file.
    note: String,
    file: File,
    /// `None` where a folder cannot be locked.
    _home: Option<File>,
    /// `None` where this lock and those of SQLite would exclude each other.
    _ledger: Option<File>,
}

impl Lock {
    /// Takes the lock of the ledger at `ledger` of the newsletter in `home`, creates the ledger if
    /// it is missing, and writes a note with the holder. The inner error is the process that holds
    /// the lock.
    ///
    /// Errors when the lock file or the ledger cannot be created or written.
    pub(super) fn take(
        ledger: &Path,
        home: &Path,
        issue: IssueNumber,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Result<Self, LockHolder>> {
        let process = format!("pid {}", std::process::id());
        let note = Sender { process, issue, since: now }.to_string();
        for attempt in 1..=TRIES_UNSIGNED {
            if let Some(lock) = Self::try_take(ledger, home, &note)? {
                return Ok(Ok(lock));
            }
            let holder = if attempt < TRIES { None } else { read_note(&lock_file(ledger)) };
            if holder.is_some() {
                return Ok(Err(LockHolder(holder)));
            }
            std::thread::sleep(PAUSE);
        }
        Ok(Err(LockHolder(None)))
    }

    /// Takes all of the locks or none.
    fn try_take(ledger: &Path, home: &Path, note: &str) -> anyhow::Result<Option<Self>> {
        // This comes first, so that a process refused here has not created a file where the holder
        // expects its own.
        let home = File::open(home).with_context(|| format!("cannot open `{}`", home.display()))?;
        let home = match home.try_lock() {
            Ok(()) => Some(home),
            Err(TryLockError::WouldBlock) => return Ok(None),
            // A network file system without locks for folders. The ledger is on another file
            // system.
            Err(TryLockError::Error(_)) => None,
        };
        location::make_folder(ledger)?;
        let path = lock_file(ledger);
        let context = || format!("cannot lock `{}`", path.display());
        let Some(file) = locked(&path).with_context(context)? else { return Ok(None) };
        location::make(ledger)?;
        let whole = if cfg!(target_os = "linux") {
            let locked = locked(ledger).with_context(|| format!("cannot lock `{}`", ledger.display()))?;
            let Some(locked) = locked else { return Ok(None) };
            Some(locked)
        } else {
            None
        };
        sign(&file, note).with_context(context)?;
        Ok(Some(Self { path, note: note.to_owned(), file, _home: home, _ledger: whole }))
    }

    /// Restores the lock file if it was removed or replaced: the other locks hold, but do not name the holder.
    pub(super) fn renew(&mut self) {
        if FileId::at(&self.path).is_ok_and(|at| at == FileId::of(&self.file).ok()) {
            return;
        }
        // A failure is not a reason to stop: only the note would be missing.
        if let Ok(Some(file)) = locked(&self.path)
            && sign(&file, &self.note).is_ok()
        {
            self.file = file;
        }
    }

    /// The process that delivers from the ledger at `ledger` now.
    pub(super) fn holder(ledger: &Path) -> Option<LockHolder> {
        let path = lock_file(ledger);
        let file = File::open(&path).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Some(LockHolder(read_note(&path))),
            _ => None,
        }
    }
}

/// Opens or creates the file at `path` and locks it; `None` if another process has the lock or the
/// file was removed or replaced meanwhile.
fn locked(path: &Path) -> io::Result<Option<File>> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok((FileId::at(path)? == Some(FileId::of(&file)?)).then_some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn sign(mut file: &File, note: &str) -> io::Result<()> {
    file.rewind()?;
    file.set_len(0)?;
    file.write_all(note.as_bytes())
}

fn read_note(path: &Path) -> Option<Sender> {
    let mut note = String::new();
    File::open(path).and_then(|mut file| file.read_to_string(&mut note)).ok()?;
    Sender::parse(&note)
}

fn lock_file(ledger: &Path) -> PathBuf {
    ledger.with_added_extension("lock")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    struct Newsletter {
        home: tempfile::TempDir,
        ledger: PathBuf,
    }

    impl Newsletter {
        fn new() -> Self {
            let home = tempfile::tempdir().unwrap();
            let ledger = home.path().join(".newsletter/ledger.sqlite3");
            Self { home, ledger }
        }

        fn take(&self, issue: u32) -> Result<Lock, LockHolder> {
            let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
            Lock::take(&self.ledger, self.home.path(), IssueNumber(issue), now).unwrap()
        }
    }

    fn holder() -> LockHolder {
        let process = format!("pid {}", std::process::id());
        let since = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        LockHolder(Some(Sender { process, issue: IssueNumber(42), since }))
    }

    #[test]
    fn the_second_send_is_told_about_the_first() {
        let newsletter = Newsletter::new();
        assert_eq!(Lock::holder(&newsletter.ledger), None);
        let first = newsletter.take(42).unwrap();
        assert_eq!(newsletter.take(43).unwrap_err(), holder());
        assert_eq!(Lock::holder(&newsletter.ledger), Some(holder()));
        drop(first);
        assert_eq!(Lock::holder(&newsletter.ledger), None);
        newsletter.take(43).unwrap();
    }

    #[test]
    fn a_silent_holder_of_the_lock_still_holds_it() {
        let newsletter = Newsletter::new();
        location::make_folder(&newsletter.ledger).unwrap();
        let silent = File::create(lock_file(&newsletter.ledger)).unwrap();
        silent.lock().unwrap();
        assert_eq!(newsletter.take(42).unwrap_err(), LockHolder(None));
    }

    /// Things that people and programs do to the files of a ledger in use.
    type Removal = (&'static str, fn(&Path));

    const REMOVALS: [Removal; 8] = [
        ("rm lock", |ledger| fs::remove_file(lock_file(ledger)).unwrap()),
        ("mv lock", |ledger| fs::rename(lock_file(ledger), ledger.with_added_extension("old")).unwrap()),
        ("a copy of the lock in its place", |ledger| {
            let copy = ledger.with_added_extension("copy");
            fs::copy(lock_file(ledger), &copy).unwrap();
            fs::rename(copy, lock_file(ledger)).unwrap();
        }),
        ("rm ledger", |ledger| fs::remove_file(ledger).unwrap()),
        ("a copy of the ledger in its place", |ledger| {
            let copy = ledger.with_added_extension("copy");
            fs::copy(ledger, &copy).unwrap();
            fs::rename(copy, ledger).unwrap();
        }),
        ("rm both", |ledger| {
            fs::remove_file(lock_file(ledger)).unwrap();
            fs::remove_file(ledger).unwrap();
        }),
        ("rm -r folder", |ledger| fs::remove_dir_all(ledger.parent().unwrap()).unwrap()),
        ("mv folder", |ledger| {
            let folder = ledger.parent().unwrap();
            fs::rename(folder, folder.with_added_extension("old")).unwrap();
        }),
    ];

    #[test]
    fn with_any_file_removed_no_second_process_gets_in_and_no_file_is_made() {
        for (name, remove) in REMOVALS {
            let newsletter = Newsletter::new();
            let mut first = newsletter.take(42).unwrap();
            remove(&newsletter.ledger);
            let there = newsletter.ledger.exists();
            newsletter.take(43).expect_err(name);
            assert_eq!(newsletter.ledger.exists(), there, "{name}");
            if there {
                first.renew();
                assert_eq!(newsletter.take(43).expect_err(name), holder(), "{name}");
                assert_eq!(Lock::holder(&newsletter.ledger), Some(holder()), "{name}");
            }
            drop(first);
            newsletter.take(43).expect(name);
        }
    }

    #[test]
    fn two_folders_with_one_ledger_take_turns_while_one_of_its_files_is_there() {
        for (name, remove) in &REMOVALS[..5] {
            let (one, mut other) = (Newsletter::new(), Newsletter::new());
            other.ledger.clone_from(&one.ledger);
            let first = one.take(42).unwrap();
            remove(&one.ledger);
            if cfg!(target_os = "linux") || !name.ends_with("lock") {
                other.take(43).expect_err(name);
            }
            drop(first);
            other.take(43).expect(name);
        }
    }
}
