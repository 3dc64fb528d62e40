//! Writes marks and settlements to a SQLite file.

use std::collections::{BTreeMap, HashSet};

use anyhow::Context;
use chrono::{DateTime, Utc};
use rusqlite::{CachedStatement, Transaction, TransactionBehavior, params};

use super::accepted_rows::{Acceptance, AcceptedRow, AcceptedRows};
use super::claimed_rows::{ClaimedRow, ClaimedRows};
use super::ledger::Sqlite;
use crate::ledger::reply::Reply;
use crate::ledger::row::state_from_number;
use crate::ledger::sent_count::minute;
use crate::ledger::write_batch::{Mark, Settlement, WriteBatch, WriteResult};
use crate::model::{IssueNumber, State};

impl Sqlite {
    pub(super) fn write(
        &mut self,
        issue: IssueNumber,
        now: DateTime<Utc>,
        batch: &WriteBatch,
    ) -> anyhow::Result<WriteResult> {
        self.end_checkpoint()?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // After an error the claims in memory no longer matter: the run is over.
        let written = OpenBatch {
            transaction: &transaction,
            settling: transaction.prepare_cached(SETTLE)?,
            claimed: &mut self.claimed,
            accepted: &self.accepted,
            issue,
            now,
            written: WriteResult::default(),
        }
        .write(batch)?;
        transaction.commit().context("cannot write to the ledger")?;
        if let Some((_, counts)) = self.counted.as_mut().filter(|(counted, _)| *counted == issue) {
            written.transitions.iter().for_each(|&(from, to)| counts.moved(from, to));
        }
        Ok(written)
    }
}

/// Records the outcome of a row. A row to be sent again keeps the version it may have received; a row that was not
/// accepted gets the newest.
const SETTLE: &str = "
    UPDATE delivery SET state = ?1, attempts = attempts + ?2, next_at = ?3,
           letter = CASE WHEN ?1 IN (2, 5) THEN coalesce(letter, ?10) WHEN ?1 = 0 THEN letter END,
           code = coalesce(?4, code), enhanced = CASE WHEN ?4 IS NULL THEN enhanced ELSE ?5 END,
           text = coalesce(?6, text), updated = ?7
    WHERE issue = ?8 AND seq = ?9";

/// Whether a row of a range has an address that is suppressed.
const HAS_SUPPRESSED: &str = "
    SELECT EXISTS (SELECT 1 FROM delivery WHERE issue = ? AND seq BETWEEN ? AND ?
                   AND address_key IN (SELECT address_key FROM suppression))";

/// Marks a range of rows.
const MARK: &str = "
    UPDATE delivery SET state = 1, next_at = NULL, updated = ?
    WHERE issue = ? AND seq BETWEEN ? AND ? AND state IN (0, 3)";

/// Leaves rows with suppressed addresses out of [`MARK`], where there are any: without a subquery, SQLite changes rows as
/// it finds them, which is half the work.
const UNLESS_SUPPRESSED: &str = "AND address_key NOT IN (SELECT address_key FROM suppression)";

/// A batch being written. Nothing takes effect until it is committed.
struct OpenBatch<'ledger> {
    transaction: &'ledger Transaction<'ledger>,
    /// [`SETTLE`], found once for all rows.
    settling: CachedStatement<'ledger>,
    claimed: &'ledger mut ClaimedRows,
    accepted: &'ledger AcceptedRows,
    issue: IssueNumber,
    now: DateTime<Utc>,
    written: WriteResult,
}

