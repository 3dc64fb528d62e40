//! How a delivery has travelled so far: files in an outbox are nobody's mail, and do not stand in the way of it.

use crate::cli::{Exit, Failure};
use crate::delivery::courier::Outbox;
use crate::delivery::ledger::{Ledger, Plan, State};

/// Whether `plan` was only rehearsed: all that came of it are files, and now it is mailed, not put `to_files`. Then it is to be planned anew.
///
/// Errors when it was begun by mail and the rest would be put into files.
pub(super) fn is_rehearsed(ledger: &mut dyn Ledger, plan: &Plan, to_files: bool) -> anyhow::Result<bool> {
    let (mut files, mut mails) = (0_u64, 0_u64);
    let moved: Vec<_> = State::ALL.into_iter().filter(|&state| state != State::Planned).collect();
    ledger.entries(plan.issue, &moved, &mut |entry| {
        match entry.reply {
            Some(reply) if Outbox::wrote(&reply) => files += 1,
            _ if entry.state == State::Suppressed => {}
            _ => mails += 1,
        }
        Ok(())
    })?;
    if to_files && mails > 0 && ledger.counts(plan.issue)?.left() > 0 {
        let message = format!("issue {} was begun by mail; the rest would only become files", plan.issue);
        let hint = "set `courier` under `[send]` back to what it was";
        return Err(Failure::new(Exit::NotStarted, message).hint(hint).into());
    }
    Ok(!to_files && files > 0 && mails == 0)
}
