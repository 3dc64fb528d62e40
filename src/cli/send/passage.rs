//! One run of a plan, shown as it goes and stopped when somebody asks.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::deliver::{Delivery, TICK};
use crate::cli::progress::Progress;
use crate::cli::signals::Signals;
use crate::cli::{Exit, Failure, failure};
use crate::delivery::ledger::{Ledger, Plan};
use crate::delivery::retry::Retry;
use crate::delivery::{Ended, Run, Stop};

/// How long a server may answer nothing before a run ends, unless `--wait` says otherwise.
const PATIENCE: Duration = Duration::from_mins(10);

/// How long a ledger on a server may be out of reach before a run ends, unless `--wait` says otherwise.
const LEDGER_PATIENCE: Duration = Duration::from_mins(1);

/// A plan on its way.
pub(super) struct Passage<'a> {
    pub(super) delivery: &'a Delivery<'a>,
    pub(super) plan: &'a Plan,
    pub(super) stop: &'a Stop,
    pub(super) signals: &'a mut Signals,
}

impl Passage<'_> {
    /// Runs the plan, at most `limit` messages of it.
    ///
    /// Errors when the ledger fails.
    pub(super) fn run(&mut self, mut ledger: Box<dyn Ledger>, limit: Option<u64>) -> anyhow::Result<Ended> {
        let Self { delivery, plan, stop, .. } = *self;
        let send = &delivery.subject.newsletter.settings.send;
        let clock = delivery.clock;
        let run = Run {
            plan,
            keys: &delivery.keys,
            relays: &delivery.carriage.relays,
            retry: Retry { waits: send.retry.clone(), give_up: send.give_up },
            wait: delivery.wait(),
            patience: delivery.options.wait.unwrap_or(PATIENCE),
            ledger_patience: delivery.options.wait.unwrap_or(LEDGER_PATIENCE),
            limit,
            clock,
        };
        let mut progress = Progress::new(&ledger.counts(plan.issue)?, delivery.shares(), delivery.global.quiet);
        let (events, happened) = mpsc::channel();
        let ended = thread::scope(|scope| {
            let running = scope.spawn(|| {
                let events = events;
                run.deliver(ledger, stop, &events)
            });
            loop {
                match happened.recv_timeout(TICK) {
                    Ok(event) => progress.show(&event, clock.now()),
                    Err(mpsc::RecvTimeoutError::Timeout) => {}
                    Err(mpsc::RecvTimeoutError::Disconnected) => break,
                }
                if self.signals.pass_on(stop) {
                    progress.say("finishing what is in flight; once more to cut the connections");
                }
            }
            running.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        progress.finish();
        ended.map_err(|error| {
            Failure::new(Exit::Stopped, format!("stopped: {}", failure::in_a_line(&error)))
                .hint("nothing went out that the ledger does not know of")
                .hint(format!("continue with `{}`", delivery.subject.command()))
                .into()
        })
    }
}
