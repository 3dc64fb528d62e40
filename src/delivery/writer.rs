//! The one thread that owns the ledger: hands out rows, marks and settles them, many with one sync.
//!
//! Workers ask over a channel. Everything that has come in by the time the last sync is over goes into the next one. A
//! mark is answered after its sync, never before. An outcome waits for the next mark's, at most [`LATEST`]. When
//! the ledger fails the thread ends, its channels close, and no worker gets the answer it needs to write a final dot.

use std::collections::VecDeque;
use std::mem;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use anyhow::ensure;
use chrono::{DateTime, Utc};

use super::breaker::Breaker;
use super::event::Event;
use super::ledger::{Counts, Hold, Ledger, Row, State};
use super::outcome::Outcome;
use super::pace::Pace;
use super::page::{Page, Written};
use super::run::{Ending, Run};
use super::stop::Stop;

/// How long a known outcome may be unsynced.
const LATEST: Duration = Duration::from_millis(50);

/// Rows a worker takes at once, at most.
const BATCH: u64 = 100;

/// What a worker asks.
pub(super) enum Request {
    /// Rows to send. Answered when there are some; with none when there is nothing more to do.
    Claim(Sender<Vec<Row>>),
    /// The final dot of this row is about to be written.
    Mark(Mark),
    /// A row that was not settled, for somebody else or for later.
    Return(Row),
    /// What became of a row.
    Settle(Settled),
}

/// What became of a row.
pub(super) struct Settled {
    pub(super) seq: u32,
    /// How many answers there were for it before.
    pub(super) attempts: u32,
    pub(super) outcome: Outcome,
}

/// A request to mark a row.
pub(super) struct Mark {
    pub(super) seq: u32,
    /// The letter the message is made of.
    pub(super) version: u32,
    /// Whether the worker could do with more rows.
    pub(super) refill: bool,
    pub(super) answer: Sender<Marked>,
}

/// The answer to a [`Mark`].
pub(super) struct Marked {
    /// Whether the dot may be written; not if the address was suppressed in the meantime.
    pub(super) go: bool,
    /// Rows to send next, if some could be had at once.
    pub(super) more: Vec<Row>,
}

