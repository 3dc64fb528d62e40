//! The rows of a delivery: one subscriber each, and what is known about them.

use std::ops::ControlFlow;

use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};

use super::plan::read_fields;
use super::work::Claim;
use crate::delivery::limits::Sent;
use crate::delivery::outcome::Reply;
use crate::model::{EmailAddress, IssueNumber, Subscriber};
use crate::smtp::EnhancedCode;

/// Where a row is; the numbers are what the file holds and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// To be sent.
    Planned = 0,
    /// The final dot may have gone out, and no answer is known.
    Dot = 1,
    /// The server took the message.
    Accepted = 2,
    /// The server said not now.
    Deferred = 3,
    /// The server said no, or said not now for too long.
    Refused = 4,
    /// The final dot went out and the answer was lost.
    InDoubt = 5,
    /// The address was suppressed after the plan was made.
    Suppressed = 6,
    /// In doubt, and told to leave it at that.
    GivenUp = 7,
}

impl State {
    /// Every state, in the order they are listed in.
    pub const ALL: [Self; 8] = [
        Self::Planned,
        Self::Dot,
        Self::Accepted,
        Self::Deferred,
        Self::Refused,
        Self::InDoubt,
        Self::Suppressed,
        Self::GivenUp,
    ];

    /// How the command line calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Dot => "in-flight",
            Self::Accepted => "accepted",
            Self::Deferred => "deferred",
            Self::Refused => "refused",
            Self::InDoubt => "in-doubt",
            Self::Suppressed => "suppressed",
            Self::GivenUp => "given-up",
        }
    }

    pub(super) fn read(number: i64) -> anyhow::Result<Self> {
        let state = Self::ALL.into_iter().find(|&state| state as i64 == number);
        state.with_context(|| format!("the ledger holds a row in the unknown state {number}"))
    }
}

/// A row to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its place in the list, from 1.
    pub seq: u32,
    /// Which sender's hand it is in; 0 in a ledger that knows only one.
    pub fence: i64,
    /// Who.
    pub subscriber: Subscriber,
    /// How many answers the server has given for it.
    pub attempts: u32,
    /// The version of the letter it may have got already, when it is sent again after doubt.
    pub letter: Option<u32>,
}

/// A row as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the list, from 1.
    pub seq: u32,
    /// The address.
    pub address: String,
    /// Where it is.
    pub state: State,
    /// How many answers the server has given for it.
    pub attempts: u32,
    /// When a deferred one is tried again.
    pub next_at: Option<DateTime<Utc>>,
    /// The last answer.
    pub reply: Option<Reply>,
    /// When something last happened to it.
    pub updated: Option<DateTime<Utc>>,
}

/// What was found out about a row in doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// Which.
    pub seq: u32,
    /// `Accepted`, or `Planned` to send the very same letter again.
    pub state: State,
    /// How that is known.
    pub reply: Reply,
}

/// How many rows are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts([u64; 8]);

impl Counts {
    /// How many are in `state`.
    pub fn of(&self, state: State) -> u64 {
        self.0[state as usize]
    }

    /// How many are left to be sent: planned or deferred.
    pub fn left(&self) -> u64 {
        self.of(State::Planned) + self.of(State::Deferred)
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Counts one that moved. Where others move rows too, it may have come from a place it was not counted in.
    pub(in crate::delivery) fn moved(&mut self, from: State, to: State) {
        self.0[from as usize] = self.0[from as usize].saturating_sub(1);
        self.0[to as usize] += 1;
    }
}

impl FromIterator<(State, u64)> for Counts {
    fn from_iter<I: IntoIterator<Item = (State, u64)>>(counted: I) -> Self {
        let mut counts = Self::default();
        for (state, count) in counted {
            counts.0[state as usize] += count;
        }
        counts
    }
}

/// A delivery in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The issue.
    pub issue: IssueNumber,
    /// When its delivery began.
    pub started: DateTime<Utc>,
    /// Its title.
    pub title: String,
    /// Where its rows are.
    pub counts: Counts,
}