impl OpenBatch<'_> {
    fn write(mut self, batch: &WriteBatch) -> anyhow::Result<WriteResult> {
        // In their order, because a row may be settled twice. Nearly all were accepted, and in the same way.
        let mut rest = &batch.settlements[..];
        while let Some(first) = rest.first() {
            let Some(acceptance) = self.acceptance(first) else {
                self.settle(first)?;
                rest = &rest[1..];
                continue;
            };
            let alike = rest.iter().take_while(|settlement| self.acceptance(settlement) == Some(acceptance)).count();
            self.settle_accepted(acceptance, &rest[..alike])?;
            rest = &rest[alike..];
        }
        // Consecutive rows are marked by one statement.
        for marks in batch.marks.chunk_by(|one, next| one.claim.seq + 1 == next.claim.seq) {
            self.mark(marks)?;
        }
        self.count(&batch.sent)?;
        Ok(self.written)
    }

    /// Marks consecutive rows (at least one), except rows with an address that was suppressed in
    /// the meantime and rows that are not claimed to be sent.
    fn mark(&mut self, marks: &[Mark]) -> anyhow::Result<()> {
        let range = [marks[0].claim.seq, marks[marks.len() - 1].claim.seq];
        let mut has_suppressed = self.transaction.prepare_cached(HAS_SUPPRESSED)?;
        let has_suppressed = has_suppressed.query_row(params![self.issue.0, range[0], range[1]], |row| row.get(0))?;
        let unless = if has_suppressed { UNLESS_SUPPRESSED } else { "" };
        let mut mark = self.transaction.prepare_cached(&format!("{MARK} {unless}"))?;
        let marked = mark.execute(params![self.now.timestamp(), self.issue.0, range[0], range[1]])?;
        drop(mark);
        let left_out = if marked == marks.len() { HashSet::new() } else { self.unmarked(range)? };
        for mark in marks {
            let held = self.claimed.rows.get_mut(&mark.claim.seq);
            let held = held.filter(|held| matches!(held.state, State::Planned | State::Deferred));
            let goes = held.is_some() && !left_out.contains(&mark.claim.seq);
            self.written.granted.push(goes);
            let Some(held) = held else { continue };
            if goes {
                self.written.transitions.push((held.state, State::Transmitting));
                *held = ClaimedRow { state: State::Transmitting, letter: Some(mark.version) };
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

    /// Returns how a row in flight was accepted, if `settlement` says that.
    fn acceptance(&self, settlement: &Settlement) -> Option<Acceptance> {
        let (State::Accepted, Some(reply)) = (settlement.state, &settlement.reply) else { return None };
        let held = self.claimed.rows.get(&settlement.claim.seq)?;
        let Reply { code, enhanced, .. } = *reply;
        (held.state == State::Transmitting).then_some(Acceptance { letter: held.letter, code, enhanced })
    }

    /// Settles rows in flight that were accepted in the same way.
    fn settle_accepted(&mut self, acceptance: Acceptance, settlements: &[Settlement]) -> anyhow::Result<()> {
        let accepted = settlements.iter().map(|Settlement { claim, reply, .. }| {
            let text = reply.as_ref().map_or("", |reply| &reply.text).into();
            AcceptedRow { seq: claim.seq, text }
        });
        self.accepted.settle(self.transaction, self.issue, self.now.timestamp(), acceptance, accepted.collect())?;
        for settlement in settlements {
            self.claimed.rows.remove(&settlement.claim.seq);
            self.written.transitions.push((State::Transmitting, State::Accepted));
        }
        Ok(())
    }

    fn settle(&mut self, settlement: &Settlement) -> anyhow::Result<()> {
        let Settlement { claim, state, reply, next_at } = settlement;
        let reply = reply.as_ref();
        let held = self.claimed.rows.get(&claim.seq).copied();
        let from = held.map_or_else(|| self.state(claim.seq), |held| Ok(held.state))?;
        self.settling.execute(params![
            *state as u8,
            settlement.replies(),
            next_at.map(|time| time.timestamp()),
            reply.map(|reply| reply.code),
            reply.and_then(|reply| reply.enhanced).map(|enhanced| enhanced.to_string()),
            reply.map(|reply| &reply.text),
            self.now.timestamp(),
            self.issue.0,
            claim.seq,
            held.and_then(|held| held.letter),
        ])?;
        if *state == State::Refused || from == State::Refused {
            self.note_refusal(claim.seq, *state == State::Refused)?;
        }
        if *state == State::Planned {
            // It may have been released before and now has to be sent again.
            self.claimed.rows.entry(claim.seq).or_insert(ClaimedRow { state: *state, letter: None }).state = *state;
        } else {
            self.claimed.rows.remove(&claim.seq);
        }
        self.written.transitions.push((from, *state));
        Ok(())
    }

    /// Adds the messages sent now to the counts of their accounts.
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

    /// Records that row `seq` is refused and not reviewed yet, or that it turned out not to be
    /// refused.
    fn note_refusal(&self, seq: u32, refused: bool) -> anyhow::Result<()> {
        let note = if refused {
            "INSERT INTO refusal (issue, seq) VALUES (?, ?) ON CONFLICT DO NOTHING"
        } else {
            "DELETE FROM refusal WHERE issue = ? AND seq = ?"
        };
        self.transaction.prepare_cached(note)?.execute(params![self.issue.0, seq])?;
        Ok(())
    }

    /// The state of row `seq`, which is not claimed: it was settled before, and a later reply
    /// changes its outcome.
    fn state(&self, seq: u32) -> anyhow::Result<State> {
        let mut query = self.transaction.prepare_cached("SELECT state FROM delivery WHERE issue = ? AND seq = ?")?;
        let state = query
            .query_row(params![self.issue.0, seq], |row| row.get(0))
            .with_context(|| format!("row {seq} of issue {} is missing from the ledger", self.issue))?;
        state_from_number(state)
    }
}
