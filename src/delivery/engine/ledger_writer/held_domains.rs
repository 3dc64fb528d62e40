//! Keeps rows at held domains from being handed out.

use super::LedgerWriter;
use crate::ledger::Row;

impl LedgerWriter<'_> {
    /// Takes rows back that are to be handed out again, except those at a held domain.
    pub(super) fn take_returned(&mut self, rows: Vec<Row>) {
        let rows = self.without_held(rows);
        self.returned.extend(rows);
    }

    /// Returns the rows that are not at a held domain; the others stay planned and claimed.
    pub(super) fn without_held(&mut self, mut rows: Vec<Row>) -> Vec<Row> {
        if self.held.is_empty() {
            return rows;
        }
        let is_held = |row: &mut Row| self.held.iter().any(|held| held.domain == row.subscriber.address.domain());
        let held: Vec<_> = rows.extract_if(.., is_held).collect();
        self.held_back += held.len() as u64;
        // A deferred row becomes a planned one, or the run would wait for it.
        self.to_requeue.extend(held.iter().filter(|row| row.attempts > 0).map(Row::claim));
        rows
    }

    /// Takes all rows out of the queue after a domain was held, and adds them to `returned`. Returns the ones of
    /// `rows` that may still be handed out.
    pub(super) fn recall_ready_rows(&mut self, rows: Vec<Row>, returned: &mut Vec<Row>) -> Vec<Row> {
        let before = rows.len();
        let rows = self.without_held(rows);
        let recalled = self.context.queue.take_ready();
        let back = (before - rows.len() + recalled.len()) as u64;
        self.allowance = self.allowance.saturating_add(back);
        self.outstanding = self.outstanding.saturating_sub(back);
        returned.extend(recalled);
        rows
    }
}
