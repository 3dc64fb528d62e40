//! Writes the review of a run's refusals to a SQLite file.

use anyhow::Context;
use chrono::{DateTime, Utc};
use rusqlite::{Transaction, TransactionBehavior, params};

use super::ledger::Sqlite;
use crate::ledger::reply::Reply;
use crate::ledger::row::{ClaimedRow, reply_from_columns};
use crate::ledger::suppression::HARD_BOUNCE;
use crate::ledger::write_batch::RefusalReview;
use crate::model::IssueNumber;

impl Sqlite {
    pub(super) fn review_refusals(
        &mut self,
        issue: IssueNumber,
        now: DateTime<Utc>,
        review: &RefusalReview,
        is_dead_mailbox: fn(&Reply) -> bool,
    ) -> anyhow::Result<Vec<String>> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut suppressed = Vec::new();
        {
            let mut suppress = transaction.prepare(
                "INSERT INTO suppression (address_key, address, reason, at, issue)
                 SELECT address_key, address, ?1, ?2, ?3 FROM delivery WHERE issue = ?3 AND seq = ?4 AND state = 4
                 ON CONFLICT (address_key) DO NOTHING RETURNING address",
            )?;
            let mut dead = review.dead.clone();
            for claim in &review.doubted {
                if refused_before(&transaction, issue, *claim, is_dead_mailbox)? {
                    dead.push(*claim);
                }
            }
            for claim in dead {
                let mut rows = suppress.query(params![HARD_BOUNCE, now.timestamp(), issue.0, claim.seq])?;
                while let Some(row) = rows.next()? {
                    suppressed.push(row.get(0)?);
                }
            }
            let mut judged = transaction.prepare("DELETE FROM refusal WHERE issue = ? AND seq = ?")?;
            for claim in &review.refused {
                judged.execute(params![issue.0, claim.seq])?;
            }
        }
        transaction.commit().context("cannot write to the ledger")?;
        Ok(suppressed)
    }
}

/// Returns whether another issue was refused because the mailbox of this row does not exist.
fn refused_before(
    transaction: &Transaction<'_>,
    issue: IssueNumber,
    claim: ClaimedRow,
    is_dead_mailbox: fn(&Reply) -> bool,
) -> anyhow::Result<bool> {
    let mut query = transaction.prepare_cached(
        "SELECT code, enhanced, text FROM delivery
         WHERE state = 4 AND issue <> ?1
           AND address_key = (SELECT address_key FROM delivery WHERE issue = ?1 AND seq = ?2)",
    )?;
    let mut rows = query.query(params![issue.0, claim.seq])?;
    while let Some(row) = rows.next()? {
        let enhanced: Option<String> = row.get(1)?;
        let reply = reply_from_columns(row.get(0)?, enhanced.as_deref(), row.get(2)?);
        if reply.as_ref().is_some_and(is_dead_mailbox) {
            return Ok(true);
        }
    }
    Ok(false)
}
