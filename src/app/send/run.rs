//! Runs the plan of an issue after claiming it: a first send to the canary before the rest.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use chrono::{DateTime, Utc};

use super::claim::ClaimStep;
use super::context::{SendContext, has_passed};
use super::earlier_delivery::refuse_newer_marker;
use super::observer::{Notice, RunNotice, SendObserver, StopRequest};
use super::report::{RunResult, SendReport};
use super::run_notes::note;
use super::{refusals, rescue, sent_marker};
use crate::app::delivery_status;
use crate::app::failure::{self, Failure, one_line};
use crate::delivery::retry::Retry;
use crate::delivery::{EndReason, Event, Run, RunReport, Stop, StopReason};
use crate::ledger::sent_marker::SentMarker;
use crate::ledger::{Ledger, Plan};
use crate::model::State;

/// The interval at which requests to stop are looked for.
const TICK: Duration = Duration::from_millis(20);

/// The time without a reply after which a run ends, unless `--wait` is given.
const PATIENCE: Duration = Duration::from_mins(10);

/// The time without a connection to the ledger's server after which a run ends, unless `--wait` is given.
const LEDGER_PATIENCE: Duration = Duration::from_mins(1);

/// Claims the issue and runs its plan to an end. `marker` is its sent marker as the plan was made for.
///
/// Errors when the issue cannot be claimed, another sender has sent more of it meanwhile, the canary fails, or the ledger does.
pub(super) fn run_to_end(
    context: &SendContext<'_>,
    claim: &ClaimStep,
    marker: Option<&SentMarker>,
    mut ledger: Box<dyn Ledger>,
    observer: &mut dyn SendObserver,
) -> anyhow::Result<SendReport> {
    let issue = context.issue;
    let plan = ledger.plan(issue.number)?.expect("the issue was planned or resumed just now");
    claim.claim(issue, &plan)?;
    refuse_newer_marker(issue, ledger.as_mut(), marker)?;
    sent_marker::write(issue, ledger.as_mut()).map_err(|error| failure::before_start(&error))?;
    let counts = ledger.counts(issue.number)?;
    let canary = context.canary(counts.of(State::Accepted), counts.left());
    let began = Instant::now();
    observer.listen_for_stop()?;
    let stop = Stop::default();
    let limit = context.options.limit;
    let mut ended = run(context, &plan, &stop, ledger, canary.or(limit), observer)?;
    let mut result = RunResult::default();
    result.add(&mut ended);
    if let Some(canary) = canary
        && ended.end == EndReason::RequestedLimit
    {
        if !has_passed(canary, ended.accepted) {
            rescue::keep(issue, ended.ledger.as_mut(), observer)?;
            return Err(canary_failed(context, canary, &ended, &plan).into());
        }
        observer.notify(Notice::CanaryPassed(canary));
        ended = run(context, &plan, &stop, ended.ledger, limit.map(|limit| limit - canary), observer)?;
        result.add(&mut ended);
    }
    let RunReport { mut ledger, counts, end, .. } = ended;
    rescue::keep(issue, ledger.as_mut(), observer)?;
    result.given_up = refusals::report_refusals(context, ledger.as_mut())?;
    SendReport::new(context, ledger.as_mut(), counts, end, Some(began.elapsed()), result)
}

/// Delivers at most `limit` messages of the plan, and reports events as they happen.
///
/// Errors when the ledger fails.
fn run(
    context: &SendContext<'_>,
    plan: &Plan,
    stop: &Stop,
    mut ledger: Box<dyn Ledger>,
    limit: Option<u64>,
    observer: &mut dyn SendObserver,
) -> anyhow::Result<RunReport> {
    let send = &context.issue.newsletter.settings.send;
    let run = Run {
        plan,
        keys: &context.keys,
        relays: &context.relays.all,
        retry: Retry { waits: send.retry.clone(), give_up: send.give_up },
        wait: context.wait(),
        patience: context.options.wait.unwrap_or(PATIENCE),
        ledger_patience: context.options.wait.unwrap_or(LEDGER_PATIENCE),
        limit,
        accept_refusals: context.options.accept_refusals,
        clock: context.clock,
    };
    let (counts, shared) = (ledger.counts(plan.issue)?, context.is_shared());
    observer.notify(Notice::Run(RunNotice::Started { counts, shared }));
    let (sender, events) = mpsc::channel();
    let ended = thread::scope(|scope| {
        let running = thread::Builder::new().spawn_scoped(scope, || {
            let sender = sender;
            run.deliver(ledger, stop, &sender)
        });
        let running = running.context("cannot start a thread: a limit on memory or processes may be reached")?;
        loop {
            match events.recv_timeout(TICK) {
                Ok(event) => observer.notify(Notice::Run(notice(&event, context.clock.now()))),
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
            match observer.stop_request() {
                StopRequest::None => {}
                StopRequest::Finish => {
                    stop.request(StopReason::Interrupted);
                    observer.notify(Notice::Run(RunNotice::Finishing));
                }
                StopRequest::Disconnect => stop.cut(),
            }
        }
        running.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    observer.notify(Notice::Run(RunNotice::Ended));
    ended.map_err(|error| {
        Failure::stopped(format!("stopped: {}", one_line(&error)))
            .hint("everything sent so far is recorded in the ledger")
            .hint(format!("continue with `{}`", context.issue.command()))
            .into()
    })
}

fn canary_failed(context: &SendContext<'_>, canary: u64, ended: &RunReport, plan: &Plan) -> Failure {
    let counts = delivery_status::progress(&ended.counts, plan.courier);
    Failure::stopped(format!("too few of the first {canary} messages of this run were accepted: {counts}"))
        .hint(format!("`newsletter status {} --state refused,deferred,in-doubt` shows the replies", plan.issue))
        .hint(format!("`{}` continues with the next {canary}", context.issue.command()))
}

fn notice(event: &Event, now: DateTime<Utc>) -> RunNotice<'_> {
    match event {
        Event::Progress { counts, accepted } => RunNotice::Progress { counts, accepted_here: *accepted },
        event => RunNotice::Note(note(event, now)),
    }
}
