//! What lies between the workers and the ledger's thread: rows ready to be sent on the one side, what became of them on
//! the other.
//!
//! A worker takes a row and leaves an outcome without waiting for anybody. It waits for rows only when none are ready or its
//! relay must not carry one now, and for the ledger only where each row is marked there
//! ([`Marks::Ledger`](super::ledger::Marks)). The ledger's thread is woken when half of the rows are gone, when something came
//! in that cannot wait, and otherwise now and then.

use std::collections::{HashMap, VecDeque};
use std::mem;
use std::sync::mpsc::Sender;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::clock::Clock;
use super::ledger::{Mark, Row};
use super::limits::UsedUp;
use super::outcome::Outcome;
use super::traffic::{Left, Permission, Place, Slowed, Traffic};

/// How long a row may lie ready: a slow pace must not keep an unsubscribe from being seen.
const LONGEST: Duration = Duration::from_secs(1);

/// What became of a row.
pub(super) struct Settled {
    pub(super) row: Row,
    /// The relay it was given to.
    pub(super) relay: usize,
    pub(super) outcome: Outcome,
}

/// A row that is to be marked in the ledger, and where to say whether its dot may go out.
pub(super) struct Asked {
    pub(super) mark: Mark,
    pub(super) answer: Sender<bool>,
}

/// What came in.
#[derive(Default)]
pub(super) struct Came {
    pub(super) outcomes: Vec<Settled>,
    /// Rows for somebody else, or for later.
    pub(super) returned: Vec<Row>,
    /// Rows that nobody took for so long that it is to be looked again whether they may get mail.
    pub(super) stale: Vec<Row>,
    pub(super) marks: Vec<Asked>,
}

/// How things stand.
pub(super) struct Standing {
    /// Rows that lie ready.
    pub(super) ready: usize,
    /// Workers that wait for a row.
    pub(super) waiting: usize,
    /// Workers there are.
    pub(super) workers: usize,
    /// Messages the relays may carry now.
    pub(super) allowed: u64,
    /// When every relay has used up a limit: the one that goes on first.
    pub(super) used_up: Option<(usize, UsedUp)>,
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

pub(super) struct Tray {
    inside: Mutex<Inside>,
    /// For workers: rows have come, or will not.
    rows: Condvar,
    /// For the ledger's thread: it is wanted.
    wanted: Condvar,
    /// For workers: what they left is in the ledger, or will never be.
    written: Condvar,
    clock: Clock,
    opened: Instant,
}

struct Inside {
    /// Rows to be sent, and since when they lie here.
    ready: VecDeque<(Row, Instant)>,
    /// When so few rows are left it is time for more: half of what there was.
    few: usize,
    came: Came,
    is_wanted: bool,
    workers: usize,
    waiting: usize,
    /// How often all who waited were sent home.
    dismissals: u64,
    /// How often what came in was collected, and how many of those times it is in the ledger by now.
    collected: u64,
    written: u64,
    closed: bool,
    /// The last sign of life from each relay, on any connection.
    signs: HashMap<usize, Instant>,
    traffic: Traffic,
}

/// What was found on the tray.
enum Taken {
    Row(Row),
    /// No row lies ready.
    None,
    /// The relay must not carry one now; after this time it is worth another look.
    NotNow(Duration),
    /// The relay asked for fewer connections; after this time it is worth another look.
    Rest(Duration),
    /// The relay is out of the run.
    Over,
}

impl Tray {
    /// For so many `workers` at the relays of `traffic`.
    pub(super) fn new(traffic: Traffic, workers: usize, clock: Clock) -> Self {
        let inside = Inside {
            ready: VecDeque::new(),
            few: 0,
            came: Came::default(),
            is_wanted: false,
            workers,
            waiting: 0,
            dismissals: 0,
            collected: 0,
            written: 0,
            closed: false,
            signs: HashMap::new(),
            traffic,
        };
        let (rows, wanted, written) = (Condvar::new(), Condvar::new(), Condvar::new());
        Self { inside: Mutex::new(inside), rows, wanted, written, clock, opened: Instant::now() }
    }

    /// A row for the connection at `place`, if one is ready and it may carry one.
    pub(super) fn take(&self, place: Place) -> Option<Row> {
        match self.held().take(place, self.clock.now(), &self.wanted) {
            Taken::Row(row) => Some(row),
            Taken::NotNow(_) | Taken::Rest(_) | Taken::None | Taken::Over => None,
        }
    }

    /// A row for the worker at `place`, waiting at most `time` for it. One that is `connected` does not wait for a relay that
    /// asked for fewer connections.
    pub(super) fn take_within(&self, place: Place, time: Duration, connected: bool) -> Work {
        let began = Instant::now();
        let mut inside = self.held();
        let here_since = inside.dismissals;
        let mut waits = false;
        let work = loop {
            let next = match inside.take(place, self.clock.now(), &self.wanted) {
                Taken::Row(row) => break Work::Row(row),
                Taken::Over => break Work::Over,
                _ if inside.closed || inside.dismissals != here_since => break Work::Over,
                Taken::Rest(_) if connected => break Work::Later,
                Taken::Rest(next) | Taken::NotNow(next) => next,
                Taken::None => time,
            };
            let left = time.saturating_sub(began.elapsed());
            if left.is_zero() {
                break Work::Later;
            }
            if !waits {
                waits = true;
                inside.waiting += 1;
                inside.want(&self.wanted);
            }
            inside = self.rows.wait_timeout(inside, next.min(left)).unwrap_or_else(PoisonError::into_inner).0;
        };
        inside.waiting -= usize::from(waits);
        work
    }

