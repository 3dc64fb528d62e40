//! Reads the rows of an import and has them take effect, many with a few questions to the ledger.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::import_report::{ImportReport, Rejected, RowFate};
use crate::app::readers::{ReaderKeys, evidence};
use crate::config::ServeSettings;
use crate::ledger::ReaderRecords;
use crate::readers::{
    Change, ConsentEvent, Event, Evidence, Identity, ImportedReader, Reader, RestoredReader, Signup, Subscription, step,
};
use crate::subscribers::exports::{Export, ExportEntry, ForeignReader, ListedAs, StatedConsent};

/// The number of rows between two reports of progress.
const STEP: u64 = 1000;

/// The most rows that take effect together.
const TOGETHER: usize = 2000;

/// A file to bring in.
pub(super) struct ImportFile {
    pub(super) export: Export,
    pub(super) digest: String,
    /// Its name without its folder.
    pub(super) name: String,
}

/// What is brought in, and how.
pub(super) struct ImportPlan<'a> {
    pub(super) files: &'a [ImportFile],
    pub(super) keys: &'a ReaderKeys,
    pub(super) settings: &'a ServeSettings,
    /// How readers agreed of whom the files do not tell.
    pub(super) consent: Option<&'a str>,
    /// Whether those are asked to confirm.
    pub(super) confirm: bool,
    /// Tags of everybody who is added.
    pub(super) tags: &'a BTreeSet<String>,
    pub(super) now: DateTime<Utc>,
    /// Whether anything is kept.
    pub(super) is_kept: bool,
}

/// Which rows a pass over the files is about. Those who left come first, so that no order of files or rows mails them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    Leaving,
    Staying,
}

/// A row that waits for those that take effect with it.
struct WaitingRow<'a> {
    file: &'a ImportFile,
    who: Identity,
    entry: ExportEntry,
}

/// What a row does.
struct RowEffect {
    fate: RowFate,
    changes: Vec<Change>,
    /// Why somebody is to have no mail any more.
    reason: Option<&'static str>,
}

impl From<RowFate> for RowEffect {
    fn from(fate: RowFate) -> Self {
        Self { fate, changes: Vec::new(), reason: None }
    }
}

impl ImportPlan<'_> {
    /// Has all rows take effect in `records`, or only counts what they would do. `progress` gets the number of rows read so
    /// far, in both passes.
    ///
    /// Errors when a file or the ledger cannot be read or written.
    pub(super) fn carry_out(
        &self,
        records: &mut dyn ReaderRecords,
        progress: &mut dyn FnMut(u64),
    ) -> anyhow::Result<ImportReport> {
        let mail_waits = records.mail_waiting()?;
        let mut rows = ImportRows {
            plan: self,
            records,
            waiting: Vec::new(),
            people: HashSet::new(),
            tried: HashMap::new(),
            left: HashMap::new(),
            mail_waits,
            report: ImportReport::default(),
        };
        let mut read = 0;
        for pass in [Pass::Leaving, Pass::Staying] {
            for file in self.files {
                let mut entries = file.export.rows()?;
                for row in entries.by_ref() {
                    let row = row?;
                    read += 1;
                    if read % STEP == 0 {
                        progress(read);
                        // A database ends a transaction in which it hears nothing for a while.
                        rows.records.readers(&[], self.now)?;
                    }
                    match row.entry {
                        Err(diagnostic) if pass == Pass::Leaving => {
                            let path = file.export.path().to_path_buf();
                            let rejected = Rejected { file: path, line: row.line, diagnostic: *diagnostic };
                            rows.report.reject(rejected);
                        }
                        Ok((address, entry)) if pass_of(&entry) == pass => {
                            rows.add(WaitingRow { file, who: self.keys.identify(&address), entry })?;
                        }
                        _ => {}
                    }
                }
                if entries.digest() != file.digest {
                    return Err(file.export.changed().into());
                }
            }
            rows.take_effect()?;
        }
        Ok(rows.report)
    }

    /// Decides what the row `entry` of `file` does to `who`, of whom `reader` is known. `mail_waits` is the number of mails before
    /// theirs.
    fn decide(
        &self,
        file: &ImportFile,
        (who, reader): (&Identity, &Reader),
        entry: ExportEntry,
        mail_waits: u64,
    ) -> RowEffect {
        let decided = |event: Event, reason: Option<&'static str>| {
            let step = step(who, reader, event, self.now);
            RowEffect { fate: RowFate::of(step.outcome), changes: step.changes, reason }
        };
        let foreign = match entry {
            ExportEntry::Own(row) => {
                let reason = row.suppression.map(|suppressed| suppressed.reason.name());
                return decided(Event::Restore(self.tagged(row)), reason);
            }
            ExportEntry::Foreign(foreign) => foreign,
        };
        let source = format!("{}: {}", file.export.kind().name(), file.name);
        let how = format!("{source}, SHA-256 {}", file.digest);
        let (opt_out, reason) = match foreign.listed_as {
            ListedAs::Unconfirmed => return RowFate::Unconfirmed.into(),
            ListedAs::Active => (None, None),
            ListedAs::Left(reason, at) => (Some((reason, at)), Some(reason.name())),
        };
        let is_told = opt_out.is_some() || !foreign.consent.is_empty();
        let words = self.consent.filter(|_| !is_told).unwrap_or_default().to_owned();
        let by = Evidence { how: how.clone(), words, network: String::new() };
        let row = ImportedReader { opt_out, ..self.imported(source.clone(), &how, &foreign) };
        let added = decided(Event::Import(row, by), reason);
        if is_told || self.consent.is_some() || added.fate != RowFate::Added {
            return added;
        }
        if !self.confirm {
            return RowFate::WithoutConsent.into();
        }
        if reader.confirmations.last.is_some() {
            // Asked once, by an earlier import or on the web, is enough.
            return RowFate::AlreadyHere.into();
        }
        decided(Event::SignUp(self.signup(who, foreign, (source, how), mail_waits)), None)
    }

    fn tagged(&self, mut row: RestoredReader) -> RestoredReader {
        if let Some(subscription) = &mut row.subscription {
            subscription.tags.extend(self.tags.iter().cloned());
        }
        row
    }

    /// Returns `reader` as the ledger gets them.
    fn imported(&self, source: String, how: &str, reader: &ForeignReader) -> ImportedReader {
        let stated = |StatedConsent { what, at, ip, column }: &StatedConsent| ConsentEvent {
            what: *what,
            evidence: Evidence {
                how: how.to_owned(),
                words: column.clone(),
                network: ip.map(|ip| evidence(ip, self.settings.evidence_ip)).unwrap_or_default(),
            },
            at: *at,
        };
        ImportedReader {
            opt_out: None,
            fields: reader.fields.clone(),
            topics: reader.topics.clone(),
            tags: reader.tags.union(self.tags).cloned().collect(),
            since: reader.since,
            confirmed_at: reader.confirmed_at,
            source,
            consent: reader.consent.iter().map(stated).collect(),
        }
    }

    /// Returns the sign-up by which a reader is asked. It waits for as long as the mail does that comes before.
    fn signup(
        &self,
        who: &Identity,
        reader: ForeignReader,
        (source, how): (String, String),
        mail_waits: u64,
    ) -> Signup {
        let rate = self.settings.confirm_rate;
        let periods = u32::try_from(mail_waits / u64::from(rate.messages.max(1))).unwrap_or(u32::MAX);
        let wait =
            TimeDelta::from_std(rate.per.saturating_mul(periods.saturating_add(1))).unwrap_or(TimeDelta::days(365));
        let pending = TimeDelta::from_std(self.settings.pending).unwrap_or(TimeDelta::days(7));
        let by = Evidence { how, ..Evidence::default() };
        Signup {
            fields: reader.fields,
            topics: reader.topics,
            tags: reader.tags.union(self.tags).cloned().collect(),
            ..self.keys.signup(&who.address, by, &source, self.now, pending + wait)
        }
    }
}

