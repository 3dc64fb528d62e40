//! A page: what one sync writes, put together from the outcomes and marks that have come in. Pure.

use super::breaker::{Breaker, Watched};
use super::ledger::{Claim, Mark, Row, Settlement, State, Turn};
use super::outcome::{Grounds, Outcome};
use super::retry::Next;
use super::run::Run;
use super::stop::StopReason;
use super::tray::Settled;

/// A page being put together.
pub(super) struct Page<'a> {
    run: &'a Run<'a>,
    /// What is to be written.
    pub(super) turn: Turn,
    /// Relays that are of no use any more, and why.
    pub(super) tripped: Vec<(usize, StopReason)>,
}

impl<'a> Page<'a> {
    pub(super) fn new(run: &'a Run<'a>) -> Self {
        Self { run, turn: Turn::default(), tripped: Vec::new() }
    }

    /// Notes that the address of a row was found suppressed with the claim.
    pub(super) fn suppress(&mut self, claim: Claim) {
        self.turn.settlements.push(Settlement::new(claim, State::Suppressed, None));
    }

    /// Notes what became of a row, which the relay of `breaker` was given. Answers the rows that are to be sent again after
    /// all: they were not refused for their own sake.
    pub(super) fn settle(&mut self, breaker: &mut Breaker, settled: &Settled) -> Vec<Row> {
        let Settled { row, relay, outcome } = settled;
        let refused_for_all = match breaker.watch(row, outcome) {
            Watched::Fine => Vec::new(),
            Watched::After => vec![row.clone()],
            Watched::Tripped(reason, rows) => {
                self.tripped.push((*relay, reason));
                rows
            }
        };
        if !refused_for_all.iter().any(|refused| refused.seq == row.seq) {
            let settlement = self.settlement(row, outcome);
            self.turn.settlements.push(settlement);
        }
        let back = |row: &Row| Settlement::new(row.claim(), State::Planned, outcome.reply());
        self.turn.settlements.extend(refused_for_all.iter().map(back));
        if matches!(outcome, Outcome::Accepted(_) | Outcome::InDoubt(_)) {
            *self.turn.sent.entry(self.run.relays[*relay].account.clone()).or_default() += 1;
        }
        refused_for_all
    }

    fn settlement(&self, row: &Row, outcome: &Outcome) -> Settlement {
        let settled = |state| Settlement::new(row.claim(), state, outcome.reply());
        match outcome {
            Outcome::Accepted(_) => settled(State::Accepted),
            Outcome::Deferred(_) => {
                let began = self.run.plan.stamp.date;
                match self.run.retry.next(row.attempts + 1, row.seq, began, self.run.clock.now()) {
                    Next::At(time) => Settlement { next_at: Some(time), ..settled(State::Deferred) },
                    Next::GiveUp => settled(State::Refused),
                }
            }
            Outcome::Refused(_, Grounds::Address) => {
                Settlement { suppress: Some("hard bounce"), ..settled(State::Refused) }
            }
            Outcome::Refused(..) => settled(State::Refused),
            Outcome::InDoubt(_) => settled(State::InDoubt),
            Outcome::Untried => settled(State::Planned),
        }
    }

    /// Notes that a row was marked and handed out for nothing: its final dot did not go out.
    pub(super) fn put_back(&mut self, claim: Claim) {
        self.turn.settlements.push(Settlement::new(claim, State::Planned, None));
    }

    /// Notes that the final dot of a row may go out from then on.
    pub(super) fn mark(&mut self, mark: Mark) {
        self.turn.marks.push(mark);
    }
}
