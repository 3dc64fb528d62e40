//! Collects what one sync writes to the ledger. Pure.

use chrono::{DateTime, Utc};

use super::circuit_breaker::{BreakerAction, CircuitBreaker, HeldDomain};
use super::run::Run;
use super::work_queue::Settled;
use crate::delivery::outcome::Outcome;
use crate::delivery::retry::Next;
use crate::delivery::stop::StopReason;
use crate::ledger::{ClaimedRow, Mark, Row, Settlement, WriteBatch};
use crate::model::State;

/// A batch being collected.
pub(super) struct LedgerBatch<'a> {
    run: &'a Run<'a>,
    /// The writes.
    pub(super) writes: WriteBatch,
    /// Relays to be disabled, with the reasons.
    pub(super) disabled: Vec<(usize, StopReason)>,
    /// Domains that are held from now on.
    pub(super) held: Vec<HeldDomain>,
    /// Rows that were deferred for too long.
    pub(super) given_up: Vec<ClaimedRow>,
}

impl<'a> LedgerBatch<'a> {
    pub(super) fn new(run: &'a Run<'a>) -> Self {
        Self { run, writes: WriteBatch::default(), disabled: Vec::new(), held: Vec::new(), given_up: Vec::new() }
    }

    /// Adds a row with an address that was found suppressed when it was claimed.
    pub(super) fn suppress(&mut self, claim: ClaimedRow) {
        self.writes.settlements.push(Settlement::new(claim, State::Suppressed, None));
    }

    /// Adds the outcome of a row from the relay of `breaker`. Returns the rows to be sent again: the circuit breaker
    /// found that their addresses were not the reason for the refusal.
    pub(super) fn settle(&mut self, breaker: &mut CircuitBreaker, settled: Settled) -> Vec<Row> {
        let Settled { row, relay, outcome } = settled;
        let BreakerAction { requeue, tripped, held } = breaker.record(&row, &outcome);
        self.disabled.extend(tripped.map(|reason| (relay, reason)));
        self.held.extend(held);
        let is_sent = matches!(outcome, Outcome::Accepted(_) | Outcome::InDoubt(_));
        let is_deferred = matches!(outcome, Outcome::Deferred(_));
        let (state, next_at) = self.next_state(&row, &outcome);
        let mut reply = outcome.into_reply();
        if !requeue.iter().any(|requeued| requeued.seq == row.seq) {
            self.given_up.extend((is_deferred && state == State::Refused).then_some(row.claim()));
            self.writes.settlements.push(Settlement { next_at, ..Settlement::new(row.claim(), state, reply.take()) });
        }
        for requeued in &requeue {
            let reply = if requeued.seq == row.seq { reply.take() } else { None };
            self.writes.settlements.push(Settlement::new(requeued.claim(), State::Planned, reply));
        }
        if is_sent {
            let account = &self.run.relays[relay].account;
            match self.writes.sent.get_mut(account) {
                Some(sent) => *sent += 1,
                None => _ = self.writes.sent.insert(account.clone(), 1),
            }
        }
        requeue
    }

    /// The state of `row` after `outcome`, and the time of its next attempt.
    fn next_state(&self, row: &Row, outcome: &Outcome) -> (State, Option<DateTime<Utc>>) {
        let state = match outcome {
            Outcome::Accepted(_) => State::Accepted,
            Outcome::Deferred(_) => {
                let began = self.run.plan.stamp.date;
                return match self.run.retry.next(row.attempts + 1, row.seq, began, self.run.clock.now()) {
                    Next::At(time) => (State::Deferred, Some(time)),
                    Next::GiveUp => (State::Refused, None),
                };
            }
            Outcome::Refused(..) => State::Refused,
            Outcome::InDoubt(_) => State::InDoubt,
            Outcome::Untried => State::Planned,
        };
        (state, None)
    }

    /// Adds rows that are planned again, because their addresses were not the reason for the refusal.
    pub(super) fn requeue(&mut self, rows: &[Row]) {
        for row in rows {
            self.return_row(row.claim());
        }
    }

    /// Adds a claimed row that was not transmitted.
    pub(super) fn return_row(&mut self, claim: ClaimedRow) {
        self.writes.settlements.push(Settlement::new(claim, State::Planned, None));
    }

    /// Adds a mark: the row may be transmitted once the batch is written.
    pub(super) fn mark(&mut self, mark: Mark) {
        self.writes.marks.push(mark);
    }
}
