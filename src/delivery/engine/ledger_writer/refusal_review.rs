//! Decides at the end of a run which refusals are believed: addresses are suppressed, or their rows are planned again.

use super::LedgerWriter;
use crate::delivery::engine::batch::LedgerBatch;
use crate::delivery::refusal::is_dead_mailbox;
use crate::ledger::RefusalReview;

impl LedgerWriter<'_> {
    /// Decides which refusals of this run are believed, and records that. Each relay is judged by the replies that
    /// this sender got from it: those of another sender or relay count neither for it nor against it.
    ///
    /// Returns the addresses that are suppressed now, and the number of others reported as nonexistent.
    pub(super) fn review_refusals(&mut self) -> anyhow::Result<(Vec<String>, u64)> {
        let mut batch = LedgerBatch::new(self.run);
        for breaker in &mut self.breakers {
            let Some(action) = breaker.finish() else { continue };
            batch.requeue(&action.requeue);
            self.held.clear();
            if let Some(reason) = action.tripped {
                self.context.stop.request(reason);
            }
        }
        let writes = batch.writes;
        let (issue, now) = (self.run.plan.issue, self.run.clock.now());
        if !writes.is_empty() {
            self.with_reconnect(|ledger| ledger.write(issue, now, &writes))?;
        }
        let mut review = RefusalReview::default();
        self.breakers.iter().for_each(|breaker| breaker.add_to(&mut review));
        review.refused.append(&mut self.given_up);
        if review.refused.is_empty() {
            return Ok((Vec::new(), 0));
        }
        let suppressed = self.with_reconnect(|ledger| ledger.review_refusals(issue, now, &review, is_dead_mailbox))?;
        let dead = (review.dead.len() + review.doubted.len()) as u64;
        let doubted = dead.saturating_sub(suppressed.len() as u64).min(review.doubted.len() as u64);
        Ok((suppressed, doubted))
    }
}
