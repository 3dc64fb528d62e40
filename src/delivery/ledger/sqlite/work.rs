//! Claims, marks and settlements in the file.

use anyhow::Context;
use chrono::{DateTime, Utc};
use rusqlite::{Transaction, TransactionBehavior, params};

use super::lock::Lock;
use super::rows::row_to_send;
use super::{Hold, Sqlite, time};
use crate::delivery::ledger::{Claim, Claimed, Counts, Mark, Settlement, State, Turn, Work, Written};
use crate::model::IssueNumber;

impl Work for Sqlite {
    fn time(&mut self, here: DateTime<Utc>) -> anyhow::Result<DateTime<Utc>> {
        Ok(here)
    }

    fn senders(&mut self) -> anyhow::Result<Vec<String>> {
        Ok(Lock::holder(&self.path).into_iter().collect())
    }

    fn recover(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<u64> {
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

    fn claim(&mut self, issue: IssueNumber, now: DateTime<Utc>, most: usize) -> anyhow::Result<Claimed> {
        let mut claimed = Claimed::default();
        let mut due = self.connection.prepare_cached(
            "SELECT seq, address, fields, attempts, letter,
                    EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = delivery.address_key)
             FROM delivery WHERE issue = ? AND state = 3 AND next_at <= ? ORDER BY next_at",
        )?;
        let mut rows = due.query(params![issue.0, now.timestamp()])?;
        while claimed.rows.len() < most {
            let Some(row) = rows.next()? else { break };
            if self.hold.held.insert(row.get(0)?) {
                sort(&mut claimed, row)?;
            }
        }
        let mut planned = self.connection.prepare_cached(
            "SELECT seq, address, fields, attempts, letter,
                    EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = delivery.address_key)
             FROM delivery WHERE issue = ? AND seq > ? AND state = 0 ORDER BY seq",
        )?;
        let mut rows = planned.query(params![issue.0, self.hold.cursor])?;
        while claimed.rows.len() < most {
            let Some(row) = rows.next()? else { break };
            self.hold.cursor = row.get(0)?;
            if self.hold.held.insert(self.hold.cursor) {
                sort(&mut claimed, row)?;
            }
        }
        Ok(claimed)
    }

    fn next_due(&mut self, issue: IssueNumber) -> anyhow::Result<Option<DateTime<Utc>>> {
        let mut query =
            self.connection.prepare_cached("SELECT min(next_at) FROM delivery WHERE issue = ? AND state = 3")?;
        let due: Option<i64> = query.query_row([issue.0], |row| row.get(0))?;
        due.map(time).transpose()
    }

    fn write(&mut self, issue: IssueNumber, now: DateTime<Utc>, turn: &Turn) -> anyhow::Result<Written> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let open = Open { transaction, issue, now };
        let mut written = Written::default();
        let mut let_go = Vec::new();
        for settlement in &turn.settlements {
            written.moves.push(open.settle(settlement)?);
            if settlement.state != State::Planned {
                let_go.push(settlement.claim.seq);
            }
        }
        for mark in &turn.marks {
            let moved = open.mark(mark)?;
            let goes = moved.is_some_and(|(_, to)| to == State::Dot);
            if !goes {
                let_go.push(mark.claim.seq);
            }
            written.moves.extend(moved);
            written.goes.push(goes);
        }
        open.transaction.commit().context("cannot write to the ledger")?;
        for seq in let_go {
            self.hold.held.remove(&seq);
        }
        Ok(written)
    }

    fn keep_up(&mut self, _issue: IssueNumber, _now: DateTime<Utc>) -> anyhow::Result<Option<Counts>> {
        Ok(None)
    }

    fn leave(&mut self, _issue: IssueNumber) -> anyhow::Result<()> {
        self.hold = Hold::default();
        Ok(())
    }
}

/// Puts a row found with a claim where it belongs.
fn sort(claimed: &mut Claimed, row: &rusqlite::Row<'_>) -> anyhow::Result<()> {
    if row.get(5)? {
        claimed.suppressed.push(Claim { seq: row.get(0)?, fence: 0 });
    } else {
        claimed.rows.push(row_to_send(row)?);
    }
    Ok(())
}

/// A turn being written. Nothing has happened until it is committed.
struct Open<'ledger> {
    transaction: Transaction<'ledger>,
    issue: IssueNumber,
    now: DateTime<Utc>,
}

impl Open<'_> {
    /// Marks that the final dot of a row is about to go out, unless its address has been suppressed in the meantime.
    /// Answers the states it moved between; `None` when it is not to be sent.
    fn mark(&self, mark: &Mark) -> anyhow::Result<Option<(State, State)>> {
        let (state, suppressed) = self.state(mark.claim.seq)?;
        if !matches!(state, State::Planned | State::Deferred) {
            return Ok(None);
        }
        if suppressed {
            return self.settle(&Settlement::new(mark.claim, State::Suppressed, None)).map(Some);
        }
        let mut update = self.transaction.prepare_cached(
            "UPDATE delivery SET state = 1, letter = coalesce(letter, ?), next_at = NULL, updated = ?
             WHERE issue = ? AND seq = ?",
        )?;
        update.execute(params![mark.version, self.now.timestamp(), self.issue.0, mark.claim.seq])?;
        Ok(Some((state, State::Dot)))
    }

    fn settle(&self, settlement: &Settlement) -> anyhow::Result<(State, State)> {
        let Settlement { claim, state, reply, next_at, suppress } = settlement;
        let reply = reply.as_ref();
        let (from, _) = self.state(claim.seq)?;
        let mut update = self.transaction.prepare_cached(
            "UPDATE delivery SET state = ?1, attempts = attempts + ?2, next_at = ?3,
                    letter = CASE WHEN ?1 IN (2, 5) THEN letter END,
                    code = coalesce(?4, code), enhanced = CASE WHEN ?4 IS NULL THEN enhanced ELSE ?5 END,
                    text = coalesce(?6, text), updated = ?7
             WHERE issue = ?8 AND seq = ?9",
        )?;
        update.execute(params![
            *state as u8,
            settlement.answers(),
            next_at.map(|time| time.timestamp()),
            reply.map(|reply| reply.code),
            reply.and_then(|reply| reply.enhanced).map(|enhanced| enhanced.to_string()),
            reply.map(|reply| &reply.text),
            self.now.timestamp(),
            self.issue.0,
            claim.seq,
        ])?;
        if let Some(reason) = suppress {
            self.suppress_address(claim.seq, reason)?;
        }
        Ok((from, *state))
    }

    /// Never again a mail to the address of row `seq`.
    fn suppress_address(&self, seq: u32, reason: &str) -> anyhow::Result<()> {
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO suppression (address_key, address, reason, at)
             SELECT address_key, address, ?1, ?2 FROM delivery WHERE issue = ?3 AND seq = ?4
             ON CONFLICT (address_key) DO NOTHING",
        )?;
        insert.execute(params![reason, self.now.timestamp(), self.issue.0, seq])?;
        Ok(())
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
