//! How a delivery has travelled so far: files in an outbox are nobody's mail, and do not stand in the way of it.

use crate::cli::{Exit, Failure};
use crate::delivery::courier::Outbox;
use crate::delivery::ledger::{Entry, Ledger, Plan, State};

/// Whether `plan` was only rehearsed: all that came of it are files, and now it is mailed, not put `to_files`. Then it is to be planned anew.
///
/// Errors when it was begun by mail and the rest would be put into files.
pub(super) fn is_rehearsed(ledger: &mut dyn Ledger, plan: &Plan, to_files: bool) -> anyhow::Result<bool> {
    let moved: Vec<_> = State::ALL.into_iter().filter(|&state| state != State::Planned).collect();
    let is_file = |entry: &Entry| entry.reply.as_ref().is_some_and(Outbox::wrote);
    let mut is_mail = |entry: &Entry| !is_file(entry) && entry.state != State::Suppressed;
    let mailed = ledger.has_entry(plan.issue, &moved, &mut is_mail)?;
    if to_files && mailed && ledger.counts(plan.issue)?.left() > 0 {
        let message = format!("issue {} was begun by mail; the rest would only become files", plan.issue);
        let hint = "set `courier` under `[send]` back to what it was";
        return Err(Failure::new(Exit::NotStarted, message).hint(hint).into());
    }
    Ok(!to_files && !mailed && ledger.has_entry(plan.issue, &moved, &mut { is_file })?)
}
