//! Brings readers in from the files of another service, or of this program on another machine.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};

use super::import_report::{ImportReport, Rejected, RowFate};
use crate::app::failure::Failure;
use crate::app::readers::{ReaderKeys, evidence};
use crate::app::{clock, open_ledger};
use crate::config::Newsletter;
use crate::diagnostic::Diagnostic;
use crate::ledger::{self, Ledger, LedgerLocation, ReaderRecords};
use crate::readers::{self, ConsentEvent, Event, Evidence, Identity, ImportedReader, Outcome, RestoredReader, Signup};
use crate::subscribers::exports::{
    Export, ExportEntry, ExportError, ExportKind, ExportOptions, ForeignReader, ListedAs, StatedConsent,
};

/// The number of rows between two reports of progress.
const STEP: u64 = 1000;

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

struct ImportFile {
    export: Export,
    digest: String,
    /// Its name without its folder.
    name: String,
}

/// Which rows a pass over the files is about. Those who left come first, so that no order of files or rows mails them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    Leaving,
    Staying,
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

    /// Returns what it would do, and keeps nothing. `progress` gets the number of rows read so far, in both passes.
    ///
    /// Errors when a file or the ledger cannot be read.
    pub(crate) fn try_out(&self, progress: &mut dyn FnMut(u64)) -> anyhow::Result<ImportReport> {
        if open_ledger::to_read(self.newsletter)?.is_some() {
            return self.attempt(open_ledger::to_write(self.newsletter)?.as_mut(), false, progress);
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
        let now = ledger.time(clock::now())?;
        let mut report = None;
        let result = ledger.change_readers(&mut |records| {
            let told = self.both_passes(records, now, progress)?;
            assert_eq!(told.sum(), told.rows, "every row is told once");
            let is_refused = told.without_consent > 0;
            let refusal = without_consent(told.without_consent);
            report = Some(told);
            if !is_kept {
                anyhow::bail!("only tried");
            }
            if is_refused { Err(refusal.into()) } else { Ok(()) }
        });
        match (report, result) {
            (Some(report), _) if !is_kept => Ok(report),
            (Some(report), Ok(())) => Ok(report),
            (_, result) => Err(result.err().unwrap_or_else(|| anyhow::anyhow!("the ledger did nothing"))),
        }
    }

    fn both_passes(
        &self,
        records: &mut dyn ReaderRecords,
        now: DateTime<Utc>,
        progress: &mut dyn FnMut(u64),
    ) -> anyhow::Result<ImportReport> {
        let mut report = ImportReport::default();
        let mut waiting = records.mail_waiting()?;
        let mut read = 0;
        for pass in [Pass::Leaving, Pass::Staying] {
            for file in &self.files {
                let mut rows = file.export.rows()?;
                for row in rows.by_ref() {
                    let row = row?;
                    read += 1;
                    if read % STEP == 0 {
                        progress(read);
                    }
                    match row.entry {
                        Err(diagnostic) if pass == Pass::Leaving => {
                            let path = file.export.path().to_path_buf();
                            report.reject(Rejected { file: path, line: row.line, diagnostic: *diagnostic });
                        }
                        Ok((address, entry)) if pass_of(&entry) == pass => {
                            let who = self.keys.identify(&address);
                            let fate = self.tell(records, file, &who, entry, now, &mut waiting, &mut report)?;
                            report.count(fate);
                        }
                        _ => {}
                    }
                }
                if rows.digest() != file.digest {
                    return Err(file.export.changed().into());
                }
            }
        }
        Ok(report)
    }

    /// Has what a row says take effect.
    #[expect(clippy::too_many_arguments, reason = "a row, its file, and what is counted")]
    fn tell(
        &self,
        records: &mut dyn ReaderRecords,
        file: &ImportFile,
        who: &Identity,
        entry: ExportEntry,
        now: DateTime<Utc>,
        waiting: &mut u64,
        report: &mut ImportReport,
    ) -> anyhow::Result<RowFate> {
        let foreign = match entry {
            ExportEntry::Own(row) => {
                let reason = row.suppression.map(|suppressed| suppressed.reason.name());
                let outcome = records.happen(who, Event::Restore(self.tagged(row)), now)?;
                return Ok(counted(outcome, reason, report));
            }
            ExportEntry::Foreign(reader) => reader,
        };
        let source = format!("{}: {}", file.export.kind().name(), file.name);
        let how = format!("{source}, SHA-256 {}", file.digest);
        let (opt_out, reason) = match foreign.listed_as {
            ListedAs::Unconfirmed => return Ok(RowFate::Unconfirmed),
            ListedAs::Active => (None, None),
            ListedAs::Left(reason, at) => (Some((reason, at)), Some(reason.name())),
        };
        let is_told = opt_out.is_some() || !foreign.consent.is_empty();
        let words = self.options.consent.clone().filter(|_| !is_told).unwrap_or_default();
        let by = Evidence { how: how.clone(), words, network: String::new() };
        let row = ImportedReader { opt_out, ..self.imported(source, &how, &foreign) };
        if is_told || self.options.consent.is_some() {
            return Ok(counted(records.happen(who, Event::Import(row, by), now)?, reason, report));
        }
        let reader = records.reader(who, now)?;
        let would = readers::step(who, &reader, Event::Import(row, by), now).outcome;
        if would != Outcome::Added {
            return Ok(RowFate::of(would));
        }
        if !self.options.confirm {
            return Ok(RowFate::WithoutConsent);
        }
        if reader.confirmations.last.is_some() {
            // Asked once, by an earlier import or on the web, is enough.
            return Ok(RowFate::AlreadyHere);
        }
        let signup = self.signup(who, foreign, how, now, *waiting);
        let outcome = records.happen(who, Event::SignUp(signup), now)?;
        *waiting += u64::from(outcome == Outcome::Pending);
        Ok(RowFate::of(outcome))
    }

    fn tagged(&self, mut row: RestoredReader) -> RestoredReader {
        if let Some(subscription) = &mut row.subscription {
            subscription.tags.extend(self.options.tags.iter().cloned());
        }
        row
    }

    /// Returns `reader` as the ledger gets them.
    fn imported(&self, source: String, how: &str, reader: &ForeignReader) -> ImportedReader {
        let kept = self.newsletter.settings.serve.evidence_ip;
        let stated = |StatedConsent { what, at, ip, column }: &StatedConsent| ConsentEvent {
            what: *what,
            evidence: Evidence {
                how: how.to_owned(),
                words: column.clone(),
                network: ip.map(|ip| evidence(ip, kept)).unwrap_or_default(),
            },
            at: *at,
        };
        ImportedReader {
            opt_out: None,
            fields: reader.fields.clone(),
            topics: reader.topics.clone(),
            tags: reader.tags.union(&self.options.tags).cloned().collect(),
            since: reader.since,
            confirmed_at: reader.confirmed_at,
            source,
            consent: reader.consent.iter().map(stated).collect(),
        }
    }

    /// Returns the sign-up by which a reader is asked. It waits for as long as the mail does that comes before.
    fn signup(&self, who: &Identity, reader: ForeignReader, how: String, now: DateTime<Utc>, waiting: u64) -> Signup {
        let serve = &self.newsletter.settings.serve;
        let rate = serve.confirm_rate;
        let periods = u32::try_from(waiting / u64::from(rate.messages.max(1))).unwrap_or(u32::MAX);
        let wait =
            TimeDelta::from_std(rate.per.saturating_mul(periods.saturating_add(1))).unwrap_or(TimeDelta::days(365));
        let pending = TimeDelta::from_std(serve.pending).unwrap_or(TimeDelta::days(7));
        let nonce = self.keys.nonce(self.keys.confirm_token(&who.address, now.timestamp()));
        Signup {
            nonce,
            address: who.address.clone(),
            fields: reader.fields,
            topics: reader.topics,
            evidence: Evidence { how, ..Evidence::default() },
            requested_at: now,
            expires_at: now + pending + wait,
            confirmed_at: None,
        }
    }
}

fn pass_of(entry: &ExportEntry) -> Pass {
    match entry {
        ExportEntry::Foreign(ForeignReader { listed_as: ListedAs::Left(..), .. })
        | ExportEntry::Own(RestoredReader { suppression: Some(_), .. }) => Pass::Leaving,
        _ => Pass::Staying,
    }
}

/// Returns what became of a row, and counts why somebody is suppressed.
fn counted(outcome: Outcome, reason: Option<&'static str>, report: &mut ImportReport) -> RowFate {
    let fate = RowFate::of(outcome);
    if let (RowFate::Suppressed, Some(reason)) = (fate, reason) {
        *report.reasons.entry(reason).or_default() += 1;
    }
    fate
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
