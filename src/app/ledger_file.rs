//! The ledger's file: where it is, whether it is intact, its backup, and the recovery of a damaged one.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::previous_key::PreviousKey;
use super::{keys, ledger_owner, open_ledger, this_machine};
use crate::config::{LedgerSettings, Newsletter};
use crate::issue;
use crate::ledger::sent_marker::SentMarker;
use crate::ledger::{self, LedgerLocation, SalvageReport, Sqlite};
use crate::model::IssueNumber;

/// The result of a recovery.
pub(crate) struct Recovery {
    pub(crate) deliveries: Vec<RecoveredDelivery>,
    /// The issues that were sent and of which nothing could be recovered.
    pub(crate) lost: Vec<LostIssue>,
    pub(crate) suppressions: u64,
    pub(crate) suppressions_may_be_missing: bool,
    pub(crate) subscribers: u64,
    pub(crate) readers_may_be_missing: bool,
}

/// A recovered delivery.
pub(crate) struct RecoveredDelivery {
    pub(crate) issue: IssueNumber,
    pub(crate) total: u64,
    /// How many rows were read completely.
    pub(crate) read: u64,
    /// How many are known only by their addresses.
    pub(crate) address_only: u64,
    pub(crate) lost: u64,
    pub(crate) in_doubt: u64,
    pub(crate) has_letter: bool,
}

/// An issue of which nothing was recovered.
pub(crate) struct LostIssue {
    pub(crate) issue: IssueNumber,
    /// The sent marker beside the issue, and whether it exists.
    pub(crate) marker: PathBuf,
    pub(crate) is_marked: bool,
}

impl Recovery {
    /// Whether nothing is missing.
    pub(crate) fn is_complete(&self) -> bool {
        let complete = |delivery: &RecoveredDelivery| delivery.in_doubt + delivery.lost == 0 && delivery.has_letter;
        let readers = !self.suppressions_may_be_missing && !self.readers_may_be_missing;
        self.lost.is_empty() && readers && self.deliveries.iter().all(complete)
    }
}

/// Returns the file of the newsletter's ledger.
///
/// Errors when its ledger is a database.
pub(crate) fn path(newsletter: &Newsletter) -> Result<&Path, Failure> {
    let LedgerSettings::File(path) = &newsletter.settings.ledger else {
        return Err(Failure::usage("the ledger is a PostgreSQL database, not a file")
            .hint("use its own tools to verify, back up and restore it: `pg_amcheck`, `pg_dump`, `pg_restore`"));
    };
    Ok(path)
}

/// Returns the faults of the file at `path`; `None` when there is none.
///
/// Errors when it cannot be read.
pub(crate) fn faults(path: &Path) -> anyhow::Result<Option<Vec<String>>> {
    Sqlite::examine(path)
}

/// Copies the newsletter's ledger to `to`.
///
/// Errors when there is none, it is damaged, or there is a file at `to`.
pub(crate) fn back_up(newsletter: &Newsletter, to: &Path) -> anyhow::Result<()> {
    let from = path(newsletter)?;
    // Reports a ledger of another newsletter.
    if open_ledger::to_read(newsletter)?.is_none() {
        let message = format!("there is no ledger yet at `{}`", from.display());
        return Err(Failure::usage(message).hint("the first send creates it").into());
    }
    Sqlite::back_up(from, to)
}

/// Returns where the key of the unsubscribe links is, for people.
pub(crate) fn key_place(newsletter: &Newsletter) -> String {
    newsletter.settings.token_key.to_string()
}

/// Puts the backup `from` in the place of the newsletter's ledger. Returns warnings about what it does not know.
///
/// Errors when there is a ledger, when the backup is damaged or another newsletter's, and when the key of this machine
/// is not the one of the mail it has sent: then nothing is changed.
pub(crate) fn restore(newsletter: &Newsletter, from: &Path) -> anyhow::Result<Vec<String>> {
    let to = path(newsletter)?;
    if to.exists() {
        let message = format!("there is a ledger already: `{}`", to.display());
        let aside =
            format!("to replace it, move it aside with its `-wal` and `-shm` files: `mv {0} {0}.old`", to.display());
        let lost = "whoever left or got mail after the backup was made is unknown to it: `newsletter suppress --list` and `newsletter status` show what the present one knows";
        return Err(Failure::not_started(message).hint(aside).hint(lost).into());
    }
    let location = LedgerLocation::File(from.to_owned());
    let Some(mut backup) = ledger::open_to_read(&location, this_machine::last_boot())? else {
        return Err(Failure::usage(format!("there is no backup at `{}`", from.display())).into());
    };
    ledger_owner::check(newsletter, backup.as_mut())?;
    let used = PreviousKey::read(newsletter, Some(backup.as_mut()))?;
    if used.is_some() {
        keys::token_key(newsletter, used.as_ref(), false)?;
    }
    let known: Vec<_> = backup.summaries()?.into_iter().map(|delivery| delivery.issue).collect();
    drop(backup);
    Sqlite::restore(from, to)?;
    let unknown = marked(newsletter)?.into_iter().filter(|issue| !known.contains(issue));
    Ok(unknown
        .map(|issue| format!("the backup does not know the delivery of issue {issue}: do not send it again"))
        .collect())
}

/// Copies what can be read of the damaged ledger at `from` to a new one at `to`.
///
/// Errors when a send is running, and when nothing can be read or written.
pub(crate) fn recover(newsletter: &Newsletter, from: &Path, to: &Path) -> anyhow::Result<Recovery> {
    if let Some(holder) = Sqlite::holder(from) {
        return Err(Failure::not_started(format!("a send is running: {holder}")).into());
    }
    let SalvageReport {
        deliveries,
        lost,
        suppressions,
        suppressions_may_be_missing,
        subscribers,
        readers_may_be_missing,
    } = Sqlite::salvage(from, to, &marked(newsletter)?)?;
    let deliveries = deliveries.iter().map(|saved| RecoveredDelivery {
        issue: saved.issue,
        total: saved.total,
        read: saved.read,
        address_only: saved.named,
        lost: saved.lost(),
        in_doubt: saved.in_doubt,
        has_letter: saved.has_letter,
    });
    let lost = lost.into_iter().map(|issue| {
        let marker = SentMarker::path(&newsletter.root, issue);
        let is_marked = marker.exists();
        let marker = marker.strip_prefix(&newsletter.root).map(Path::to_owned).unwrap_or(marker);
        LostIssue { issue, marker, is_marked }
    });
    Ok(Recovery {
        deliveries: deliveries.collect(),
        lost: lost.collect(),
        suppressions,
        suppressions_may_be_missing,
        subscribers,
        readers_may_be_missing,
    })
}

/// Returns the issues that have a sent marker.
fn marked(newsletter: &Newsletter) -> anyhow::Result<Vec<IssueNumber>> {
    let issues = issue::issue_files(&newsletter.root)?.into_iter().map(|file| file.number);
    Ok(issues.filter(|&issue| SentMarker::path(&newsletter.root, issue).exists()).collect())
}
