//! Runs a delivery: starts the ledger writer and the workers, and waits for them.

use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread;

use anyhow::{Context, anyhow, ensure};

use super::context::RunContext;
use super::event::Event;
use super::ledger_writer::LedgerWriter;
use super::run::{Run, RunReport};
use super::work_queue::WorkQueue;
use super::workers;
use crate::delivery::couriers::Courier;
use crate::delivery::limits::Limits;
use crate::delivery::limits::scheduler::RelayScheduler;
use crate::delivery::stop::{EndReason, Stop, StopReason};
use crate::ledger::Ledger;
use crate::message::FrozenLetter;
use crate::smtp::SharedPieces;

impl Run<'_> {
    /// Delivers to every open row of the plan. Prints nothing: events go to `events`.
    ///
    /// Errors when the ledger fails; then it knows of every message that may have gone out.
    pub fn deliver(
        &self,
        mut ledger: Box<dyn Ledger>,
        stop: &Stop,
        events: &Sender<Event>,
    ) -> anyhow::Result<RunReport> {
        if let Some(loss) = ledger.loss() {
            return stopped_before_start(ledger, self, StopReason::LedgerLost(loss));
        }
        let files = self.relays.iter().all(|relay| matches!(relay.courier, Courier::Outbox(_)));
        ensure!(
            files == self.plan.courier.is_rehearsal(),
            "a rehearsal was about to be mailed, or mail to be written to files; this is a bug"
        );
        let marks = ledger.mark_store(self.plan)?;
        let queue = WorkQueue::new(self.scheduler(ledger.as_mut())?, self.connections(), self.clock);
        let shared = |letter: &FrozenLetter| Arc::new(SharedPieces::new(letter.literals().map(str::as_bytes)));
        let shared_pieces = self.plan.letters.iter().map(|letter| shared(&letter.letter)).collect();
        let context = RunContext { run: self, stop, queue, marks, events: events.clone(), shared_pieces };
        let writer = LedgerWriter::new(ledger, &context)?;
        let report = thread::scope(|scope| {
            let writing = thread::Builder::new().spawn_scoped(scope, || {
                let result = writer.run();
                if result.is_err() {
                    // Outcomes can no longer be recorded: no reply is worth waiting for.
                    stop.cut();
                }
                result
            });
            let writing = writing.context("cannot start a thread: a limit on memory or processes may be reached")?;
            workers::start(scope, &context);
            writing.join().map_err(|_| anyhow!("the ledger's thread panicked; this is a bug"))?
        })?;
        let end = stop.reason().map_or(report.end, EndReason::Stopped);
        Ok(RunReport { end, ..report })
    }

    /// Returns the scheduler of all relays, with the limits that earlier runs have used up.
    fn scheduler(&self, ledger: &mut dyn Ledger) -> anyhow::Result<RelayScheduler> {
        let now = self.clock.now();
        let mut relays = Vec::with_capacity(self.relays.len());
        for relay in self.relays {
            let limits = Limits::new(&relay.limits, &ledger.sent(&relay.account)?, now);
            relays.push((limits, relay.connections, relay.weight));
        }
        Ok(RelayScheduler::new(relays, now))
    }
}

/// Reports a run with a ledger that was lost before the start.
fn stopped_before_start(mut ledger: Box<dyn Ledger>, run: &Run<'_>, reason: StopReason) -> anyhow::Result<RunReport> {
    let counts = ledger.counts(run.plan.issue)?;
    Ok(RunReport {
        ledger,
        counts,
        accepted: 0,
        end: EndReason::Stopped(reason),
        suppressed: Vec::new(),
        doubted: 0,
        held: Vec::new(),
    })
}
