//! Moving rows: claims, and turns, which are transactions that mark and settle many rows with one sync.

use std::collections::HashSet;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use rusqlite::{Transaction, TransactionBehavior, params};

use super::Ledger;
use super::plan::time;
use super::rows::{Row, State, row_to_send};
use crate::delivery::outcome::Reply;
use crate::model::IssueNumber;

/// The rows this process has in hand.
#[derive(Debug, Default)]
pub(in crate::delivery) struct Hold {
    /// Planned rows up to this one have been handed out.
    cursor: u32,
    /// Handed out and not settled yet.
    held: HashSet<u32>,
}

impl Hold {
    /// Whether any row is in hand.
    pub(in crate::delivery) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// The row is settled, or not wanted any more.
    pub(in crate::delivery) fn let_go(&mut self, seq: u32) {
        self.held.remove(&seq);
    }
}

/// The answer to a claim.
#[derive(Debug, Default)]
pub(in crate::delivery) struct Claimed {
    /// To be sent.
    pub(in crate::delivery) rows: Vec<Row>,
    /// Found suppressed on the way, to be settled as such.
    pub(in crate::delivery) suppressed: Vec<u32>,
}

impl Ledger {
    /// What a process that died left behind: rows of `issue` whose final dot may have gone out become in doubt.
    /// Answers how many. Only for who holds the [`Lock`](super::Lock).
    pub fn recover(&self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<u64> {
        let recovered = self.connection.execute(
            "UPDATE delivery SET state = ?, attempts = attempts + 1, code = 0, enhanced = NULL, text = ?, updated = ?
             WHERE issue = ? AND state = ?",
            params![
                State::InDoubt as u8,
                "the sender ended between the final dot and the answer",
                now.timestamp(),
                issue.0,
                State::Dot as u8,
            ],
        )?;
        Ok(recovered as u64)
    }

    /// How many rows of `issue` in `state` are of people who may get mail.
    pub fn count_welcome(&self, issue: IssueNumber, state: State) -> anyhow::Result<u64> {
        let count: i64 = self.connection.query_row(
            "SELECT count(*) FROM delivery
             WHERE issue = ? AND state = ? AND address_key NOT IN (SELECT address_key FROM suppression)",
            params![issue.0, state as u8],
            |row| row.get(0),
        )?;
        Ok(count.cast_unsigned())
    }

    /// Plans the rows of `issue` in `state` again, but for the suppressed. What was in doubt gets the very same letter
    /// again, what was refused the newest.
    pub fn plan_again(&self, issue: IssueNumber, state: State) -> anyhow::Result<()> {
        let same_letter = state == State::InDoubt;
        self.connection.execute(
            "UPDATE delivery SET state = 0, letter = CASE WHEN ? THEN letter END, next_at = NULL
             WHERE issue = ? AND state = ? AND address_key NOT IN (SELECT address_key FROM suppression)",
            params![same_letter, issue.0, state as u8],
        )?;
        Ok(())
    }

    /// Leaves those of `issue` who are in doubt at that.
    pub fn give_up_doubtful(&self, issue: IssueNumber) -> anyhow::Result<()> {
        let (doubt, given_up) = (State::InDoubt as u8, State::GivenUp as u8);
        let sql = "UPDATE delivery SET state = ? WHERE issue = ? AND state = ?";
        self.connection.execute(sql, params![given_up, issue.0, doubt])?;
        Ok(())
    }

    /// Notes who of those left in `issue` has been suppressed since. Only for who holds the [`Lock`](super::Lock).
    pub fn leave_out_suppressed(&self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<()> {
        self.connection.execute(
            "UPDATE delivery SET state = 6, next_at = NULL, updated = ?
             WHERE issue = ? AND state IN (0, 3) AND address_key IN (SELECT address_key FROM suppression)",
            params![now.timestamp(), issue.0],
        )?;
        Ok(())
    }

    /// Takes up to `most` rows of `issue` in hand: deferred ones that are due, then planned ones in list order.
    pub(in crate::delivery) fn claim(
        &self,
        issue: IssueNumber,
        hold: &mut Hold,
        now: DateTime<Utc>,
        most: usize,
    ) -> anyhow::Result<Claimed> {
        let mut claimed = Claimed::default();
        let mut due = self.connection.prepare_cached(
            "SELECT seq, address, fields, attempts, letter,
                    EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = delivery.address_key)
             FROM delivery WHERE issue = ? AND state = 3 AND next_at <= ? ORDER BY next_at",
        )?;
        let mut rows = due.query(params![issue.0, now.timestamp()])?;
        while claimed.rows.len() < most {
            let Some(row) = rows.next()? else { break };
            if hold.held.insert(row.get(0)?) {
                claimed.sort(row)?;
            }
        }
        let mut planned = self.connection.prepare_cached(
            "SELECT seq, address, fields, attempts, letter,
                    EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = delivery.address_key)
             FROM delivery WHERE issue = ? AND seq > ? AND state = 0 ORDER BY seq",
        )?;
        let mut rows = planned.query(params![issue.0, hold.cursor])?;
        while claimed.rows.len() < most {
            let Some(row) = rows.next()? else { break };
            hold.cursor = row.get(0)?;
            if hold.held.insert(hold.cursor) {
                claimed.sort(row)?;
            }
        }
        Ok(claimed)
    }

