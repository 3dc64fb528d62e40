//! The one thread that owns the ledger: hands out rows, marks and settles them, many with one sync.
//!
//! Workers leave and find everything on the tray; what has come in by the time the last sync is over goes into the next one.
//! Where the ledger has a tally, rows are marked before they are put on the tray; else a mark is answered after its sync,
//! never before. An outcome waits at most [`LATEST`]. When the ledger fails the thread ends and closes the tray, and no
//! worker gets the row or the answer it needs to write a final dot.

use std::collections::VecDeque;
use std::mem;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use anyhow::ensure;
use chrono::{DateTime, TimeDelta, Utc};

use super::breaker::Breaker;
use super::event::Event;
use super::lease::Lease;
use super::ledger::{Claim, Counts, Ledger, Mark, Marks, Row, State, Unreachable, Written};
use super::page::Page;
use super::run::{Ended, Ending, Run};
use super::stop::Stop;
use super::tray::{Asked, Came, Standing, Tray};

/// How long a known outcome may be unsynced.
const LATEST: Duration = Duration::from_millis(50);

/// The waits between two tries to reach the ledger.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Rows taken in hand for each connection, at most, where they are not marked before they are handed out.
const BATCH: u64 = 100;

pub(super) struct Writer<'a> {
    ledger: Box<dyn Ledger>,
    run: &'a Run<'a>,
    stop: &'a Stop,
    events: &'a Sender<Event>,
    tray: &'a Tray,
    marks: &'a Marks,
    counts: Counts,
    /// One a relay.
    breakers: Vec<Breaker>,
    lease: Lease,
    /// How many messages the server has accepted in this run.
    accepted: u64,
    /// Rows that may still be handed out in this run.
    allowance: u64,
    /// Final dots that may still be written: one a row, and another when the server says it did not take the message yet.
    budget: u64,
    suppressed: Vec<Claim>,
    /// Rows handed out and handed back.
    returned: VecDeque<Row>,
    /// When nothing but waiting was left for the first time.
    dry: Option<DateTime<Utc>>,
    /// Until when a limit was waited for last.
    waited_for: Option<DateTime<Utc>>,
    told: Option<Instant>,
    ending: Ending,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        mut ledger: Box<dyn Ledger>,
        run: &'a Run<'a>,
        stop: &'a Stop,
        events: &'a Sender<Event>,
        (tray, marks): (&'a Tray, &'a Marks),
    ) -> anyhow::Result<Self> {
        let counts = ledger.counts(run.plan.issue)?;
        Ok(Self {
            ledger,
            run,
            stop,
            events,
            tray,
            marks,
            counts,
            breakers: run.relays.iter().map(|relay| Breaker::new(relay.at_once())).collect(),
            lease: Lease::new(run.at_once(), Instant::now()),
            accepted: 0,
            allowance: run.limit.unwrap_or(u64::MAX),
            budget: counts.left(),
            suppressed: Vec::new(),
            returned: VecDeque::new(),
            dry: None,
            waited_for: None,
            told: None,
            ending: Ending::Done,
        })
    }

    /// Serves until every worker is gone, and closes the tray when it fails, which tells them.
    pub(super) fn serve(mut self) -> anyhow::Result<Ended> {
        let _closing = Closing(self.tray);
        let mut patience = Duration::ZERO;
        loop {
            let (came, standing) = self.tray.collect(patience);
            if standing.workers == 0 {
                self.take_back(came)?;
                break;
            }
            self.supply(came, &standing)?;
            // Whoever waits on the other side cannot see a stop by itself.
            patience = LATEST;
            self.keep_up()?;
        }
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

    /// Writes what came in, marks what is handed out next with it, and puts that on the tray.
    fn supply(&mut self, came: Came, standing: &Standing) -> anyhow::Result<()> {
        let back = came.returned.len() + came.stale.len();
        self.allowance = self.allowance.saturating_add(back as u64);
        let rows = self.hand_out(standing, came.outcomes.len() + back, &came.stale)?;
        let none = rows.is_empty() && standing.ready == 0;
        let rows = self.write(came, rows)?;
        self.tray.put(rows);
        let in_vain = self.stop.asked() || none && self.nothing_to_wait_for()? || self.is_used_up(standing);
        if standing.waiting > 0 && in_vain {
            self.tray.dismiss();
        }
        Ok(())
    }

    /// Writes what came in last, and puts everything back that nobody took.
    fn take_back(&mut self, mut came: Came) -> anyhow::Result<()> {
        came.returned.append(&mut self.tray.clear());
        self.write(came, Vec::new()).map(drop)
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

    /// Writes everything that has come in, and answers the marks that were asked for. Where rows are marked before they are
    /// handed out, marks `rows` with it. Answers those of them that may go.
    fn write(&mut self, came: Came, rows: Vec<Row>) -> anyhow::Result<Vec<Row>> {
        let Came { outcomes, returned, stale, marks: asked } = came;
        let leases = matches!(self.marks, Marks::Tally(_));
        let mut page = Page::new(self.run);
        for claim in mem::take(&mut self.suppressed) {
            page.suppress(claim);
        }
        let settled = outcomes.len();
        for settled in &outcomes {
            self.returned.extend(page.settle(&mut self.breakers[settled.relay], settled));
        }
        if leases {
            returned.iter().chain(&stale).for_each(|row| page.put_back(row.claim()));
        }
        self.returned.extend(returned);
        for asked in &asked {
            page.mark(asked.mark);
        }
        if leases {
            for row in &rows {
                page.mark(Mark { claim: row.claim(), version: self.run.plan.letter_for(row).version });
            }
        }
        let Page { turn, tripped, .. } = page;
        if turn.is_empty() {
            return Ok(rows);
        }
        let accepted = turn.settlements.iter().filter(|settlement| settlement.state == State::Accepted).count();
        if accepted > 0 {
            self.run.relays.iter().try_for_each(|relay| relay.courier.keep())?;
        }
        let (issue, now) = (self.run.plan.issue, self.run.clock.now());
        let written = self.steadily(|ledger| ledger.write(issue, now, &turn))?;
        self.lease.settled(settled, Instant::now());
        self.accepted += accepted as u64;
        self.account(&written)?;
        let mut goes = written.goes.into_iter();
        for Asked { answer, .. } in asked {
            // A worker that is gone has no use for the answer; its row is in doubt from the next start on.
            let _ = answer.send(goes.next().unwrap_or(false));
        }
        for (relay, reason) in tripped {
            self.run.set_aside(relay, reason, (self.tray, self.stop), self.events);
        }
        self.tell();
        if !leases {
            return Ok(rows);
        }
        Ok(rows.into_iter().zip(goes).filter_map(|(row, goes)| goes.then_some(row)).collect())
    }

    /// Keeps account of what was written.
    ///
    /// Errors when more final dots would go out than there are rows to send.
    fn account(&mut self, written: &Written) -> anyhow::Result<()> {
        for &(from, to) in &written.moves {
            self.counts.moved(from, to);
            // The server has not taken it, or not yet: another dot may follow for the same row.
            let again =
                matches!((from, to), (State::Dot, State::Deferred) | (State::Dot | State::Refused, State::Planned));
            self.budget = self.budget.saturating_add(u64::from(again));
        }
        let goes = written.goes.iter().filter(|&&go| go).count() as u64;
        ensure!(goes <= self.budget, "more messages were about to be sent than were planned; this is a bug");
        self.budget -= goes;
        Ok(())
    }

    /// Takes rows in hand, as many as the tray could do with and the relays may carry, when so many are `done` with.
    /// First those that were `stale`.
    fn hand_out(&mut self, standing: &Standing, done: usize, stale: &[Row]) -> anyhow::Result<Vec<Row>> {
        let nothing = self.stop.asked() || standing.used_up.is_some();
        let most = if nothing { 0 } else { self.room(standing, done).min(self.allowance) };
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let mut rows = stale.to_vec();
        self.returned.extend(rows.split_off(most.min(rows.len())));
        if most > rows.len() {
            let (issue, now, more) = (self.run.plan.issue, self.run.clock.now(), most - rows.len());
            let claimed = self.steadily(|ledger| ledger.claim(issue, now, more))?;
            rows.extend(claimed.rows);
            self.suppressed.extend(claimed.suppressed);
            let room = most - rows.len();
            rows.extend(self.returned.drain(..room.min(self.returned.len())));
        }
        self.allowance -= rows.len() as u64;
        Ok(rows)
    }

    /// How many rows the tray could do with.
    fn room(&self, standing: &Standing, done: usize) -> u64 {
        let connections = self.run.connections() as u64;
        let wished = match self.marks {
            Marks::Tally(_) => {
                let leased = usize::try_from(self.counts.of(State::Dot)).unwrap_or(usize::MAX).saturating_sub(done);
                // Who waits takes one at once, and another to send its envelope with it.
                let wished = self.lease.ready() + standing.waiting;
                wished.min(standing.ready + self.lease.most().saturating_sub(leased)) as u64
            }
            // The fewer are left, the fewer are taken in hand: others may send them too.
            Marks::Ledger => (self.counts.left() / 4).clamp(connections, connections * BATCH),
        };
        // One for each connection lies ready whatever the pace; more would only be in hand for longer.
        let wished = wished.min(standing.allowed.max(connections));
        // Not for a few: it is half a tray or nothing, but nobody is kept waiting.
        let ready = standing.ready as u64;
        if ready * 2 <= wished || standing.waiting > 0 { wished.saturating_sub(ready) } else { 0 }
    }

    /// Whether a worker that finds nothing to do now will find nothing later either.
    fn nothing_to_wait_for(&mut self) -> anyhow::Result<bool> {
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
        if due - dry > TimeDelta::from_std(self.run.wait).unwrap_or(TimeDelta::MAX) {
            self.ending = Ending::Deferred(due);
            return Ok(true);
        }
        if news {
            let _ = self.events.send(Event::Waiting(due));
        }
        Ok(false)
    }

    /// Whether every relay has used up a limit, for longer than this run waits.
    fn is_used_up(&mut self, standing: &Standing) -> bool {
        let open = self.counts.of(State::Planned) + self.counts.of(State::Deferred);
        let to_send = standing.ready > 0 || open > 0 || !self.returned.is_empty();
        let Some((relay, used_up)) = standing.used_up.as_ref().filter(|_| to_send) else { return false };
        let wait = used_up.until - self.run.clock.now();
        if wait > TimeDelta::from_std(self.run.wait).unwrap_or(TimeDelta::MAX) {
            let relay = self.run.relays[*relay].name.clone();
            self.ending = Ending::UsedUp { relay, used_up: used_up.clone() };
            return true;
        }
        if self.waited_for != Some(used_up.until) {
            self.waited_for = Some(used_up.until);
            let relay = self.run.name_among_several(*relay);
            let _ = self.events.send(Event::UsedUp { relay, used_up: used_up.clone() });
        }
        false
    }

    fn tell(&mut self) {
        if self.told.is_none_or(|told| told.elapsed() >= LATEST) {
            self.told = Some(Instant::now());
            let _ = self.events.send(Event::Progress { counts: self.counts, accepted: self.accepted });
        }
    }
}

/// Closes the tray when the ledger's thread ends, however it does.
struct Closing<'a>(&'a Tray);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}