    /// Leaves what became of a row. An acceptance waits for the next sync; everything else asks for one.
    pub(super) fn settle(&self, settled: Settled) {
        let mut inside = self.held();
        let relay = settled.relay;
        match settled.outcome {
            Outcome::InDoubt(_) | Outcome::Untried => inside.traffic.ails(relay),
            Outcome::Accepted(_) | Outcome::Deferred(_) | Outcome::Refused(..) => {
                inside.signs.insert(relay, Instant::now());
            }
        }
        if matches!(settled.outcome, Outcome::Accepted(_)) {
            inside.traffic.accepted(relay, self.clock.now());
        } else {
            inside.want(&self.wanted);
        }
        inside.came.outcomes.push(settled);
    }

    /// Waits until what was left so far is in the ledger, and the run judged by it, or will never be.
    pub(super) fn wait_until_written(&self) {
        let mut inside = self.held();
        inside.want(&self.wanted);
        let next = inside.collected + 1;
        let pending = |inside: &mut Inside| inside.written < next && !inside.closed;
        drop(self.written.wait_while(inside, pending).unwrap_or_else(PoisonError::into_inner));
    }

    /// Puts a row back that `relay` did not carry, for somebody else or for later.
    pub(super) fn put_back(&self, row: Row, relay: usize) {
        let mut inside = self.held();
        inside.traffic.give_back(relay);
        inside.came.returned.push(row);
        inside.want(&self.wanted);
    }

    /// Asks for a mark. Without an answer there will be none: the ledger has failed.
    pub(super) fn mark(&self, asked: Asked) {
        let mut inside = self.held();
        if !inside.closed {
            inside.came.marks.push(asked);
            inside.want(&self.wanted);
        }
    }

    /// How long ago `relay` last gave a sign of life, on any connection.
    pub(super) fn silence(&self, relay: usize) -> Duration {
        self.held().signs.get(&relay).unwrap_or(&self.opened).elapsed()
    }

    /// Takes note that a connection to `relay` failed.
    pub(super) fn ails(&self, relay: usize) {
        self.held().traffic.ails(relay);
    }

    /// Takes note that `relay` asked for less. Answers how hard it is worked now, if that is news.
    pub(super) fn strained(&self, relay: usize) -> Option<Slowed> {
        self.held().traffic.strained(relay, self.clock.now())
    }

    /// Takes `relay` out of the run: its workers go home.
    pub(super) fn take_out(&self, relay: usize) -> Left {
        let left = self.held().traffic.take_out(relay);
        self.rows.notify_all();
        left
    }

    /// A worker goes home.
    pub(super) fn sign_off(&self) {
        let mut inside = self.held();
        inside.workers -= 1;
        inside.want(&self.wanted);
    }

    /// Waits until somebody wants the ledger's thread, at most `time`. Answers what came in and how things stand.
    pub(super) fn collect(&self, time: Duration) -> (Came, Standing) {
        let mut inside = self.held();
        // Whoever collects anew has written what was collected before.
        if inside.written < inside.collected {
            inside.written = inside.collected;
            self.written.notify_all();
        }
        let unwanted = |inside: &mut Inside| !inside.is_wanted;
        let (mut inside, _) =
            self.wanted.wait_timeout_while(inside, time, unwanted).unwrap_or_else(PoisonError::into_inner);
        inside.is_wanted = false;
        inside.collected += 1;
        while let Some((row, _)) = inside.ready.pop_front_if(|(_, since)| since.elapsed() > LONGEST) {
            inside.came.stale.push(row);
        }
        let now = self.clock.now();
        let standing = Standing {
            ready: inside.ready.len(),
            waiting: inside.waiting,
            workers: inside.workers,
            allowed: inside.traffic.ready(now),
            used_up: inside.traffic.used_up(now),
        };
        (mem::take(&mut inside.came), standing)
    }

    /// Puts `rows` on the tray.
    pub(super) fn put(&self, rows: Vec<Row>) {
        let mut inside = self.held();
        let now = Instant::now();
        inside.ready.extend(rows.into_iter().map(|row| (row, now)));
        inside.few = inside.ready.len() / 2;
        self.rows.notify_all();
    }

    /// Takes all rows off the tray.
    pub(super) fn clear(&self) -> Vec<Row> {
        self.held().ready.drain(..).map(|(row, _)| row).collect()
    }

    /// Sends home who waits for a row.
    pub(super) fn dismiss(&self) {
        self.held().dismissals += 1;
        self.rows.notify_all();
    }

    /// There are no rows any more and no marks, for anybody.
    pub(super) fn close(&self) {
        let mut inside = self.held();
        inside.closed = true;
        inside.ready.clear();
        inside.came.marks.clear();
        self.rows.notify_all();
        self.written.notify_all();
    }

    /// The lock, also after a panic of another holder: nothing is left half done inside.
    fn held(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inside {
    fn take(&mut self, place: Place, now: DateTime<Utc>, wanted: &Condvar) -> Taken {
        let until = |next: DateTime<Utc>| (next - now).to_std().unwrap_or_default();
        match self.traffic.permission(place, now) {
            Permission::Go => {}
            Permission::Wait(next) => return Taken::NotNow(until(next)),
            Permission::Rest(next) => return Taken::Rest(until(next)),
            Permission::Over => return Taken::Over,
        }
        let Some((row, _)) = self.ready.pop_front() else { return Taken::None };
        self.traffic.take(place.relay, now);
        if self.ready.len() == self.few {
            self.want(wanted);
        }
        Taken::Row(row)
    }

    fn want(&mut self, wanted: &Condvar) {
        if !self.is_wanted {
            self.is_wanted = true;
            wanted.notify_one();
        }
    }
}

#[cfg(test)]
mod tests;