    /// Calls `each` with every row of `issue` that is left to be sent, in list order, and takes none in hand.
    ///
    /// Errors when `each` does.
    pub fn rows_left(&self, issue: IssueNumber, mut each: impl FnMut(Row) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let mut query = self.connection.prepare(
            "SELECT seq, address, fields, attempts, letter FROM delivery
             WHERE issue = ? AND state IN (0, 3)
               AND address_key NOT IN (SELECT address_key FROM suppression)
             ORDER BY seq",
        )?;
        let mut rows = query.query([issue.0])?;
        while let Some(row) = rows.next()? {
            each(row_to_send(row)?)?;
        }
        Ok(())
    }

    /// When the first deferred row of `issue` is due.
    pub fn first_due(&self, issue: IssueNumber) -> anyhow::Result<Option<DateTime<Utc>>> {
        self.next_due(issue, &Hold::default())
    }

    /// When the next deferred row of `issue` that is not in hand is due.
    pub(in crate::delivery) fn next_due(
        &self,
        issue: IssueNumber,
        hold: &Hold,
    ) -> anyhow::Result<Option<DateTime<Utc>>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT seq, next_at FROM delivery WHERE issue = ? AND state = 3 ORDER BY next_at")?;
        let mut rows = query.query([issue.0])?;
        while let Some(row) = rows.next()? {
            if !hold.held.contains(&row.get(0)?) {
                return time(row.get(1)?).map(Some);
            }
        }
        Ok(None)
    }

    /// Begins a turn.
    pub(in crate::delivery) fn turn(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<Turn<'_>> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        Ok(Turn { transaction, issue, now })
    }
}

impl Claimed {
    fn sort(&mut self, row: &rusqlite::Row<'_>) -> anyhow::Result<()> {
        if row.get(5)? {
            self.suppressed.push(row.get(0)?);
        } else {
            self.rows.push(row_to_send(row)?);
        }
        Ok(())
    }
}

/// A transaction that moves rows of one issue. Nothing has happened until [`Turn::commit`] returns.
#[derive(Debug)]
pub(in crate::delivery) struct Turn<'ledger> {
    transaction: Transaction<'ledger>,
    issue: IssueNumber,
    now: DateTime<Utc>,
}

