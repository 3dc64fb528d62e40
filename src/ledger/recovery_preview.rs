//! Previews the rows that the next run will find after settling those of dead senders. Writes
//! nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::contract::Ledger;
use crate::model::{Counts, IssueNumber, State};

/// The rows of a delivery as the next run will find them after [`recover`](super::Ledger::recover)
/// and [`exclude_suppressed`](super::Ledger::exclude_suppressed).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecoveryPreview {
    /// The number of rows in each state.
    pub counts: Counts,
    /// The new states of rows that dead senders left marked, by place in the list.
    pub unsettled: BTreeMap<u32, State>,
    /// The number of rows in doubt that are not suppressed.
    pub in_doubt: u64,
    /// The refused rows that are planned again, by place in the list: their senders died before they reviewed the refusals.
    pub unreviewed: BTreeSet<u32>,
    /// The number of rows that stay refused and are not suppressed.
    pub refused: u64,
}

impl RecoveryPreview {
    /// Reads the rows of `issue`.
    pub fn of(ledger: &mut (dyn Ledger + 'static), issue: IssueNumber) -> anyhow::Result<Self> {
        let unsettled: BTreeMap<_, _> = ledger.unsettled(issue)?.into_iter().collect();
        let mut welcome = BTreeSet::new();
        let unjudged: BTreeSet<_> = ledger.unreviewed(issue)?.into_iter().collect();
        if !unsettled.is_empty() || !unjudged.is_empty() {
            ledger.deliverable_rows(issue, &[State::Transmitting, State::Refused], &mut |_, row| {
                welcome.insert(row.seq);
                Ok(())
            })?;
        }
        let mut counts = ledger.counts(issue)?;
        for state in [State::Planned, State::Deferred] {
            let suppressed = counts.of(state) - ledger.count_deliverable(issue, state)?.min(counts.of(state));
            counts.move_many(suppressed, state, State::Suppressed);
        }
        let mut doubtful = ledger.count_deliverable(issue, State::InDoubt)?;
        for (seq, &state) in &unsettled {
            let is_welcome = welcome.contains(seq);
            doubtful += u64::from(is_welcome && state == State::InDoubt);
            let left_out = state == State::Planned && !is_welcome;
            counts.moved(State::Transmitting, if left_out { State::Suppressed } else { state });
        }
        let mut refused = ledger.count_deliverable(issue, State::Refused)?;
        for seq in &unjudged {
            let is_welcome = welcome.contains(seq);
            refused -= u64::from(is_welcome);
            counts.moved(State::Refused, if is_welcome { State::Planned } else { State::Suppressed });
        }
        Ok(Self { counts, unsettled, in_doubt: doubtful, unreviewed: unjudged, refused })
    }
}
