//! Owns the ledger in a thread of its own: claims rows, marks and settles them, many with one sync.
//!
//! Everything that reaches the work queue during one sync goes into the next. With a transmit log, rows are marked
//! before they go into the queue; without one, a mark is granted after its sync, never before. An outcome waits at
//! most [`MAX_UNSYNCED`]. When the ledger fails the thread ends and closes the queue: no worker gets the row or the
//! mark it needs to transmit a message.

mod claiming;
mod ending;
mod held_domains;
mod reconnect;
mod recording;
mod refusal_review;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::circuit_breaker::{BreakerRules, CircuitBreaker, HeldDomain};
use super::context::RunContext;
use super::prefetch::Prefetch;
use super::run::{Run, RunReport};
use super::work_queue::{Drained, QueueStatus, WorkQueue};
use crate::delivery::outcome::Outcome;
use crate::delivery::relay::Relay;
use crate::delivery::stop::{EndReason, StopReason};
use crate::ledger::{ClaimedRow, Ledger, Row};
use crate::model::Counts;

/// The longest time a known outcome may be unsynced.
const MAX_UNSYNCED: Duration = Duration::from_millis(50);

pub(super) struct LedgerWriter<'a> {
    ledger: Box<dyn Ledger>,
    run: &'a Run<'a>,
    context: &'a RunContext<'a>,
    counts: Counts,
    /// One for each relay.
    breakers: Vec<CircuitBreaker>,
    prefetch: Prefetch,
    /// Messages accepted in this run.
    accepted: u64,
    /// Rows that may still be handed out in this run.
    allowance: u64,
    /// Messages that may still be transmitted: one for each row, and another after each reply that did not accept it.
    budget: u64,
    suppressed: Vec<ClaimedRow>,
    /// Domains that are held, and the number of claimed rows at them.
    held: Vec<HeldDomain>,
    held_back: u64,
    /// Claimed rows to be recorded as planned.
    to_requeue: Vec<ClaimedRow>,
    /// Rows that were given up after they were deferred for too long.
    given_up: Vec<ClaimedRow>,
    /// Rows handed out and not reported yet.
    outstanding: u64,
    /// Rows handed out and returned.
    returned: VecDeque<Row>,
    /// The first time that nothing but waiting was left.
    idle_since: Option<DateTime<Utc>>,
    /// The end of the last limit that was announced.
    announced_wait: Option<DateTime<Utc>>,
    last_progress: Option<Instant>,
    end: EndReason,
}

impl<'a> LedgerWriter<'a> {
    pub(super) fn new(mut ledger: Box<dyn Ledger>, context: &'a RunContext<'a>) -> anyhow::Result<Self> {
        let run = context.run;
        let counts = ledger.counts(run.plan.issue)?;
        Ok(Self {
            ledger,
            run,
            context,
            counts,
            breakers: run.relays.iter().map(|relay| CircuitBreaker::new(breaker_rules(run, relay))).collect(),
            prefetch: Prefetch::new(run.max_in_flight(), Instant::now()),
            accepted: 0,
            allowance: run.limit.unwrap_or(u64::MAX),
            budget: counts.left(),
            suppressed: Vec::new(),
            held: Vec::new(),
            held_back: 0,
            to_requeue: Vec::new(),
            given_up: Vec::new(),
            outstanding: 0,
            returned: VecDeque::new(),
            idle_since: None,
            announced_wait: None,
            last_progress: None,
            end: EndReason::Done,
        })
    }

    /// Runs until every worker is gone. Closes the queue when the ledger fails, which ends the workers.
    pub(super) fn run(mut self) -> anyhow::Result<RunReport> {
        let _close_queue = CloseOnDrop(&self.context.queue);
        let mut patience = Duration::ZERO;
        loop {
            let (drained, status) = self.context.queue.drain(patience);
            if status.workers == 0 {
                self.drain(drained)?;
                break;
            }
            self.stop_when_lost();
            self.supply(drained, &status)?;
            // A worker that waits for a row cannot see that the run was stopped.
            patience = MAX_UNSYNCED;
            self.heartbeat()?;
        }
        let issue = self.run.plan.issue;
        let (suppressed, doubted) = self.review_refusals()?;
        self.with_reconnect(|ledger| ledger.release(issue))?;
        self.counts = self.with_reconnect(|ledger| ledger.counts(issue))?;
        self.last_progress = None;
        self.report_progress();
        let Self { ledger, counts, accepted, end, held, .. } = self;
        // A `--limit` equal to what was left counts as done.
        let is_done = end == EndReason::RequestedLimit && counts.left() == 0;
        let end = if is_done { EndReason::Done } else { end };
        Ok(RunReport { ledger, counts, accepted, end, suppressed, doubted, held })
    }

    /// Stops the run when its ledger was removed or replaced.
    fn stop_when_lost(&mut self) {
        if let Some(loss) = self.ledger.loss() {
            self.context.stop.request(StopReason::LedgerLost(loss));
        }
    }

    /// Records the outcomes, marks the rows that are handed out next in the same sync, and puts them into the queue.
    fn supply(&mut self, drained: Drained, status: &QueueStatus) -> anyhow::Result<()> {
        let back = drained.returned.len() + drained.stale.len();
        let replied = drained.outcomes.iter().filter(|settled| settled.outcome != Outcome::Untried).count();
        self.outstanding = self.outstanding.saturating_sub((back + replied) as u64);
        self.allowance = self.allowance.saturating_add(back as u64);
        let rows = self.claim_rows(status, drained.outcomes.len() + back, &drained.stale)?;
        let none = rows.is_empty() && status.ready == 0;
        let rows = self.write(drained, rows)?;
        self.context.queue.push(rows);
        let stopped = self.context.stop.is_requested();
        let in_vain = stopped || none && self.nothing_to_wait_for()? || self.is_limit_reached(status);
        if status.waiting > 0 && in_vain {
            self.context.queue.dismiss_idle();
        }
        Ok(())
    }

    /// Records the last outcomes, and returns the rows that no worker took.
    fn drain(&mut self, mut drained: Drained) -> anyhow::Result<()> {
        drained.returned.append(&mut self.context.queue.take_ready());
        self.write(drained, Vec::new()).map(drop)
    }
}

fn breaker_rules(run: &Run<'_>, relay: &Relay) -> BreakerRules {
    BreakerRules {
        max_in_flight: relay.max_in_flight(),
        accept_refusals: run.accept_refusals,
        is_only_relay: run.relays.len() == 1,
    }
}

/// Closes the queue when the ledger's thread ends, also by a panic.
struct CloseOnDrop<'a>(&'a WorkQueue);

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}
