//! The work on a delivery: rows taken in hand, marked, settled.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};

use super::plan::Plan;
use super::rows::{Counts, Row, State};
use super::tally::Tally;
use crate::delivery::outcome::Reply;
use crate::model::IssueNumber;

/// A row in somebody's hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Claim {
    /// Its place in the list.
    pub seq: u32,
    /// Whose hand it is. Numbers are never given twice: a sender that was taken for dead comes back with another one,
    /// and what it held before is not its own any more.
    pub fence: i64,
}

/// The answer to a claim.
#[derive(Debug, Default)]
pub struct Claimed {
    /// To be sent.
    pub rows: Vec<Row>,
    /// Found suppressed on the way, to be settled as such.
    pub suppressed: Vec<Claim>,
}

/// How it is made sure that no final dot goes out that nobody knows of.
#[derive(Debug)]
pub enum Marks {
    /// Rows are marked in the ledger before anybody gets them, many at once; around its dot each is noted in the tally.
    Tally(Tally),
    /// Each row is marked in the ledger when its dot is about to go out.
    Ledger,
}

/// What is to be written at once: a transaction, one sync. Settlements come before marks.
#[derive(Debug, Default)]
pub struct Turn {
    /// What became of rows.
    pub settlements: Vec<Settlement>,
    /// Rows whose final dot may go out from then on.
    pub marks: Vec<Mark>,
    /// How many messages went out now, by account ([`Relay::account`](crate::delivery::Relay)).
    pub sent: BTreeMap<String, u64>,
}

impl Turn {
    /// Whether there is nothing to write.
    pub(in crate::delivery) fn is_empty(&self) -> bool {
        self.settlements.is_empty() && self.marks.is_empty()
    }
}

/// What became of a row in hand.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// Which.
    pub claim: Claim,
    /// Where it goes. To `Planned` it stays in hand; anywhere else it is let go of.
    pub state: State,
    /// What the server said.
    pub reply: Option<Reply>,
    /// When it is tried again.
    pub next_at: Option<DateTime<Utc>>,
    /// Why its address must never get mail again, if so.
    pub suppress: Option<&'static str>,
}

impl Settlement {
    /// The row is in `state` now.
    pub fn new(claim: Claim, state: State, reply: Option<&Reply>) -> Self {
        Self { claim, state, reply: reply.cloned(), next_at: None, suppress: None }
    }

    /// How many answers of the server this adds.
    pub(super) fn answers(&self) -> u32 {
        u32::from(matches!(self.state, State::Accepted | State::Deferred | State::Refused | State::InDoubt))
    }
}

/// The final dot of a row in hand may go out from now on.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// Which.
    pub claim: Claim,
    /// The version of the letter it is sent.
    pub version: u32,
}

/// What was written.
#[derive(Debug, Default)]
pub struct Written {
    /// How rows moved.
    pub moves: Vec<(State, State)>,
    /// For each mark, whether the dot may go out: not when the address has been suppressed in the meantime, and not when
    /// the row is no longer in that hand or no longer to be sent.
    pub goes: Vec<bool>,
}

/// What a delivery asks of a ledger.
pub trait Work {
    /// The time, by the one clock that everybody who works with the ledger shares; `here` is this machine's.
    fn time(&mut self, here: DateTime<Utc>) -> anyhow::Result<DateTime<Utc>>;

    /// Who delivers right now: `pid 4711, issue 42, since 2026-11-24 09:02:11 UTC`.
    fn senders(&mut self) -> anyhow::Result<Vec<String>>;

    /// What senders that died left behind: rows of `issue` whose final dot may have gone out become in doubt, but for those of
    /// which a tally knows better. Answers how many are in doubt by that.
    fn recover(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<u64>;

    /// How the run of `plan` that begins now marks its rows. `repeatable`: a message carried twice is there once.
    ///
    /// Errors when a row is still marked from before: what became of it must be known first.
    fn marks(&mut self, plan: &Plan, repeatable: bool) -> anyhow::Result<Marks>;

    /// Takes up to `most` rows of `issue` in hand: deferred ones that are due, then planned ones in list order.
    fn claim(&mut self, issue: IssueNumber, now: DateTime<Utc>, most: usize) -> anyhow::Result<Claimed>;

    /// When the next deferred row of `issue` is due; one in hand is due already.
    fn next_due(&mut self, issue: IssueNumber) -> anyhow::Result<Option<DateTime<Utc>>>;

    /// Writes `turn`, durably when it returns. After an error nobody may write a dot; after [`Unreachable`] the same turn can
    /// be written again, whether the first try came through or not.
    fn write(&mut self, issue: IssueNumber, now: DateTime<Utc>, turn: &Turn) -> anyhow::Result<Written>;

    /// Says that this sender lives, and looks for those that do not any more. To be called often; answers where the rows
    /// of `issue` are when others move them too and it is time to look.
    fn keep_up(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<Option<Counts>>;

    /// Lets go of everything in hand.
    fn leave(&mut self, issue: IssueNumber) -> anyhow::Result<()>;
}

/// The ledger cannot be reached just now: the same call may work later.
#[derive(Debug)]
pub struct Unreachable(pub String);

impl fmt::Display for Unreachable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unreachable {}
