//! What lies between the workers and the ledger's thread: rows ready to be sent on the one side, what became of them on
//! the other.
//!
//! A worker takes a row and leaves an outcome without waiting for anybody. It waits for rows only when none are ready, and
//! for the ledger only where each row is marked there ([`Marks::Ledger`](super::ledger::Marks)). The ledger's thread is
//! woken when half of the rows are gone, when something came in that cannot wait, and otherwise now and then.

use std::collections::VecDeque;
use std::mem;
use std::sync::mpsc::Sender;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::ledger::{Claim, Mark, Row};
use super::outcome::Outcome;

/// What became of a row.
pub(super) struct Settled {
    pub(super) claim: Claim,
    /// How many answers there were for it before.
    pub(super) attempts: u32,
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
}

struct Inside {
    ready: VecDeque<Row>,
    /// When so few rows are left it is time for more: half of what there was.
    few: usize,
    came: Came,
    is_wanted: bool,
    workers: usize,
    waiting: usize,
    /// How often all who waited were sent home.
    dismissals: u64,
    closed: bool,
    /// The last sign of life from the server, on any connection.
    sign: Instant,
}

impl Tray {
    /// For so many `workers`.
    pub(super) fn new(workers: usize) -> Self {
        let inside = Inside {
            ready: VecDeque::new(),
            few: 0,
            came: Came::default(),
            is_wanted: false,
            workers,
            waiting: 0,
            dismissals: 0,
            closed: false,
            sign: Instant::now(),
        };
        Self { inside: Mutex::new(inside), rows: Condvar::new(), wanted: Condvar::new() }
    }

    /// A row, if one is ready.
    pub(super) fn take(&self) -> Option<Row> {
        self.held().take(&self.wanted)
    }

    /// A row, waiting at most `time` for it.
    pub(super) fn take_within(&self, time: Duration) -> Work {
        let mut inside = self.held();
        if let Some(row) = inside.take(&self.wanted) {
            return Work::Row(row);
        }
        let here_since = inside.dismissals;
        inside.waiting += 1;
        inside.want(&self.wanted);
        let nothing =
            |inside: &mut Inside| inside.ready.is_empty() && !inside.closed && inside.dismissals == here_since;
        let (mut inside, _) =
            self.rows.wait_timeout_while(inside, time, nothing).unwrap_or_else(PoisonError::into_inner);
        inside.waiting -= 1;
        match inside.take(&self.wanted) {
            Some(row) => Work::Row(row),
            None if inside.closed || inside.dismissals != here_since => Work::Over,
            None => Work::Later,
        }
    }

    /// Leaves what became of a row. An acceptance waits for the next sync; everything else asks for one.
    pub(super) fn settle(&self, settled: Settled) {
        let mut inside = self.held();
        if !matches!(settled.outcome, Outcome::Untried | Outcome::InDoubt(_)) {
            inside.sign = Instant::now();
        }
        let waits = matches!(settled.outcome, Outcome::Accepted(_));
        inside.came.outcomes.push(settled);
        if !waits {
            inside.want(&self.wanted);
        }
    }

    /// Puts a row back for somebody else, or for later.
    pub(super) fn put_back(&self, row: Row) {
        let mut inside = self.held();
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

    /// How long ago the server last gave a sign of life, on any connection.
    pub(super) fn silence(&self) -> Duration {
        self.held().sign.elapsed()
    }

    /// A worker goes home.
    pub(super) fn sign_off(&self) {
        let mut inside = self.held();
        inside.workers -= 1;
        inside.want(&self.wanted);
    }

    /// Waits until somebody wants the ledger's thread, at most `time`. Answers what came in and how things stand.
    pub(super) fn collect(&self, time: Duration) -> (Came, Standing) {
        let unwanted = |inside: &mut Inside| !inside.is_wanted;
        let (mut inside, _) =
            self.wanted.wait_timeout_while(self.held(), time, unwanted).unwrap_or_else(PoisonError::into_inner);
        inside.is_wanted = false;
        let standing = Standing { ready: inside.ready.len(), waiting: inside.waiting, workers: inside.workers };
        (mem::take(&mut inside.came), standing)
    }

    /// Puts `rows` on the tray.
    pub(super) fn put(&self, rows: Vec<Row>) {
        let mut inside = self.held();
        inside.ready.extend(rows);
        inside.few = inside.ready.len() / 2;
        self.rows.notify_all();
    }

    /// Takes all rows off the tray.
    pub(super) fn clear(&self) -> Vec<Row> {
        self.held().ready.drain(..).collect()
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
    }

    /// The lock, also after a panic of another holder: nothing is left half done inside.
    fn held(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inside {
    fn take(&mut self, wanted: &Condvar) -> Option<Row> {
        let row = self.ready.pop_front()?;
        if self.ready.len() == self.few {
            self.want(wanted);
        }
        Some(row)
    }

    fn want(&mut self, wanted: &Condvar) {
        if !self.is_wanted {
            self.is_wanted = true;
            wanted.notify_one();
        }
    }
}
