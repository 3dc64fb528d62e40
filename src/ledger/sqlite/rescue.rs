//! Restores a ledger that was lost during a delivery from the files that are still open.

use std::fs::{self, File};

use anyhow::Context;

use super::file_watch::{FileId, FileWatch};
use super::ledger::Sqlite;
use super::location::{self, with_suffix};
use crate::fs::atomic_file;
use crate::ledger::loss::{LedgerLoss, RescuedLedger};

impl Sqlite {
    /// Returns whether the ledger's files were removed or replaced.
    pub(super) fn check_files(&mut self) -> Option<LedgerLoss> {
        if let Some(lock) = &mut self.lock {
            lock.renew();
        }
        self.watch.as_ref().and_then(FileWatch::loss)
    }

    /// Writes the ledger from the files that are still open to its path, or beside it if another
    /// file is there.
    pub(super) fn rescue_files(&mut self) -> anyhow::Result<Option<RescuedLedger>> {
        let Some(loss) = self.check_files() else { return Ok(None) };
        let Some(watch) = &self.watch else { return Ok(None) };
        let path = &watch.files[0].0;
        let context = || format!("cannot save the ledger beside `{}`", path.display());
        location::make_folder(path)?;
        let draft = with_suffix(path, &format!(".{}.saved", std::process::id()));
        // Created first, so that other users can never read it.
        location::make(&draft)?;
        let name = draft.to_str().context("the path of the ledger is not UTF-8").with_context(context)?;
        self.connection.execute("VACUUM INTO ?", [name]).with_context(context)?;
        File::open(&draft).and_then(|file| file.sync_all()).with_context(context)?;
        let place = path.clone();
        // SQLite would apply the rest of this write-ahead log to the next ledger at the same path.
        for (file, identity) in &watch.files[1..] {
            if FileId::at(file).is_ok_and(|at| at == Some(*identity)) {
                fs::remove_file(file).with_context(context)?;
            }
        }
        let saved = if watch.is_free() {
            fs::rename(&draft, path).with_context(context)?;
            place.clone()
        } else {
            let saved = with_suffix(path, ".rescued");
            fs::rename(&draft, &saved).with_context(context)?;
            saved
        };
        atomic_file::sync_folder(atomic_file::folder_of(path)).with_context(context)?;
        // Once is enough, and the next check would report the file that was just written as a
        // replacement.
        self.watch = None;
        Ok(Some(RescuedLedger { loss, place, saved }))
    }
}