/// The rows of an import on their way into the ledger.
struct ImportRows<'a, 'records> {
    plan: &'a ImportPlan<'a>,
    records: &'records mut dyn ReaderRecords,
    waiting: Vec<WaitingRow<'a>>,
    /// The keys of those whose rows wait: nobody has two among them.
    people: HashSet<String>,
    /// What those would be whom an earlier row would change, if nothing is kept.
    tried: HashMap<String, Reader>,
    /// The keys of those whom an earlier row has suppressed, each with its reason.
    left: HashMap<String, &'static str>,
    mail_waits: u64,
    report: ImportReport,
}

impl<'a> ImportRows<'a, '_> {
    fn add(&mut self, row: WaitingRow<'a>) -> anyhow::Result<()> {
        let key = row.who.address.key();
        if self.waiting.len() >= TOGETHER || self.people.contains(&key) {
            self.take_effect()?;
        }
        self.people.insert(key);
        self.waiting.push(row);
        Ok(())
    }

    /// Has the rows that wait take effect.
    fn take_effect(&mut self) -> anyhow::Result<()> {
        self.people.clear();
        let rows = std::mem::take(&mut self.waiting);
        let people: Vec<_> = rows.iter().map(|row| row.who.clone()).collect();
        let readers = self.records.readers(&people, self.plan.now)?;
        let mut steps = Vec::with_capacity(rows.len());
        for (WaitingRow { file, who, entry }, reader) in rows.into_iter().zip(readers) {
            let reader = self.tried.get(&who.address.key()).cloned().unwrap_or(reader);
            let is_leaving = pass_of(&entry) == Pass::Leaving;
            let mut effect = self.plan.decide(file, (&who, &reader), entry, self.mail_waits);
            if let (RowFate::StaysSuppressed, false) = (effect.fate, is_leaving)
                && let Some(reason) = self.left.get(&who.address.key())
            {
                effect.fate = RowFate::LeftElsewhere(reason);
            }
            self.mail_waits += u64::from(effect.fate == RowFate::Asked);
            self.report.count(effect.fate);
            if let (RowFate::Suppressed, Some(reason)) = (effect.fate, effect.reason) {
                *self.report.reasons.entry(reason).or_default() += 1;
                self.left.insert(who.address.key(), reason);
            }
            if self.plan.is_kept {
                steps.push((who, effect.changes));
            } else if !effect.changes.is_empty() {
                let mut changed = reader;
                changed.make_all(&effect.changes, self.plan.now);
                self.tried.insert(who.address.key(), without_words(changed));
            }
        }
        if self.plan.is_kept { self.records.apply_all(&steps, self.plan.now) } else { Ok(()) }
    }
}

/// Returns `reader` without what no later row depends on: there may be a million.
fn without_words(mut reader: Reader) -> Reader {
    if let Some(Subscription { fields, topics, tags, source, .. }) = &mut reader.subscription {
        fields.clear();
        topics.clear();
        tags.clear();
        source.clear();
    }
    reader
}

fn pass_of(entry: &ExportEntry) -> Pass {
    match entry {
        ExportEntry::Foreign(ForeignReader { listed_as: ListedAs::Left(..), .. })
        | ExportEntry::Own(RestoredReader { suppression: Some(_), .. }) => Pass::Leaving,
        _ => Pass::Staying,
    }
}
