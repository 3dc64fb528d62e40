//! Claims, marks and settlements in the file.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashSet};
use std::{fs, mem};

use anyhow::Context;
use chrono::{DateTime, Utc};
use rusqlite::{Transaction, TransactionBehavior, params};

use super::lock::Lock;
use super::rows::row_to_send;
use super::{Held, Hold, Sqlite, time};
use crate::delivery::ledger::{
    Claim, Claimed, Counts, Mark, Marks, Plan, Settlement, State, Turn, Work, Written, tally,
};
use crate::delivery::quota::minute;
use crate::model::IssueNumber;

/// Deferred rows that are due, those in hand too.
const DUE: &str = "
    SELECT seq, address, fields, attempts, letter,
           EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = delivery.address_key)
    FROM delivery WHERE issue = ? AND state = 3 AND next_at <= ? ORDER BY next_at";

/// Planned rows behind a place of the list, in its order.
const PLANNED: &str = "
    SELECT seq, address, fields, attempts, letter,
           EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = delivery.address_key)
    FROM delivery WHERE issue = ? AND seq > ? AND state = 0 ORDER BY seq";

impl Work for Sqlite {
    fn time(&mut self, here: DateTime<Utc>) -> anyhow::Result<DateTime<Utc>> {
        Ok(here)
    }

    fn senders(&mut self) -> anyhow::Result<Vec<String>> {
        Ok(Lock::holder(&self.path).into_iter().collect())
    }

