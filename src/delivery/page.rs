//! A page: what one sync writes, from the outcomes and marks that have come in.

use super::breaker::{Breaker, Watched};
use super::ledger::{Ledger, State, Turn};
use super::outcome::{Grounds, Outcome};
use super::retry::Next;
use super::run::Run;
use super::stop::StopReason;

/// A page being written.
pub(super) struct Page<'a> {
    turn: Turn<'a>,
    run: &'a Run<'a>,
    written: Written,
}

/// What a page changed, once it is synced.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// From which state to which rows went.
    pub(super) steps: Vec<(State, State)>,
    /// Rows no worker has in hand any more.
    pub(super) done_with: Vec<u32>,
    /// Why the run must end, if it must.
    pub(super) tripped: Option<StopReason>,
}

impl<'a> Page<'a> {
    pub(super) fn begin(ledger: &'a mut Ledger, run: &'a Run<'a>) -> anyhow::Result<Self> {
        let turn = ledger.turn(run.plan.issue, run.clock.now())?;
        Ok(Self { turn, run, written: Written::default() })
    }

    /// Writes that the address of row `seq` was found suppressed with the claim.
    pub(super) fn suppress(&mut self, seq: u32) -> anyhow::Result<()> {
        self.written.steps.push(self.turn.suppress_row(seq)?);
        self.written.done_with.push(seq);
        Ok(())
    }

    /// Writes what became of row `seq`, which had been answered for `attempts` times before.
    pub(super) fn settle(
        &mut self,
        breaker: &mut Breaker,
        seq: u32,
        attempts: u32,
        outcome: &Outcome,
    ) -> anyhow::Result<()> {
        let refused_for_all = match breaker.watch(seq, outcome) {
            Watched::Fine => Vec::new(),
            Watched::After => vec![seq],
            Watched::Tripped(reason, rows) => {
                self.written.tripped = Some(reason);
                rows
            }
        };
        if !refused_for_all.contains(&seq) {
            self.write_outcome(seq, attempts, outcome)?;
        }
        for row in refused_for_all {
            self.written.steps.push(self.turn.settle(row, State::Planned, outcome.reply(), None)?);
        }
        if *outcome != Outcome::Untried {
            self.written.done_with.push(seq);
        }
        Ok(())
    }

    fn write_outcome(&mut self, seq: u32, attempts: u32, outcome: &Outcome) -> anyhow::Result<()> {
        let (state, next_at) = match outcome {
            Outcome::Accepted(_) => (State::Accepted, None),
            Outcome::Deferred(_) => {
                let began = self.run.plan.stamp.date;
                match self.run.retry.next(attempts + 1, seq, began, self.run.clock.now()) {
                    Next::At(time) => (State::Deferred, Some(time)),
                    Next::GiveUp => (State::Refused, None),
                }
            }
            Outcome::Refused(_, grounds) => {
                if *grounds == Grounds::Address {
                    self.turn.suppress_address(seq, "hard bounce")?;
                }
                (State::Refused, None)
            }
            Outcome::InDoubt(_) => (State::InDoubt, None),
            Outcome::Untried => (State::Planned, None),
        };
        self.written.steps.push(self.turn.settle(seq, state, outcome.reply(), next_at)?);
        Ok(())
    }

    /// Writes that the final dot of row `seq` is about to go out with letter `version`; answers whether it may.
    pub(super) fn mark(&mut self, seq: u32, version: u32) -> anyhow::Result<bool> {
        let step = self.turn.mark(seq, version)?;
        self.written.steps.push(step);
        let go = step.1 == State::Dot;
        if !go {
            self.written.done_with.push(seq);
        }
        Ok(go)
    }

    /// How many final dots were not taken, by what is written so far, so that another may follow for the same row.
    pub(super) fn taken_back(&self) -> u64 {
        let again = |to| matches!(to, State::Deferred | State::Planned);
        self.written.steps.iter().filter(|&&(from, to)| from == State::Dot && again(to)).count() as u64
    }

    /// Syncs it.
    pub(super) fn commit(self) -> anyhow::Result<Written> {
        self.turn.commit()?;
        Ok(self.written)
    }
}
