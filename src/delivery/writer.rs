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
use super::ledger::{Claim, Counts, Ledger, Mark, Row, State, Unreachable, Written};
use super::outcome::Outcome;
use super::pace::Pace;
use super::page::Page;
use super::run::{Ended, Ending, Run};
use super::stop::Stop;

/// How long a known outcome may be unsynced.
const LATEST: Duration = Duration::from_millis(50);

/// The waits between two tries to reach the ledger.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Rows a worker takes at once, at most.
const BATCH: u64 = 100;

/// What a worker asks.
pub(super) enum Request {
    /// Rows to send. Answered when there are some; with none when there is nothing more to do.
    Claim(Sender<Vec<Row>>),
    /// The final dot of this row is about to be written.
    Mark {
        mark: Mark,
        /// Whether the worker could do with more rows.
        refill: bool,
        answer: Sender<Marked>,
    },
    /// A row that was not settled, for somebody else or for later.
    Return(Row),
    /// What became of a row.
    Settle(Settled),
}

/// What became of a row.
pub(super) struct Settled {
    pub(super) claim: Claim,
    /// How many answers there were for it before.
    pub(super) attempts: u32,
    pub(super) outcome: Outcome,
}

/// The answer to a [`Request::Mark`].
pub(super) struct Marked {
    /// Whether the dot may be written.
    pub(super) go: bool,
    /// Rows to send next, if some could be had at once.
    pub(super) more: Vec<Row>,
}

