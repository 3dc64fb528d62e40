//! A worker's place: where rows come from, where messages are composed, where outcomes go.

use std::collections::VecDeque;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::event::Event;
use super::ledger::{Mark, Row};
use super::outcome::{Outcome, Verdict};
use super::run::Run;
use super::stop::{Stop, StopReason};
use super::writer::{Request, Settled};
use crate::message::{Composer, FrozenLetter};

/// The longest wait between two tries to connect.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// The last sign of life from the server, on any connection.
#[derive(Debug)]
pub(super) struct Sign(Mutex<Instant>);

impl Sign {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Instant::now()))
    }

    fn seen(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn age(&self) -> Duration {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }
}

/// What there is to do.
pub(super) enum Work {
    /// This.
    Row(Row),
    /// Nothing yet.
    Later,
    /// Nothing any more.
    Over,
}

/// Whether a final dot may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clearance {
    /// It is marked: write.
    Go,
    /// The address was suppressed in the meantime, or the row is another sender's by now: do not.
    No,
    /// The ledger has failed: do not, and go home.
    Over,
}

pub(super) struct Desk<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) stop: &'a Stop,
    requests: Sender<Request>,
    events: Sender<Event>,
    sign: &'a Sign,
    /// Of each letter of the plan, and which version of it that is.
    composers: Vec<(u32, Composer<'a>)>,
    /// Rows in hand, in order.
    rows: VecDeque<Row>,
    /// A claim not answered yet.
    asked: Option<Receiver<Vec<Row>>>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(
        run: &'a Run<'a>,
        stop: &'a Stop,
        requests: Sender<Request>,
        events: Sender<Event>,
        sign: &'a Sign,
    ) -> Self {
        let composers =
            run.plan.letters.iter().map(|letter| (letter.version, Composer::new(&letter.letter, run.keys))).collect();
        Self { run, stop, requests, events, sign, composers, rows: VecDeque::new(), asked: None }
    }

    /// The next row, waiting for one as long as there may be one.
    pub(super) fn next(&mut self) -> Option<Row> {
        loop {
            match self.next_within(Duration::from_hours(1)) {
                Work::Row(row) => return Some(row),
                Work::Later => {}
                Work::Over => return None,
            }
        }
    }

    /// The next row, waiting at most `time` for it.
    pub(super) fn next_within(&mut self, time: Duration) -> Work {
        if self.stop.asked() {
            return Work::Over;
        }
        if let Some(row) = self.rows.pop_front() {
            return Work::Row(row);
        }
        let answer = if let Some(answer) = self.asked.take() {
            answer
        } else {
            let (claim, answer) = mpsc::channel();
            if self.requests.send(Request::Claim(claim)).is_err() {
                return Work::Over;
            }
            answer
        };
        match answer.recv_timeout(time) {
            Ok(rows) => {
                self.rows.extend(rows);
                self.rows.pop_front().map_or(Work::Over, Work::Row)
            }
            Err(RecvTimeoutError::Timeout) => {
                self.asked = Some(answer);
                Work::Later
            }
            Err(RecvTimeoutError::Disconnected) => Work::Over,
        }
    }

    /// The next row, if there is one in hand.
    pub(super) fn next_in_hand(&mut self) -> Option<Row> {
        if self.stop.asked() { None } else { self.rows.pop_front() }
    }

    /// Hands back a row that was not settled, to be taken up by whoever is free when nothing else is left: one that no
    /// connection survives must not hold up the others.
    pub(super) fn put_back(&mut self, row: Row) {
        let _ = self.requests.send(Request::Return(row));
    }

    /// The letter `row` gets.
    pub(super) fn letter(&self, row: &Row) -> (u32, &'a FrozenLetter) {
        let plan = self.run.plan;
        let same = row.letter.and_then(|version| plan.letters.iter().find(|letter| letter.version == version));
        let letter = same.unwrap_or_else(|| plan.letter());
        (letter.version, &letter.letter)
    }

    /// Writes the message for `row` over `bytes`. It is signed here, in the worker: a signature takes longer than everything
    /// else about a message.
    pub(super) fn compose(&mut self, row: &Row, bytes: &mut Vec<u8>) {
        let (version, _) = self.letter(row);
        let composer = self.composers.iter_mut().find(|(of_version, _)| *of_version == version);
        composer.expect("each letter of the plan has a composer").1.compose(&row.subscriber, bytes);
    }

    /// Marks durably that the final dot of `row` is about to be written. The last look for a suppression is in it.
    pub(super) fn mark(&mut self, row: &Row) -> Clearance {
        let (answer, marked) = mpsc::channel();
        let mark = Mark { claim: row.claim(), version: self.letter(row).0 };
        let refill = self.rows.is_empty();
        if self.requests.send(Request::Mark { mark, refill, answer }).is_err() {
            return Clearance::Over;
        }
        let Ok(marked) = marked.recv() else { return Clearance::Over };
        self.rows.extend(marked.more);
        if marked.go { Clearance::Go } else { Clearance::No }
    }

    /// Hands in what became of `row`. When the ledger is gone so is the run, and the row stays marked.
    pub(super) fn settle(&self, row: &Row, outcome: Outcome) {
        if !matches!(outcome, Outcome::Untried | Outcome::InDoubt(_)) {
            self.sign.seen();
        }
        let _ = self.requests.send(Request::Settle(Settled { claim: row.claim(), attempts: row.attempts, outcome }));
    }

    /// Acts on the server's answer for `row`. Answers what it wants a rest for, if it wants one.
    pub(super) fn act(&mut self, row: Row, verdict: Verdict) -> Option<String> {
        match verdict {
            Verdict::Settled(outcome) => {
                self.settle(&row, outcome);
                None
            }
            Verdict::Reconnect(reply) => {
                self.put_back(row);
                Some(format!("the server said `{reply}`"))
            }
            Verdict::Stop(reply) => {
                self.put_back(row);
                self.stop.ask(StopReason::Unusable {
                    reason: format!("the server refuses to work for us: `{reply}`"),
                    help: None,
                });
                None
            }
        }
    }

    /// The same for a row that was marked.
    pub(super) fn act_on_marked(&mut self, row: Row, verdict: Verdict) -> Option<String> {
        // The server has it not: without this the next start would find it in doubt.
        if !matches!(verdict, Verdict::Settled(_)) {
            self.settle(&row, Outcome::Untried);
        }
        self.act(row, verdict)
    }

    /// Waits before the next try to connect, or ends the run when nothing has come from the server for too long.
    pub(super) fn back_off(&mut self, trouble: &Trouble, reason: String) {
        while let Some(row) = self.rows.pop_front() {
            self.put_back(row);
        }
        let silent = trouble.since.map_or(Duration::ZERO, |since| since.elapsed()).min(self.sign.age());
        if silent >= self.run.patience {
            self.stop.ask(StopReason::Silent(reason));
            return;
        }
        let doubled = Duration::from_secs(1 << (trouble.times.clamp(1, 7) - 1));
        let wait = doubled.min(LONGEST_WAIT).min(self.run.patience.saturating_sub(silent));
        let _ = self.events.send(Event::Reconnecting { reason, wait });
        self.stop.pause(wait);
    }
}

/// One worker's failures to get anything done, in a row.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    times: u32,
    since: Option<Instant>,
}

impl Trouble {
    /// Counts one more.
    pub(super) fn again(&mut self) -> &Self {
        self.times += 1;
        self.since.get_or_insert_with(Instant::now);
        self
    }
}

/// A worker that panics holds rows nobody else will get: the others must not wait for them.
impl Drop for Desk<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.stop.ask(StopReason::Silent("a worker failed; this is a bug".to_owned()));
        }
    }
}