impl Row {
    /// The row `seq` out of what a ledger keeps of it.
    pub(super) fn kept(
        seq: u32,
        address: &str,
        fields: &str,
        attempts: u32,
        letter: Option<u32>,
    ) -> anyhow::Result<Self> {
        let address = EmailAddress::parse(address)
            .map_err(|reason| anyhow!("the ledger holds `{address}`, which is no address: {reason}"))?;
        let subscriber = Subscriber { address, fields: read_fields(fields)? };
        Ok(Self { seq, fence: 0, subscriber, attempts, letter })
    }

    /// The claim it was handed out by.
    pub fn claim(&self) -> Claim {
        Claim { seq: self.seq, fence: self.fence }
    }
}

/// The rows of a ledger.
pub trait Rows {
    /// Where the rows of `issue` are.
    fn counts(&mut self, issue: IssueNumber) -> anyhow::Result<Counts>;

    /// Every delivery, newest issue first.
    fn summaries(&mut self) -> anyhow::Result<Vec<Summary>>;

    /// Calls `each` with the rows of `issue` in one of `states`, in list order, until it breaks off.
    ///
    /// Errors when `each` does.
    fn look_through(
        &mut self,
        issue: IssueNumber,
        states: &[State],
        each: &mut dyn FnMut(Entry) -> anyhow::Result<ControlFlow<()>>,
    ) -> anyhow::Result<()>;

    /// Calls `each` with every row of `issue` in one of `states`, in list order.
    ///
    /// Errors when `each` does.
    fn entries(
        &mut self,
        issue: IssueNumber,
        states: &[State],
        each: &mut dyn FnMut(Entry) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        self.look_through(issue, states, &mut |entry| each(entry).map(ControlFlow::Continue))
    }

    /// Whether a row of `issue` in one of `states` is such as `is_wanted` says; looks no further than to the first.
    fn has_entry(
        &mut self,
        issue: IssueNumber,
        states: &[State],
        is_wanted: &mut dyn FnMut(&Entry) -> bool,
    ) -> anyhow::Result<bool> {
        let mut found = false;
        self.look_through(issue, states, &mut |entry| {
            found = is_wanted(&entry);
            Ok(if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        Ok(found)
    }

    /// Calls `each` with every row of `issue` that is left to be sent, in list order, and takes none in hand.
    ///
    /// Errors when `each` does.
    fn rows_left(&mut self, issue: IssueNumber, each: &mut dyn FnMut(Row) -> anyhow::Result<()>) -> anyhow::Result<()>;

    /// Calls `each` with the mailbox of every row of `issue`, in no order: what spellings of its address share.
    fn planned_mailboxes(&mut self, issue: IssueNumber, each: &mut dyn FnMut(&str)) -> anyhow::Result<()>;

    /// How many rows of `issue` in `state` are of people who may get mail.
    fn count_welcome(&mut self, issue: IssueNumber, state: State) -> anyhow::Result<u64>;

    /// Plans the rows of `issue` in `state` again, but for the suppressed. What was in doubt gets the very same letter
    /// again, what was refused the newest.
    fn plan_again(&mut self, issue: IssueNumber, state: State) -> anyhow::Result<()>;

    /// Writes down what was found out about rows of `issue` in doubt, all of it or nothing. Those that no longer are in doubt
    /// stay as they are.
    fn resolve(&mut self, issue: IssueNumber, found: &[Resolution], now: DateTime<Utc>) -> anyhow::Result<()>;

    /// How many messages went out for `account` in which minute, in any run of any delivery, oldest first.
    fn sent(&mut self, account: &str) -> anyhow::Result<Vec<Sent>>;

    /// Leaves those of `issue` who are in doubt at that.
    fn give_up_doubtful(&mut self, issue: IssueNumber) -> anyhow::Result<()>;

    /// Notes who of those left in `issue` has been suppressed since.
    fn leave_out_suppressed(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<()>;
}

/// The reply out of what a ledger keeps of it.
pub(super) fn kept_reply(code: Option<u16>, enhanced: Option<&str>, text: Option<String>) -> Option<Reply> {
    let enhanced = enhanced.and_then(read_enhanced);
    code.map(|code| Reply { code, enhanced, text: text.unwrap_or_default() })
}

fn read_enhanced(text: &str) -> Option<EnhancedCode> {
    let (class, rest) = text.split_once('.')?;
    let (subject, detail) = rest.split_once('.')?;
    Some(EnhancedCode { class: class.parse().ok()?, subject: subject.parse().ok()?, detail: detail.parse().ok()? })
}
