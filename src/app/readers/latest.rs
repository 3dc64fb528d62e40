//! Welcomes a reader with the newest issue, through the ledger: nobody gets an issue twice.

use chrono::{DateTime, Utc};

use crate::delivery::outcome::Outcome;
use crate::ledger::{LateOutcome, Ledger};
use crate::message::{FrozenLetter, MessageKeys};
use crate::model::{IssueNumber, State, Subscriber};
use crate::readers::Identity;

/// An issue that a new reader does not have yet. In the ledger it is in doubt whether they do.
pub(super) struct LateCopy {
    issue: IssueNumber,
    row: u32,
    pub(super) sender: String,
    pub(super) message: Vec<u8>,
}

impl LateCopy {
    /// Plans the newest issue that everybody got for `who`; `None` if there is none, or if they have it. `key` is the
    /// fingerprint of the key of `keys`.
    ///
    /// Errors when the ledger cannot be used.
    pub(super) fn plan(
        ledger: &mut dyn Ledger,
        who: &Identity,
        keys: &MessageKeys,
        key: &str,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Option<Self>> {
        let mut newest = None;
        ledger.read_readers(&mut |records| {
            newest = records.newest_for_everybody()?;
            Ok(())
        })?;
        let Some(issue) = newest else { return Ok(None) };
        let Some(plan) = ledger.plan(issue)?.filter(|plan| plan.key == key) else { return Ok(None) };
        let version = plan.letter();
        let mut planned = None;
        ledger.change_readers(&mut |records| {
            planned = None;
            let Some(subscription) = records.reader(who, now)?.subscription else { return Ok(()) };
            let subscriber = Subscriber { address: subscription.address, fields: subscription.fields };
            let row = records.add_late(issue, version.version, &subscriber, now)?;
            planned = row.map(|row| (row, subscriber));
            Ok(())
        })?;
        Ok(planned.map(|(row, subscriber)| {
            let letter: &FrozenLetter = &version.letter;
            let mut message = Vec::new();
            letter.compose(&subscriber, keys, &mut message);
            let sender = letter.sender_for(&subscriber.address, &keys.tokens).into_owned();
            Self { issue, row, sender, message }
        }))
    }

    /// Records what became of it.
    ///
    /// Errors when the ledger cannot be used: then it stays in doubt.
    pub(super) fn settle(&self, ledger: &mut dyn Ledger, outcome: &Outcome, now: DateTime<Utc>) -> anyhow::Result<()> {
        let settled = match outcome {
            Outcome::Accepted(reply) => LateOutcome::Settled(State::Accepted, reply.clone()),
            Outcome::Refused(reply, _) => LateOutcome::Settled(State::Refused, reply.clone()),
            // It may have arrived, so it is never sent again.
            Outcome::InDoubt(_) => return Ok(()),
            Outcome::Deferred(_) | Outcome::Untried => LateOutcome::NotSent,
        };
        ledger.change_readers(&mut |records| records.settle_late(self.issue, self.row, &settled, now))
    }
}