    fn recover(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<u64> {
        self.take_stock(issue, now)
    }

    fn marks(&mut self, plan: &Plan, repeatable: bool) -> anyhow::Result<Marks> {
        self.new_tally(plan, repeatable).map(Marks::Tally)
    }

    fn claim(&mut self, issue: IssueNumber, now: DateTime<Utc>, most: usize) -> anyhow::Result<Claimed> {
        let mut claimed = Claimed::default();
        let mut due = self.connection.prepare_cached(DUE)?;
        let mut rows = due.query(params![issue.0, now.timestamp()])?;
        while claimed.rows.len() < most {
            let Some(row) = rows.next()? else { break };
            if self.hold.take(row.get(0)?, State::Deferred) {
                sort(&mut claimed, row)?;
            }
        }
        let mut planned = self.connection.prepare_cached(PLANNED)?;
        let mut rows = planned.query(params![issue.0, self.hold.cursor])?;
        while claimed.rows.len() < most {
            let Some(row) = rows.next()? else { break };
            self.hold.cursor = row.get(0)?;
            if self.hold.take(self.hold.cursor, State::Planned) {
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
        // After an error nothing in hand is of use any more: the run is over.
        let mut open = Open { transaction, hold: &mut self.hold, issue, now, written: Written::default() };
        for settlement in &turn.settlements {
            open.settle(settlement)?;
        }
        // Rows that follow each other are one statement.
        for marks in turn.marks.chunk_by(|one, next| one.claim.seq + 1 == next.claim.seq) {
            open.mark(marks)?;
        }
        open.count(&turn.sent)?;
        let Open { transaction, written, .. } = open;
        transaction.commit().context("cannot write to the ledger")?;
        if let Some((_, counts)) = self.counted.as_mut().filter(|(counted, _)| *counted == issue) {
            written.moves.iter().for_each(|&(from, to)| counts.moved(from, to));
        }
        Ok(written)
    }

    fn keep_up(&mut self, _issue: IssueNumber, _now: DateTime<Utc>) -> anyhow::Result<Option<Counts>> {
        Ok(None)
    }

    fn leave(&mut self, issue: IssueNumber) -> anyhow::Result<()> {
        let hold = mem::take(&mut self.hold);
        // Of a row whose worker failed the tally may know something yet.
        if hold.held.values().all(|held| held.state != State::Dot) {
            let _ = fs::remove_file(tally::path(&self.path, issue));
        }
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

impl Hold {
    /// Takes the row `seq` in hand, unless it is there already.
    fn take(&mut self, seq: u32, state: State) -> bool {
        match self.held.entry(seq) {
            Entry::Occupied(_) => false,
            Entry::Vacant(place) => {
                place.insert(Held { state, letter: None });
                true
            }
        }
    }
}

/// A turn being written. Nothing has happened until it is committed.
struct Open<'ledger> {
    transaction: Transaction<'ledger>,
    hold: &'ledger mut Hold,
    issue: IssueNumber,
    now: DateTime<Utc>,
    written: Written,
}

impl Open<'_> {
    /// Marks rows that follow each other (at least one), but for those whose address has been suppressed in the meantime and
    /// those that are not in hand to be sent.
    fn mark(&mut self, marks: &[Mark]) -> anyhow::Result<()> {
        let range = [marks[0].claim.seq, marks[marks.len() - 1].claim.seq];
        let mut update = self.transaction.prepare_cached(
            "UPDATE delivery SET state = 1, next_at = NULL, updated = ?
             WHERE issue = ? AND seq BETWEEN ? AND ? AND state IN (0, 3)
               AND address_key NOT IN (SELECT address_key FROM suppression)",
        )?;
        let marked = update.execute(params![self.now.timestamp(), self.issue.0, range[0], range[1]])?;
        drop(update);
        let left_out = if marked == marks.len() { HashSet::new() } else { self.unmarked(range)? };
        for mark in marks {
            let held = self.hold.held.get_mut(&mark.claim.seq);
            let held = held.filter(|held| matches!(held.state, State::Planned | State::Deferred));
            let goes = held.is_some() && !left_out.contains(&mark.claim.seq);
            self.written.goes.push(goes);
            let Some(held) = held else { continue };
            if goes {
                self.written.moves.push((held.state, State::Dot));
                *held = Held { state: State::Dot, letter: Some(mark.version) };
            } else {
                self.settle(&Settlement::new(mark.claim, State::Suppressed, None))?;
            }
        }
        Ok(())
    }

    /// The rows from `first` to `last` that are not marked.
    fn unmarked(&self, [first, last]: [u32; 2]) -> anyhow::Result<HashSet<u32>> {
        let mut query = self
            .transaction
            .prepare_cached("SELECT seq FROM delivery WHERE issue = ? AND seq BETWEEN ? AND ? AND state <> 1")?;
        let seqs = query.query_map(params![self.issue.0, first, last], |row| row.get(0))?;
        Ok(seqs.collect::<Result<_, _>>()?)
    }

    fn settle(&mut self, settlement: &Settlement) -> anyhow::Result<()> {
        let Settlement { claim, state, reply, next_at, suppress } = settlement;
        let reply = reply.as_ref();
        let held = self.hold.held.get(&claim.seq).copied();
        let from = held.map_or_else(|| self.state(claim.seq), |held| Ok(held.state))?;
        // A row put back keeps the version it may have got before; an answer other than yes entitles to the newest.
        let mut update = self.transaction.prepare_cached(
            "UPDATE delivery SET state = ?1, attempts = attempts + ?2, next_at = ?3,
                    letter = CASE WHEN ?1 IN (2, 5) THEN coalesce(letter, ?10) WHEN ?1 = 0 THEN letter END,
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
            held.and_then(|held| held.letter),
        ])?;
        if let Some(reason) = suppress {
            self.suppress_address(claim.seq, reason)?;
        }
        if *state == State::Planned {
            // It may have been let go of before, and is to be sent again after all.
            self.hold.held.entry(claim.seq).or_insert(Held { state: *state, letter: None }).state = *state;
        } else {
            self.hold.held.remove(&claim.seq);
        }
        self.written.moves.push((from, *state));
        Ok(())
    }

    /// Counts what was sent now.
    fn count(&self, sent: &BTreeMap<String, u64>) -> anyhow::Result<()> {
        let mut count = self.transaction.prepare_cached(
            "INSERT INTO sent (account, minute, messages) VALUES (?, ?, ?)
             ON CONFLICT (account, minute) DO UPDATE SET messages = messages + excluded.messages",
        )?;
        for (account, messages) in sent {
            count.execute(params![account, minute(self.now).timestamp(), messages.cast_signed()])?;
        }
        Ok(())
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

    /// The state of row `seq`, which is not in hand: one settled before, that a later answer puts into another light.
    fn state(&self, seq: u32) -> anyhow::Result<State> {
        let mut query = self.transaction.prepare_cached("SELECT state FROM delivery WHERE issue = ? AND seq = ?")?;
        let state = query
            .query_row(params![self.issue.0, seq], |row| row.get(0))
            .with_context(|| format!("row {seq} of issue {} is missing from the ledger", self.issue))?;
        State::read(state)
    }
}