pub(super) struct Writer<'a> {
    ledger: Box<dyn Ledger>,
    run: &'a Run<'a>,
    stop: &'a Stop,
    events: &'a Sender<Event>,
    counts: Counts,
    breaker: Breaker,
    pace: Option<Pace>,
    /// How many messages the server has accepted in this run.
    accepted: u64,
    /// Rows that may still be handed out in this run.
    allowance: u64,
    /// Final dots that may still be written: one a row, and another when the server says it did not take the message yet.
    budget: u64,
    claims: VecDeque<Sender<Vec<Row>>>,
    marks: Vec<(Mark, bool, Sender<Marked>)>,
    outcomes: Vec<Settled>,
    suppressed: Vec<Claim>,
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
        mut ledger: Box<dyn Ledger>,
        run: &'a Run<'a>,
        stop: &'a Stop,
        events: &'a Sender<Event>,
    ) -> anyhow::Result<Self> {
        let counts = ledger.counts(run.plan.issue)?;
        let pace = run.rate.map(|rate| Pace::new(rate.messages, rate.per, run.clock.now()));
        Ok(Self {
            ledger,
            run,
            stop,
            events,
            counts,
            breaker: Breaker::new(run.connections),
            pace,
            accepted: 0,
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

    /// Serves until every worker is gone. When it fails, `requests` is dropped with everything unanswered, which tells the
    /// workers.
    #[expect(clippy::needless_pass_by_value, reason = "dropping it is how the workers learn of a failure")]
    pub(super) fn serve(mut self, requests: Receiver<Request>) -> anyhow::Result<Ended> {
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
            self.keep_up()?;
        }
        self.write()?;
        let issue = self.run.plan.issue;
        self.steadily(|ledger| ledger.leave(issue))?;
        self.counts = self.steadily(|ledger| ledger.counts(issue))?;
        self.told = None;
        self.tell();
        let Self { ledger, counts, accepted, ending, .. } = self;
        // Whoever asked for as many as there were has everybody.
        let all = ending == Ending::Limit && counts.left() == 0;
        Ok(Ended { ledger, counts, accepted, ending: if all { Ending::Done } else { ending } })
    }

    /// Does `what` with the ledger; while it cannot be reached, again and again for as long as the run has patience.
    fn steadily<T>(&mut self, what: impl Fn(&mut dyn Ledger) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let began = Instant::now();
        let mut wait = FIRST_WAIT;
        loop {
            let error = match what(self.ledger.as_mut()) {
                Err(error) if error.is::<Unreachable>() => error,
                answer => return answer,
            };
            let left = self.run.ledger_patience.saturating_sub(began.elapsed());
            if self.stop.asked() || left.is_zero() {
                return Err(error);
            }
            wait = wait.min(left);
            let _ = self.events.send(Event::Reconnecting { reason: error.to_string(), wait });
            self.stop.pause(wait);
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Tells other senders that this one lives, and learns where they have brought the rows.
    fn keep_up(&mut self) -> anyhow::Result<()> {
        let (issue, now) = (self.run.plan.issue, self.run.clock.now());
        if let Some(counts) = self.steadily(|ledger| ledger.keep_up(issue, now))? {
            self.counts = counts;
            // Others may plan rows again while we run: how many there will be nobody here knows.
            self.budget = u64::MAX;
            self.tell();
        }
        Ok(())
    }

    fn take(&mut self, request: Request) {
        match request {
            Request::Claim(answer) => self.claims.push_back(answer),
            Request::Mark { mark, refill, answer } => self.marks.push((mark, refill, answer)),
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
        let mut page = Page::new(self.run);
        for claim in mem::take(&mut self.suppressed) {
            page.suppress(claim);
        }
        for Settled { claim, attempts, outcome } in mem::take(&mut self.outcomes) {
            page.settle(&mut self.breaker, claim, attempts, &outcome);
        }
        let marks = mem::take(&mut self.marks);
        for &(mark, ..) in &marks {
            page.mark(mark);
        }
        let Page { turn, tripped, .. } = page;
        let (issue, now) = (self.run.plan.issue, self.run.clock.now());
        let written = self.steadily(|ledger| ledger.write(issue, now, &turn))?;
        self.since = None;
        let accepted = turn.settlements.iter().filter(|settlement| settlement.state == State::Accepted);
        self.accepted += accepted.count() as u64;
        self.account(&written)?;
        for ((_, refill, answer), go) in marks.into_iter().zip(written.goes) {
            let more = if refill { self.hand_out()? } else { Vec::new() };
            // A worker that is gone has no use for the answer; its row is in doubt from the next start on.
            let _ = answer.send(Marked { go, more });
        }
        if let Some(reason) = tripped {
            self.stop.ask(reason);
        }
        self.tell();
        Ok(())
    }

    /// Keeps account of what was written.
    ///
    /// Errors when more final dots would go out than there are rows to send.
    fn account(&mut self, written: &Written) -> anyhow::Result<()> {
        for &(from, to) in &written.moves {
            self.counts.moved(from, to);
            // The server has not taken it, or not yet: another dot may follow for the same row.
            let again = from == State::Dot && matches!(to, State::Deferred | State::Planned);
            self.budget = self.budget.saturating_add(u64::from(again));
        }
        let goes = written.goes.iter().filter(|&&go| go).count() as u64;
        ensure!(goes <= self.budget, "more messages were about to be sent than were planned; this is a bug");
        self.budget -= goes;
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
        let next = self.pace.as_ref().map(|pace| (pace.next() - self.run.clock.now()).to_std().unwrap_or_default());
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
            most = most.min(u64::from(pace.ready(self.run.clock.now())));
        }
        if most == 0 {
            return Ok(Vec::new());
        }
        let most = usize::try_from(most).unwrap_or(1);
        let (issue, now) = (self.run.plan.issue, self.run.clock.now());
        let mut claimed = self.steadily(|ledger| ledger.claim(issue, now, most))?;
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
        // A row in flight may come back deferred, or the pace does not allow the next one yet.
        if self.counts.of(State::Dot) + self.counts.of(State::Planned) > 0 {
            return Ok(false);
        }
        let issue = self.run.plan.issue;
        let Some(due) = self.steadily(|ledger| ledger.next_due(issue))? else { return Ok(true) };
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
            let _ = self.events.send(Event::Progress { counts: self.counts, accepted: self.accepted });
        }
    }
}