pub(super) struct Writer<'a> {
    ledger: Ledger,
    run: &'a Run<'a>,
    stop: &'a Stop,
    events: &'a Sender<Event>,
    counts: Counts,
    hold: Hold,
    breaker: Breaker,
    pace: Option<Pace>,
    /// Rows that may still be handed out in this run.
    allowance: u64,
    /// Final dots that may still be written: one a row, and another when the server says it did not take the message yet.
    budget: u64,
    claims: VecDeque<Sender<Vec<Row>>>,
    marks: Vec<Mark>,
    outcomes: Vec<Settled>,
    suppressed: Vec<u32>,
    /// Rows handed out and handed back.
    returned: VecDeque<Row>,
    /// When the oldest of `outcomes` came in.
    since: Option<Instant>,
    /// When nothing but waiting was left for the first time.
    dry: Option<DateTime<Utc>>,
    told: Option<Instant>,
    ending: Ending,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        ledger: Ledger,
        run: &'a Run<'a>,
        stop: &'a Stop,
        events: &'a Sender<Event>,
    ) -> anyhow::Result<Self> {
        let counts = ledger.counts(run.plan.issue)?;
        let pace = run.rate.map(|rate| Pace::new(rate.messages, rate.per, Instant::now()));
        Ok(Self {
            ledger,
            run,
            stop,
            events,
            counts,
            hold: Hold::default(),
            breaker: Breaker::new(run.connections),
            pace,
            allowance: run.limit.unwrap_or(u64::MAX),
            budget: counts.left(),
            claims: VecDeque::new(),
            marks: Vec::new(),
            outcomes: Vec::new(),
            suppressed: Vec::new(),
            returned: VecDeque::new(),
            since: None,
            dry: None,
            told: None,
            ending: Ending::Done,
        })
    }

    /// Serves until every worker is gone. Answers where everybody is, and why that was the end. When it fails, `requests`
    /// is dropped with everything unanswered, which tells the workers.
    #[expect(clippy::needless_pass_by_value, reason = "dropping it is how the workers learn of a failure")]
    pub(super) fn serve(mut self, requests: Receiver<Request>) -> anyhow::Result<(Counts, Ending)> {
        let mut patience = Duration::ZERO;
        loop {
            match requests.recv_timeout(patience) {
                Ok(request) => self.take(request),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            while let Ok(request) = requests.try_recv() {
                self.take(request);
            }
            if self.must_write() {
                self.write()?;
            }
            patience = self.answer_claims()?;
        }
        self.write()?;
        let _ = self.events.send(Event::Progress(self.counts));
        // Whoever asked for as many as there were has everybody.
        let all = self.ending == Ending::Limit && self.counts.left() == 0;
        Ok((self.counts, if all { Ending::Done } else { self.ending }))
    }

    fn take(&mut self, request: Request) {
        match request {
            Request::Claim(answer) => self.claims.push_back(answer),
            Request::Mark(mark) => self.marks.push(mark),
            Request::Return(row) => {
                self.allowance = self.allowance.saturating_add(1);
                self.returned.push_back(row);
            }
            Request::Settle(settled) => {
                self.since.get_or_insert_with(Instant::now);
                self.outcomes.push(settled);
            }
        }
    }

    /// Whether somebody waits for a sync, or an outcome has waited long enough.
    fn must_write(&self) -> bool {
        !self.marks.is_empty() || self.since.is_some_and(|since| since.elapsed() >= LATEST)
    }

    /// Writes everything that has come in, and answers the marks.
    fn write(&mut self) -> anyhow::Result<()> {
        let (outcomes, marks) = (mem::take(&mut self.outcomes), mem::take(&mut self.marks));
        let suppressed = mem::take(&mut self.suppressed);
        let mut page = Page::begin(&mut self.ledger, self.run)?;
        for seq in suppressed {
            page.suppress(seq)?;
        }
        for Settled { seq, attempts, outcome } in outcomes {
            page.settle(&mut self.breaker, seq, attempts, &outcome)?;
        }
        self.budget += page.taken_back();
        let mut goes = Vec::with_capacity(marks.len());
        for mark in &marks {
            let go = page.mark(mark.seq, mark.version)?;
            ensure!(!go || self.budget > 0, "more messages were about to be sent than were planned; this is a bug");
            self.budget -= u64::from(go);
            goes.push(go);
        }
        let Written { steps, done_with, tripped } = page.commit()?;
        self.since = None;
        for seq in done_with {
            self.hold.let_go(seq);
        }
        for (from, to) in steps {
            self.counts.moved(from, to);
        }
        for (mark, go) in marks.into_iter().zip(goes) {
            let more = if mark.refill { self.hand_out()? } else { Vec::new() };
            // A worker that is gone has no use for the answer; its row is in doubt from the next start on.
            let _ = mark.answer.send(Marked { go, more });
        }
        if let Some(reason) = tripped {
            self.stop.ask(reason);
        }
        self.tell();
        Ok(())
    }

    /// Answers the claims that can be answered, and how long to sleep if nothing comes in.
    fn answer_claims(&mut self) -> anyhow::Result<Duration> {
        while let Some(claim) = self.claims.pop_front() {
            let rows = self.hand_out()?;
            if !rows.is_empty() || self.nothing_to_wait_for()? {
                let _ = claim.send(rows);
            } else {
                self.claims.push_front(claim);
                break;
            }
        }
        let next = self.pace.as_ref().map(|pace| pace.next().saturating_duration_since(Instant::now()));
        // Whoever waits here cannot see a stop by itself.
        Ok(if self.claims.is_empty() {
            LATEST
        } else {
            next.filter(|next| !next.is_zero()).unwrap_or(LATEST).min(LATEST)
        })
    }

    /// Rows to send now, if there are some and the pace allows.
    fn hand_out(&mut self) -> anyhow::Result<Vec<Row>> {
        if self.stop.asked() {
            return Ok(Vec::new());
        }
        // The fewer are left, the fewer a worker takes, so that all of them have work to the end.
        let share = self.counts.left() / (4 * self.run.connections as u64).max(1);
        let mut most = share.clamp(1, BATCH).min(self.allowance);
        if let Some(pace) = &mut self.pace {
            most = most.min(u64::from(pace.ready(Instant::now())));
        }
        if most == 0 {
            return Ok(Vec::new());
        }
        let most = usize::try_from(most).unwrap_or(1);
        let mut claimed = self.ledger.claim(self.run.plan.issue, &mut self.hold, self.run.clock.now(), most)?;
        let room = most - claimed.rows.len();
        claimed.rows.extend(self.returned.drain(..room.min(self.returned.len())));
        if !claimed.suppressed.is_empty() {
            self.suppressed.extend(claimed.suppressed);
            self.since.get_or_insert_with(Instant::now);
        }
        if let Some(pace) = &mut self.pace {
            pace.take(u32::try_from(claimed.rows.len()).unwrap_or(u32::MAX));
        }
        self.allowance -= claimed.rows.len() as u64;
        Ok(claimed.rows)
    }

    /// Whether a worker that finds nothing to do now will find nothing later either.
    fn nothing_to_wait_for(&mut self) -> anyhow::Result<bool> {
        if self.stop.asked() {
            return Ok(true);
        }
        if self.allowance == 0 {
            self.ending = Ending::Limit;
            return Ok(true);
        }
        // Somebody's row may come back deferred, or the pace does not allow the next one yet.
        if !self.hold.is_empty() || self.counts.of(State::Planned) > 0 {
            return Ok(false);
        }
        let Some(due) = self.ledger.next_due(self.run.plan.issue, &self.hold)? else { return Ok(true) };
        let now = self.run.clock.now();
        if due <= now {
            return Ok(false);
        }
        let news = self.dry.is_none();
        let dry = *self.dry.get_or_insert(now);
        if due - dry > chrono::TimeDelta::from_std(self.run.wait).unwrap_or(chrono::TimeDelta::MAX) {
            self.ending = Ending::Deferred(due);
            return Ok(true);
        }
        if news {
            let _ = self.events.send(Event::Waiting(due));
        }
        Ok(false)
    }

    fn tell(&mut self) {
        if self.told.is_none_or(|told| told.elapsed() >= LATEST) {
            self.told = Some(Instant::now());
            let _ = self.events.send(Event::Progress(self.counts));
        }
    }
}
