//! Settles rows that were accepted, a range of them with one statement: most of the work of a statement does not depend
//! on the number of its rows.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::ensure;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, params};

use crate::model::IssueNumber;
use crate::smtp::EnhancedCode;

/// Accepted rows farther from each other than this are settled by statements of their own: each row between them costs
/// a look.
const MOST_BETWEEN: u32 = 8;

/// Settles the rows of a range that have an accepted text.
const SETTLE_ACCEPTED: &str = "
    UPDATE delivery SET state = 2, attempts = attempts + 1, next_at = NULL, letter = coalesce(letter, ?),
           code = ?, enhanced = ?, text = accepted_text(seq), updated = ?
    WHERE issue = ? AND seq BETWEEN ? AND ? AND accepted_text(seq) IS NOT NULL";

/// A row that was accepted.
#[derive(Debug)]
pub(super) struct AcceptedRow {
    pub(super) seq: u32,
    /// The text of the reply.
    pub(super) text: Arc<str>,
}

/// What rows have in common that are settled with one statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Acceptance {
    /// The version of the letter.
    pub(super) letter: Option<u32>,
    pub(super) code: u16,
    pub(super) enhanced: Option<EnhancedCode>,
}

/// The rows that the statement being executed settles, in the order of their numbers. The SQL function `accepted_text`
/// looks here for the text of a row.
#[derive(Debug, Clone, Default)]
pub(super) struct AcceptedRows(Arc<Mutex<Vec<AcceptedRow>>>);

impl AcceptedRows {
    /// Creates the SQL function for statements on `connection`.
    pub(super) fn new(connection: &Connection) -> rusqlite::Result<Self> {
        let rows = Self::default();
        let shared = rows.clone();
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DIRECTONLY;
        connection.create_scalar_function("accepted_text", 1, flags, move |context| {
            let seq: u32 = context.get(0)?;
            Ok(shared.text(seq))
        })?;
        Ok(rows)
    }

    fn text(&self, seq: u32) -> Option<Arc<str>> {
        let rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = rows.binary_search_by_key(&seq, |row| row.seq).ok()?;
        Some(Arc::clone(&rows[place].text))
    }

    /// Settles `rows`, which were accepted in the same way, within a transaction.
    pub(super) fn settle(
        &self,
        transaction: &Connection,
        issue: IssueNumber,
        now: i64,
        acceptance: Acceptance,
        mut rows: Vec<AcceptedRow>,
    ) -> anyhow::Result<()> {
        rows.sort_unstable_by_key(|row| row.seq);
        let are_near = |one: &AcceptedRow, next: &AcceptedRow| next.seq - one.seq <= MOST_BETWEEN;
        let ranges: Vec<_> = rows.chunk_by(are_near).map(|near| (near[0].seq, near[near.len() - 1].seq)).collect();
        let count = rows.len();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = rows;
        let Acceptance { letter, code, enhanced } = acceptance;
        let enhanced = enhanced.map(|enhanced| enhanced.to_string());
        let mut update = transaction.prepare_cached(SETTLE_ACCEPTED)?;
        let mut settled = 0;
        for (first, last) in ranges {
            settled += update.execute(params![letter, code, enhanced, now, issue.0, first, last])?;
        }
        ensure!(settled == count, "{} of {count} rows of issue {issue} are missing from the ledger", count - settled);
        Ok(())
    }
}
