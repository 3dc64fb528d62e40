//! The ledger's file: where it is, whether it is intact, and the recovery of a damaged one.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use crate::config::{LedgerSettings, Newsletter};
use crate::issue;
use crate::ledger::sent_marker::SentMarker;
use crate::ledger::{SalvageReport, Sqlite};
use crate::model::IssueNumber;

/// The result of a recovery.
pub(crate) struct Recovery {
    pub(crate) deliveries: Vec<RecoveredDelivery>,
    /// The issues that were sent and of which nothing could be recovered.
    pub(crate) lost: Vec<LostIssue>,
    pub(crate) suppressions: u64,
    pub(crate) suppressions_may_be_missing: bool,
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
        self.lost.is_empty() && !self.suppressions_may_be_missing && self.deliveries.iter().all(complete)
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

/// Copies what can be read of the damaged ledger at `from` to a new one at `to`.
///
/// Errors when a send is running, and when nothing can be read or written.
pub(crate) fn recover(newsletter: &Newsletter, from: &Path, to: &Path) -> anyhow::Result<Recovery> {
    if let Some(holder) = Sqlite::holder(from) {
        return Err(Failure::not_started(format!("a send is running: {holder}")).into());
    }
    let SalvageReport { deliveries, lost, suppressions, suppressions_may_be_missing } =
        Sqlite::salvage(from, to, &marked(newsletter)?)?;
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
    Ok(Recovery { deliveries: deliveries.collect(), lost: lost.collect(), suppressions, suppressions_may_be_missing })
}

/// Returns the issues that have a sent marker.
fn marked(newsletter: &Newsletter) -> anyhow::Result<Vec<IssueNumber>> {
    let issues = issue::issue_files(&newsletter.root)?.into_iter().map(|file| file.number);
    Ok(issues.filter(|&issue| SentMarker::path(&newsletter.root, issue).exists()).collect())
}
