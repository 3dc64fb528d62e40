//! Reads the sent marker beside the issue, and writes it: before the first message of a run, and after the last.

use std::path::PathBuf;

use super::issue::IssueToSend;
use crate::app::failure::Failure;
use crate::ledger::Ledger;
use crate::ledger::sent_marker::SentMarker;

/// Writes the progress of the delivery to the marker. Files in an outbox are not mail and need no marker.
pub(super) fn write(issue: &IssueToSend, ledger: &mut dyn Ledger) -> anyhow::Result<()> {
    let number = issue.number;
    let Some(plan) = ledger.plan(number)?.filter(|plan| !plan.courier.is_rehearsal()) else { return Ok(()) };
    let path = path(issue);
    let mut pages = SentMarker::read(&path).ok().flatten().map(|marker| marker.pages().clone()).unwrap_or_default();
    // Without its file, the letter is the one of the earlier run.
    pages.extend(issue.prepared().ok().map(|prepared| prepared.loaded.issue.path()));
    SentMarker::of(&plan, &ledger.counts(number)?, pages).write(&path)
}

/// Returns the marker, if there is one.
///
/// Errors when it cannot be read or is damaged.
pub(super) fn read(issue: &IssueToSend) -> Result<Option<SentMarker>, Failure> {
    SentMarker::read(&path(issue)).map_err(|error| Failure::not_started(format!("{error:#}; nothing was sent")))
}

/// Returns the path of the marker within the newsletter.
pub(super) fn shown_path(issue: &IssueToSend) -> String {
    let path = path(issue);
    path.strip_prefix(&issue.newsletter.root).unwrap_or(&path).display().to_string()
}

/// Returns the path of the marker.
pub(super) fn path(issue: &IssueToSend) -> PathBuf {
    SentMarker::path(&issue.newsletter.root, issue.number)
}