impl Turn<'_> {
    /// Marks that the final dot of row `seq` is about to go out, with letter `version`, unless the address has been
    /// suppressed in the meantime. Answers the states it moved between.
    ///
    /// Errors when the row is not to be sent: whoever asks has lost track, and must not write the dot.
    pub(in crate::delivery) fn mark(&self, seq: u32, version: u32) -> anyhow::Result<(State, State)> {
        let (state, suppressed) = self.state(seq)?;
        if !matches!(state, State::Planned | State::Deferred) {
            bail!("row {seq} of issue {} was to be sent, but is {}", self.issue, state.name());
        }
        if suppressed {
            return self.suppress_row(seq);
        }
        let mut update = self.transaction.prepare_cached(
            "UPDATE delivery SET state = 1, letter = coalesce(letter, ?), next_at = NULL, updated = ?
             WHERE issue = ? AND seq = ?",
        )?;
        update.execute(params![version, self.now.timestamp(), self.issue.0, seq])?;
        Ok((state, State::Dot))
    }

    /// Notes that the address of row `seq` was found suppressed.
    pub(in crate::delivery) fn suppress_row(&self, seq: u32) -> anyhow::Result<(State, State)> {
        self.put(seq, State::Suppressed, None, 0, None)
    }

    /// Notes what became of row `seq`; `answers` is how many answers of the server this adds.
    pub(in crate::delivery) fn settle(
        &self,
        seq: u32,
        state: State,
        reply: Option<&Reply>,
        next_at: Option<DateTime<Utc>>,
    ) -> anyhow::Result<(State, State)> {
        let answers = u32::from(matches!(state, State::Accepted | State::Deferred | State::Refused | State::InDoubt));
        self.put(seq, state, reply, answers, next_at)
    }

    fn put(
        &self,
        seq: u32,
        state: State,
        reply: Option<&Reply>,
        answers: u32,
        next_at: Option<DateTime<Utc>>,
    ) -> anyhow::Result<(State, State)> {
        let (from, _) = self.state(seq)?;
        let mut update = self.transaction.prepare_cached(
            "UPDATE delivery SET state = ?1, attempts = attempts + ?2, next_at = ?3,
                    letter = CASE WHEN ?1 IN (2, 5) THEN letter END,
                    code = coalesce(?4, code), enhanced = CASE WHEN ?4 IS NULL THEN enhanced ELSE ?5 END,
                    text = coalesce(?6, text), updated = ?7
             WHERE issue = ?8 AND seq = ?9",
        )?;
        update.execute(params![
            state as u8,
            answers,
            next_at.map(|time| time.timestamp()),
            reply.map(|reply| reply.code),
            reply.and_then(|reply| reply.enhanced).map(|enhanced| enhanced.to_string()),
            reply.map(|reply| &reply.text),
            self.now.timestamp(),
            self.issue.0,
            seq,
        ])?;
        Ok((from, state))
    }

    /// Never again a mail to the address of row `seq`.
    pub(in crate::delivery) fn suppress_address(&self, seq: u32, reason: &str) -> anyhow::Result<()> {
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO suppression (address_key, address, reason, at)
             SELECT address_key, address, ?1, ?2 FROM delivery WHERE issue = ?3 AND seq = ?4
             ON CONFLICT (address_key) DO NOTHING",
        )?;
        insert.execute(params![reason, self.now.timestamp(), self.issue.0, seq])?;
        Ok(())
    }

    /// Makes it so: written, synced.
    pub(in crate::delivery) fn commit(self) -> anyhow::Result<()> {
        self.transaction.commit().context("cannot write to the ledger")
    }

    /// The state of row `seq`, and whether its address is suppressed.
    fn state(&self, seq: u32) -> anyhow::Result<(State, bool)> {
        let mut query = self.transaction.prepare_cached(
            "SELECT state, EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = delivery.address_key)
             FROM delivery WHERE issue = ? AND seq = ?",
        )?;
        let (state, suppressed) = query
            .query_row(params![self.issue.0, seq], |row| Ok((row.get(0)?, row.get(1)?)))
            .with_context(|| format!("row {seq} of issue {} is missing from the ledger", self.issue))?;
        Ok((State::read(state)?, suppressed))
    }
}
