//! A page: what one sync writes, put together from the outcomes and marks that have come in. Pure.

use super::breaker::{Breaker, Watched};
use super::ledger::{Claim, Mark, Settlement, State, Turn};
use super::outcome::{Grounds, Outcome};
use super::retry::Next;
use super::run::Run;
use super::stop::StopReason;

/// A page being put together.
pub(super) struct Page<'a> {
    run: &'a Run<'a>,
    /// What is to be written.
    pub(super) turn: Turn,
    /// Why the run must end, if it must.
    pub(super) tripped: Option<StopReason>,
}

impl<'a> Page<'a> {
    pub(super) fn new(run: &'a Run<'a>) -> Self {
        Self { run, turn: Turn::default(), tripped: None }
    }

    /// Notes that the address of a row was found suppressed with the claim.
    pub(super) fn suppress(&mut self, claim: Claim) {
        self.turn.settlements.push(Settlement::new(claim, State::Suppressed, None));
    }

    /// Notes what became of a row, which had been answered for `attempts` times before.
    pub(super) fn settle(&mut self, breaker: &mut Breaker, claim: Claim, attempts: u32, outcome: &Outcome) {
        let refused_for_all = match breaker.watch(claim, outcome) {
            Watched::Fine => Vec::new(),
            Watched::After => vec![claim],
            Watched::Tripped(reason, rows) => {
                self.tripped = Some(reason);
                rows
            }
        };
        if !refused_for_all.contains(&claim) {
            let settlement = self.settlement(claim, attempts, outcome);
            self.turn.settlements.push(settlement);
        }
        let back = |row| Settlement::new(row, State::Planned, outcome.reply());
        self.turn.settlements.extend(refused_for_all.into_iter().map(back));
    }

    fn settlement(&self, claim: Claim, attempts: u32, outcome: &Outcome) -> Settlement {
        let settled = |state| Settlement::new(claim, state, outcome.reply());
        match outcome {
            Outcome::Accepted(_) => settled(State::Accepted),
            Outcome::Deferred(_) => {
                let began = self.run.plan.stamp.date;
                match self.run.retry.next(attempts + 1, claim.seq, began, self.run.clock.now()) {
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
