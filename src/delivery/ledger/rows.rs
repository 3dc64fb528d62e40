//! The rows of a delivery: one subscriber each, and what is known about them.

use anyhow::Context;
use chrono::{DateTime, Utc};
use rusqlite::params;

use super::Ledger;
use super::plan::{read_fields, time};
use crate::delivery::outcome::Reply;
use crate::model::{EmailAddress, IssueNumber, Subscriber};
use crate::smtp::EnhancedCode;

/// Where a row is; the numbers are what the file holds and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// To be sent.
    Planned = 0,
    /// The final dot is about to go out or has gone out, and no answer is known.
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

    /// Counts one that moved.
    pub(in crate::delivery) fn moved(&mut self, from: State, to: State) {
        self.0[from as usize] -= 1;
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

impl Ledger {
    /// Where the rows of `issue` are.
    pub fn counts(&self, issue: IssueNumber) -> anyhow::Result<Counts> {
        let mut query =
            self.connection.prepare("SELECT state, count(*) FROM delivery WHERE issue = ? GROUP BY state")?;
        let mut rows = query.query([issue.0])?;
        let mut counted = Vec::new();
        while let Some(row) = rows.next()? {
            counted.push((State::read(row.get(0)?)?, row.get::<_, i64>(1)?.cast_unsigned()));
        }
        Ok(counted.into_iter().collect())
    }

    /// Every delivery, newest issue first.
    pub fn summaries(&self) -> anyhow::Result<Vec<Summary>> {
        let mut query = self.connection.prepare("SELECT issue, started, title FROM plan ORDER BY issue DESC")?;
        let mut rows = query.query([])?;
        let mut summaries = Vec::new();
        while let Some(row) = rows.next()? {
            let issue = IssueNumber(row.get(0)?);
            let (started, title) = (time(row.get(1)?)?, row.get(2)?);
            summaries.push(Summary { issue, started, title, counts: self.counts(issue)? });
        }
        Ok(summaries)
    }

    /// Calls `each` with every row of `issue` in one of `states`, in list order.
    ///
    /// Errors when `each` does.
    pub fn entries(
        &self,
        issue: IssueNumber,
        states: &[State],
        mut each: impl FnMut(Entry) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut query = self.connection.prepare(
            "SELECT address, state, attempts, next_at, code, enhanced, text, updated
             FROM delivery WHERE issue = ? ORDER BY seq",
        )?;
        let mut rows = query.query([issue.0])?;
        while let Some(row) = rows.next()? {
            let state = State::read(row.get(1)?)?;
            if states.contains(&state) {
                each(entry(row, state)?)?;
            }
        }
        Ok(())
    }

    /// Whether a row of `issue` has the mailbox `address_key`.
    pub fn is_planned(&self, issue: IssueNumber, address_key: &str) -> anyhow::Result<bool> {
        let mut query = self.connection.prepare_cached("SELECT 1 FROM mailbox WHERE issue = ? AND address_key = ?")?;
        Ok(query.exists(params![issue.0, address_key])?)
    }
}

fn entry(row: &rusqlite::Row<'_>, state: State) -> anyhow::Result<Entry> {
    let reply = match row.get::<_, Option<u16>>(4)? {
        None => None,
        Some(code) => Some(Reply {
            code,
            enhanced: row.get::<_, Option<String>>(5)?.as_deref().and_then(read_enhanced),
            text: row.get::<_, Option<String>>(6)?.unwrap_or_default(),
        }),
    };
    Ok(Entry {
        address: row.get(0)?,
        state,
        attempts: row.get(2)?,
        next_at: row.get::<_, Option<i64>>(3)?.map(time).transpose()?,
        reply,
        updated: row.get::<_, Option<i64>>(7)?.map(time).transpose()?,
    })
}

fn read_enhanced(text: &str) -> Option<EnhancedCode> {
    let (class, rest) = text.split_once('.')?;
    let (subject, detail) = rest.split_once('.')?;
    Some(EnhancedCode { class: class.parse().ok()?, subject: subject.parse().ok()?, detail: detail.parse().ok()? })
}

/// A row to be sent out of the columns `seq, address, fields, attempts, letter`.
pub(super) fn row_to_send(row: &rusqlite::Row<'_>) -> anyhow::Result<Row> {
    let address = row.get_ref(1)?.as_str()?;
    let address = EmailAddress::parse(address)
        .map_err(|reason| anyhow::anyhow!("the ledger holds `{address}`, which is no address: {reason}"))?;
    let fields = read_fields(row.get_ref(2)?.as_str()?)?;
    let (seq, attempts, letter) = (row.get(0)?, row.get(3)?, row.get(4)?);
    Ok(Row { seq, subscriber: Subscriber { address, fields }, attempts, letter })
}
