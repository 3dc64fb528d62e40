//! Watches whether the files of a ledger in use are still the ones at their paths.
//!
//! A process keeps its open files when their names are removed, and whatever it writes to a removed
//! ledger is lost when it ends. So the names are looked up again before each batch, at a few
//! microseconds each. A run that has lost its ledger sends nothing more, and restores the ledger
//! from its open files (`rescue`) before it ends.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::location::with_suffix;
use crate::ledger::loss::LedgerLoss;

/// The files SQLite keeps beside the ledger while it is in use.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// The identity of a file, independent of its name. The inode number is not reused while the file
/// is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    pub(super) fn of(file: &File) -> io::Result<Self> {
        file.metadata().map(|file| Self { device: file.dev(), inode: file.ino() })
    }

    /// The file at `path`; `None` if there is none.
    pub(super) fn at(path: &Path) -> io::Result<Option<Self>> {
        match fs::metadata(path) {
            Ok(file) => Ok(Some(Self { device: file.dev(), inode: file.ino() })),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The files of an open ledger.
#[derive(Debug)]
pub(super) struct FileWatch {
    /// The ledger first, then the files beside it.
    pub(super) files: Vec<(PathBuf, FileId)>,
}

impl FileWatch {
    /// Watches the ledger at `path`, which is open.
    ///
    /// Errors if it is already gone.
    pub(super) fn new(path: &Path) -> anyhow::Result<Self> {
        let context = || format!("cannot examine the ledger `{}`", path.display());
        // SQLite names the files beside a ledger after the file itself, not after a link to it.
        let real = path.canonicalize().with_context(context)?;
        let mut files = Vec::new();
        for file in [real.clone()].into_iter().chain(BESIDE.iter().map(|suffix| with_suffix(&real, suffix))) {
            if let Some(identity) = FileId::at(&file).with_context(context)? {
                files.push((file, identity));
            }
        }
        Ok(Self { files })
    }

    /// The first file that was removed or replaced.
    pub(super) fn loss(&self) -> Option<LedgerLoss> {
        self.files.iter().find_map(|(path, identity)| match FileId::at(path) {
            Ok(Some(at)) if at == *identity => None,
            Ok(Some(_)) => Some(LedgerLoss::Replaced(path.clone())),
            Ok(None) => Some(LedgerLoss::Removed(path.clone())),
            Err(error) => Some(LedgerLoss::Unreadable(path.clone(), error.to_string())),
        })
    }

    /// Returns whether only watched files are at the path of the ledger and beside it.
    pub(super) fn is_free(&self) -> bool {
        self.files.iter().all(|(path, identity)| FileId::at(path).is_ok_and(|at| at.is_none_or(|at| at == *identity)))
    }
}
