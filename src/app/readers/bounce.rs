//! Keeps reports that mail did not arrive, and gives addresses up.

use chrono::{DateTime, Utc};

use crate::ledger::ReaderRecords;
use crate::mailbox::{MailedIssue, is_unreachable};
use crate::readers::{BounceReport, Event, Evidence, Identity, step};

/// Keeps `report` about `who`, to whom the issues `mailed` were sent, newest first. Returns whether they get no more mail.
/// In a dry run nothing is kept.
pub(crate) fn keep_bounce(
    records: &mut dyn ReaderRecords,
    who: &Identity,
    report: BounceReport,
    mailed: &[MailedIssue],
    (now, is_dry_run): (DateTime<Utc>, bool),
) -> anyhow::Result<bool> {
    let words =
        if report.status.is_empty() { report.text.clone() } else { format!("{} {}", report.status, report.text) };
    let how = format!("report about issue {}", report.issue);
    let mut reports = records.bounces(who)?;
    if is_dry_run {
        reports.push(report);
    } else {
        records.keep_bounce(who, &report)?;
        reports = records.bounces(who)?;
    }
    let reader = records.reader(who, now)?;
    // What was reported before a reader confirmed their address counts no more.
    let confirmed = reader.subscription.as_ref().and_then(|subscription| subscription.confirmed_at);
    reports.retain(|report| confirmed.is_none_or(|confirmed| report.at > confirmed));
    if !is_unreachable(&reports, mailed) {
        return Ok(false);
    }
    let step = step(who, &reader, Event::Bounce(Evidence { how, words, network: String::new() }), now);
    if !is_dry_run {
        records.apply(who, step.changes, now)?;
    }
    Ok(true)
}
