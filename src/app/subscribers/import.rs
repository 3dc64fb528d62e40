//! Brings readers in from the files of another service, or of this program on another machine.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::import_report::ImportReport;
use super::import_rows::{ImportFile, ImportPlan};
use crate::app::failure::Failure;
use crate::app::readers::ReaderKeys;
use crate::app::{clock, open_ledger};
use crate::config::Newsletter;
use crate::diagnostic::Diagnostic;
use crate::ledger::{self, Ledger, LedgerLocation, ReaderRecords};
use crate::subscribers::exports::{Export, ExportError, ExportKind, ExportOptions};

/// What the writer says about the readers of an import.
#[derive(Debug, Clone, Default)]
pub(crate) struct ImportOptions {
    pub(crate) export: ExportOptions,
    /// How readers agreed of whom the files do not tell.
    pub(crate) consent: Option<String>,
    /// Whether those are asked to confirm.
    pub(crate) confirm: bool,
    /// Tags of everybody who is added.
    pub(crate) tags: BTreeSet<String>,
}

/// Files that are ready to be brought in.
pub(crate) struct Import<'a> {
    newsletter: &'a Newsletter,
    keys: ReaderKeys,
    files: Vec<ImportFile>,
    pub(crate) options: ImportOptions,
}

impl<'a> Import<'a> {
    /// Opens `files`.
    ///
    /// Errors when one cannot be read, its kind is not clear, or the meaning of a column is unclear.
    pub(crate) fn open(newsletter: &'a Newsletter, files: &[PathBuf], options: ImportOptions) -> anyhow::Result<Self> {
        if options.confirm {
            super::add::refuse_without_pages(newsletter, "--confirm")?;
        }
        let mut opened = Vec::new();
        for path in files {
            let export = Export::open(path, path.clone(), &options.export).map_err(|error| explained(path, error))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            opened.push(ImportFile { digest: export.digest()?, name, export });
        }
        Ok(Self { newsletter, keys: ReaderKeys::fetch(newsletter)?, files: opened, options })
    }

    /// Has readers asked to confirm of whom the files do not tell how they agreed.
    ///
    /// Errors when nobody could confirm.
    pub(crate) fn ask_to_confirm(&mut self) -> anyhow::Result<()> {
        super::add::refuse_without_pages(self.newsletter, "that")?;
        self.options.confirm = true;
        Ok(())
    }

    /// Returns the path and the kind of each file.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = (&Path, ExportKind)> {
        self.files.iter().map(|file| (file.export.path(), file.export.kind()))
    }

    /// Returns the warnings about columns.
    pub(crate) fn warnings(&self) -> Vec<Diagnostic> {
        self.files.iter().flat_map(|file| file.export.warnings()).cloned().collect()
    }

    /// Returns whether a file was exported from a ledger with another unsubscribe key.
    pub(crate) fn has_other_key(&self) -> bool {
        let own = self.keys.fingerprint();
        self.files.iter().any(|file| file.export.exported_with_key().is_some_and(|key| key != own))
    }

    /// Returns what it would do, and keeps nothing; others can write to the ledger meanwhile. `progress` gets the number of
    /// rows read so far, in both passes.
    ///
    /// Errors when a file or the ledger cannot be read.
    pub(crate) fn try_out(&self, progress: &mut dyn FnMut(u64)) -> anyhow::Result<ImportReport> {
        if let Some(mut ledger) = open_ledger::to_read(self.newsletter)? {
            return self.attempt(ledger.as_mut(), false, progress);
        }
        let folder = tempfile::tempdir()?;
        let location = LedgerLocation::File(folder.path().join("ledger.sqlite3"));
        self.attempt(ledger::open(&location)?.as_mut(), false, progress)
    }

    /// Brings the readers in, all or none.
    ///
    /// Errors when a file or the ledger cannot be read, and when the consent of somebody is not known.
    pub(crate) fn run(&self, progress: &mut dyn FnMut(u64)) -> anyhow::Result<ImportReport> {
        self.attempt(open_ledger::to_write(self.newsletter)?.as_mut(), true, progress)
    }

    fn attempt(
        &self,
        ledger: &mut dyn Ledger,
        is_kept: bool,
        progress: &mut dyn FnMut(u64),
    ) -> anyhow::Result<ImportReport> {
        let plan = ImportPlan {
            files: &self.files,
            keys: &self.keys,
            settings: &self.newsletter.settings.serve,
            consent: self.options.consent.as_deref(),
            confirm: self.options.confirm,
            tags: &self.options.tags,
            now: ledger.time(clock::now())?,
            is_kept,
        };
        let mut report = ImportReport::default();
        let mut work = |records: &mut dyn ReaderRecords| {
            report = plan.carry_out(records, progress)?;
            assert_eq!(report.sum(), report.rows, "every row is told once");
            if is_kept && report.without_consent > 0 {
                return Err(without_consent(report.without_consent).into());
            }
            Ok(())
        };
        if is_kept {
            ledger.change_readers(&mut work)?;
        } else {
            ledger.read_readers(&mut work)?;
        }
        Ok(report)
    }
}

fn without_consent(rows: u64) -> Failure {
    let rows = if rows == 1 { "1 row says".to_owned() } else { format!("{} rows say", crate::format::count(rows)) };
    Failure::not_started(format!("{rows} nothing about how these people agreed; nothing was imported"))
        .hint("`--consent \"signed up at our stand, May 2026\"` keeps how they agreed, with each of them")
        .hint("`--confirm` mails each of them a link to confirm, as fast as `confirm_rate` under `[serve]` allows")
}

fn explained(path: &Path, error: ExportError) -> anyhow::Error {
    let shown = path.display();
    let failure = match error {
        ExportError::Problems(problems) => return problems.into(),
        ExportError::Unknown => {
            let known = ExportKind::ALL.iter().filter(|kind| **kind != ExportKind::Plain);
            let known = known.map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
            Failure::content(format!("`{shown}` is not an export that is known"))
                .hint("`--as plain` reads it as `subscribers.csv` is read: by its headings")
                .hint(format!("known are {known}"))
        }
        ExportError::Ambiguous(kinds) => {
            let names = kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" or ");
            let options = kinds.iter().map(|kind| format!("`--as {}`", kind.word())).collect::<Vec<_>>().join(", ");
            Failure::content(format!("`{shown}` could be {names}")).hint(format!("{options} or `--as plain` decides"))
        }
        ExportError::Lacking(kind, wanted) => {
            Failure::content(format!("`{shown}` is not from {}: it lacks columns such as {wanted}", kind.name()))
                .hint("`--as plain` reads it as `subscribers.csv` is read: by its headings")
        }
    };
    failure.into()
}
