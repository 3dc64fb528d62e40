//! Writes the review of a run's refusals to a PostgreSQL database.

use chrono::{DateTime, Utc};
use postgres::Transaction;

use super::ledger::Postgres;
use crate::ledger::reply::Reply;
use crate::ledger::row::{ClaimedRow, reply_from_columns};
use crate::ledger::suppression::HARD_BOUNCE;
use crate::ledger::write_batch::{RefusalReview, Settlement};
use crate::model::{IssueNumber, State};

/// Only the owner that saw a row refused can suppress its address.
const SUPPRESS: &str = "
    INSERT INTO suppression (address_key, address, reason, at, issue)
    SELECT address_key, address, $2, $3, $1 FROM delivery
    WHERE issue = $1 AND seq = $4 AND owner = $5 AND state = 4
    ON CONFLICT (address_key) DO NOTHING RETURNING address";

/// Adds refusals to be reviewed; `NOT_REFUSED` removes rows that turned out not to be refused.
const REFUSED: &str = "
    INSERT INTO refusal (issue, seq)
    SELECT issue, seq FROM delivery JOIN unnest($2::bigint[], $3::bigint[]) AS said (seq, owner) USING (seq, owner)
    WHERE issue = $1 AND state = 4
    ON CONFLICT DO NOTHING";
const NOT_REFUSED: &str = "
    DELETE FROM refusal USING delivery
    WHERE refusal.issue = $1 AND refusal.seq = ANY ($2)
      AND delivery.issue = $1 AND delivery.seq = refusal.seq AND delivery.state <> 4";

const JUDGED: &str = "
    DELETE FROM refusal USING unnest($2::bigint[], $3::bigint[]) AS judged (seq, owner), delivery
    WHERE refusal.issue = $1 AND refusal.seq = judged.seq
      AND delivery.issue = $1 AND delivery.seq = judged.seq AND delivery.owner = judged.owner";

const BEFORE: &str = "
    SELECT code, enhanced, text FROM delivery
    WHERE state = 4 AND issue <> $1
      AND address_key = (SELECT address_key FROM delivery WHERE issue = $1 AND seq = $2)";

impl Postgres {
    pub(super) fn review_refusals(
        &mut self,
        issue: IssueNumber,
        now: DateTime<Utc>,
        review: &RefusalReview,
        is_dead_mailbox: fn(&Reply) -> bool,
    ) -> anyhow::Result<Vec<String>> {
        let number = i64::from(issue.0);
        self.with(|session| {
            let mut transaction = session.client.transaction()?;
            let mut dead = review.dead.clone();
            for claim in &review.doubted {
                if refused_before(&mut transaction, number, *claim, is_dead_mailbox)? {
                    dead.push(*claim);
                }
            }
            let mut suppressed = Vec::new();
            for claim in dead {
                let seq = i64::from(claim.seq);
                let rows = transaction.query(SUPPRESS, &[&number, &HARD_BOUNCE, &now, &seq, &claim.fencing_token])?;
                suppressed.extend(rows.iter().map(|row| row.get::<_, String>(0)));
            }
            let (seqs, owners): (Vec<_>, Vec<_>) =
                review.refused.iter().map(|claim| (i64::from(claim.seq), claim.fencing_token)).unzip();
            transaction.execute(JUDGED, &[&number, &seqs, &owners])?;
            transaction.commit()?;
            Ok(suppressed)
        })
    }
}

/// Records the refused rows that are not reviewed yet, and removes rows that turned out not to be
/// refused.
pub(super) fn note_unreviewed(
    transaction: &mut Transaction<'_>,
    issue: IssueNumber,
    settlements: &[Settlement],
) -> anyhow::Result<()> {
    let issue = i64::from(issue.0);
    let of = |state: State| -> (Vec<i64>, Vec<i64>) {
        let some = settlements.iter().filter(|settlement| settlement.state == state);
        some.map(|settlement| (i64::from(settlement.claim.seq), settlement.claim.fencing_token)).unzip()
    };
    let (seqs, owners) = of(State::Refused);
    if !seqs.is_empty() {
        transaction.execute(REFUSED, &[&issue, &seqs, &owners])?;
    }
    let (seqs, _) = of(State::Planned);
    if !seqs.is_empty() {
        transaction.execute(NOT_REFUSED, &[&issue, &seqs])?;
    }
    Ok(())
}

/// Returns whether another issue was refused because the mailbox of this row does not exist.
fn refused_before(
    transaction: &mut Transaction<'_>,
    issue: i64,
    claim: ClaimedRow,
    is_dead_mailbox: fn(&Reply) -> bool,
) -> anyhow::Result<bool> {
    for row in transaction.query(BEFORE, &[&issue, &i64::from(claim.seq)])? {
        let code = row.get::<_, Option<i32>>(0).and_then(|code| u16::try_from(code).ok());
        if reply_from_columns(code, row.get(1), row.get(2)).as_ref().is_some_and(is_dead_mailbox) {
            return Ok(true);
        }
    }
    Ok(false)
}
