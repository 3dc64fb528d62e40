//! A worker's place: where rows come from, where messages are composed, where outcomes go.

use std::sync::mpsc::{self, Sender};
use std::time::{Duration, Instant};

use super::event::Event;
use super::ledger::{Mark, Marks, Note, Row};
use super::outcome::{Outcome, Reply, Verdict};
use super::run::Run;
use super::stop::{Stop, StopReason};
use super::strain::asks_for_less;
use super::traffic::{Place, Slowed};
use super::tray::{Asked, Settled, Tray, Work};
use crate::message::{Composer, FrozenLetter};

/// The longest wait between two tries to connect, and the shortest.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
const SHORTEST_WAIT: Duration = Duration::from_millis(100);

/// Connections may break over so many rows in a row, however little patience the run has: there may be rows that none
/// survives, and others behind them.
const BREAKS: usize = 10;

/// Whether a final dot may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clearance {
    /// It is on record: write.
    Go,
    /// The address was suppressed in the meantime, or the row is another sender's by now: do not.
    No,
    /// It cannot be put on record: do not, and go home.
    Over,
}

pub(super) struct Desk<'a> {
    pub(super) run: &'a Run<'a>,
    place: Place,
    pub(super) stop: &'a Stop,
    tray: &'a Tray,
    marks: &'a Marks,
    events: Sender<Event>,
    /// Of each letter of the plan, and which version of it that is.
    composers: Vec<(u32, Composer<'a>)>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(
        run: &'a Run<'a>,
        place: Place,
        stop: &'a Stop,
        tray: &'a Tray,
        marks: &'a Marks,
        events: Sender<Event>,
    ) -> Self {
        let composers =
            run.plan.letters.iter().map(|letter| (letter.version, Composer::new(&letter.letter, run.keys))).collect();
        Self { run, place, stop, tray, marks, events, composers }
    }

    /// The next row, waiting for one as long as there may be one.
    pub(super) fn next(&mut self) -> Option<Row> {
        if self.stop.asked() {
            return None;
        }
        match self.tray.take_within(self.place, Duration::MAX, false) {
            Work::Row(row) => Some(row),
            // Who waits for ever is never told to come later.
            Work::Later | Work::Over => None,
        }
    }

    /// The next row for an open connection, waiting at most `time` for it; not at all when the server wants fewer connections.
    pub(super) fn next_within(&mut self, time: Duration) -> Work {
        if self.stop.asked() { Work::Over } else { self.tray.take_within(self.place, time, true) }
    }

    /// The next row, if there is one now.
    pub(super) fn next_in_hand(&mut self) -> Option<Row> {
        if self.stop.asked() { None } else { self.tray.take(self.place) }
    }

    /// Hands back a row that was not settled, to be taken up by whoever is free when nothing else is left: one that no
    /// connection survives must not hold up the others.
    pub(super) fn put_back(&mut self, row: Row) {
        self.note(&row, Note::NotTaken);
        self.tray.put_back(row, self.place.relay);
    }

    /// The letter `row` gets.
    pub(super) fn letter(&self, row: &Row) -> &'a FrozenLetter {
        &self.run.plan.letter_for(row).letter
    }

    /// Writes the message for `row` over `bytes`. It is signed here, in the worker: a signature takes longer than everything
    /// else about a message.
    pub(super) fn compose(&mut self, row: &Row, bytes: &mut Vec<u8>) {
        let version = self.run.plan.letter_for(row).version;
        let composer = self.composers.iter_mut().find(|(of_version, _)| *of_version == version);
        composer.expect("each letter of the plan has a composer").1.compose(&row.subscriber, bytes);
    }

    /// Puts on record that the final dot of `row` is about to be written: in the tally, where the row is marked already, else
    /// durably in the ledger.
    pub(super) fn mark(&mut self, row: &Row) -> Clearance {
        match self.marks {
            Marks::Tally(_) => {
                if self.note(row, Note::Begun) {
                    return Clearance::Go;
                }
                self.tray.put_back(row.clone(), self.place.relay);
                Clearance::Over
            }
            Marks::Ledger => {
                let (answer, marked) = mpsc::channel();
                let mark = Mark { claim: row.claim(), version: self.run.plan.letter_for(row).version };
                self.tray.mark(Asked { mark, answer });
                match marked.recv() {
                    Ok(true) => Clearance::Go,
                    Ok(false) => Clearance::No,
                    Err(_) => Clearance::Over,
                }
            }
        }
    }

    /// Hands in what became of `row`. When the ledger is gone so is the run, and the row stays marked.
    pub(super) fn settle(&self, row: Row, outcome: Outcome) {
        let known = match outcome {
            Outcome::Accepted(_) => Some(Note::Accepted),
            Outcome::Deferred(_) | Outcome::Refused(..) | Outcome::Untried => Some(Note::NotTaken),
            Outcome::InDoubt(_) => None,
        };
        if let Some(note) = known {
            self.note(&row, note);
        }
        self.tray.settle(Settled { row, relay: self.place.relay, outcome });
        // A server that never answers must not be fed the list before anybody notices.
        if known.is_none() {
            self.tray.wait_until_written();
        }
    }

    /// Writes `note` down in the tally, if there is one; answers whether that went well. If not the run ends: what an answer
    /// was is still handed in, what was not begun stays so.
    fn note(&self, row: &Row, note: Note) -> bool {
        let Marks::Tally(tally) = self.marks else { return true };
        let noted = tally.note(row.seq, note);
        if let Err(error) = &noted {
            self.stop.ask(StopReason::Unusable { reason: format!("{error:#}"), help: None });
        }
        noted.is_ok()
    }

    /// Acts on the server's answer for `row`. Answers what it wants a rest for, if it wants one.
    pub(super) fn act(&mut self, row: Row, verdict: Verdict) -> Option<String> {
        match verdict {
            Verdict::Settled(outcome) => {
                if let Outcome::Deferred(reply) = &outcome {
                    self.hear(reply);
                }
                self.settle(row, outcome);
                None
            }
            Verdict::Reconnect(reply) => {
                self.hear(&reply);
                self.put_back(row);
                Some(format!("the server said `{reply}`"))
            }
            Verdict::Stop(reply) => {
                self.put_back(row);
                self.set_aside(StopReason::Unusable {
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
            self.settle(row.clone(), Outcome::Untried);
        }
        self.act(row, verdict)
    }

    /// Listens whether `reply` asks for less, and works the relay less hard then.
    pub(super) fn hear(&self, reply: &Reply) {
        if !asks_for_less(reply) {
            return;
        }
        if let Some(Slowed { connections, rate }) = self.tray.strained(self.place.relay) {
            let relay = self.run.name_among_several(self.place.relay);
            let _ = self.events.send(Event::Slowed { relay, connections, rate, reply: reply.clone() });
        }
    }

    /// Takes the relay out of the run, which ends with the last of them.
    pub(super) fn set_aside(&self, reason: StopReason) {
        self.run.set_aside(self.place.relay, reason, (self.tray, self.stop), &self.events);
    }

    /// Waits before the next try to connect, or sets the relay aside when nothing has come from it for too long.
    pub(super) fn back_off(&mut self, trouble: &Trouble, reason: String) {
        self.tray.ails(self.place.relay);
        let silence = self.tray.silence(self.place.relay);
        let silent = trouble.since.map_or(Duration::ZERO, |since| since.elapsed()).min(silence);
        if silent >= self.run.patience && !trouble.may_be_the_row {
            self.set_aside(StopReason::Silent(reason));
            return;
        }
        let doubled = Duration::from_secs(1 << (trouble.times.clamp(1, 7) - 1));
        let left = self.run.patience.saturating_sub(silent).max(SHORTEST_WAIT);
        let wait = doubled.min(LONGEST_WAIT).min(left);
        let _ = self.events.send(Event::Reconnecting { reason, wait });
        self.stop.pause(wait);
    }
}

/// One worker's failures to get anything done, in a row.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    times: u32,
    since: Option<Instant>,
    /// Rows over which connections broke.
    rows: Vec<u32>,
    /// Whether the last time may have been about its row, and others go through.
    may_be_the_row: bool,
}

impl Trouble {
    /// Counts one more: there was no connection.
    pub(super) fn unconnected(&mut self) -> &Self {
        self.again(false)
    }

    /// Counts one more: a connection broke over row `seq`, before anything was answered.
    pub(super) fn broken(&mut self, seq: u32) -> &Self {
        // Rows come back when there are no others.
        let is_another = !self.rows.contains(&seq) && self.rows.len() < BREAKS;
        if is_another {
            self.rows.push(seq);
        }
        self.again(is_another)
    }

    fn again(&mut self, may_be_the_row: bool) -> &Self {
        self.times += 1;
        self.since.get_or_insert_with(Instant::now);
        self.may_be_the_row = may_be_the_row;
        self
    }
}

impl Drop for Desk<'_> {
    fn drop(&mut self) {
        // A worker that panics holds rows nobody else will get: the others must not wait for them.
        if std::thread::panicking() {
            self.stop.ask(StopReason::Silent("a worker failed; this is a bug".to_owned()));
        }
        self.tray.sign_off();
    }
}
