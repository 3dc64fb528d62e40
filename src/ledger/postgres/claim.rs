//! Claims rows in the database, with one statement for all of them.

use chrono::{DateTime, Utc};

use super::ledger::Postgres;
use super::rows::row_to_send;
use super::sender::SenderContext;
use crate::ledger::row::Row;
use crate::ledger::write_batch::Claimed;
use crate::model::IssueNumber;

/// Claims rows that are due, have no owner, and are not being claimed by another sender.
const CLAIM_DUE: &str = "
    WITH free AS MATERIALIZED (
        SELECT seq FROM delivery WHERE issue = $1 AND state = 3 AND owner IS NULL AND next_at <= $3
        ORDER BY next_at LIMIT $4 FOR UPDATE SKIP LOCKED
    )
    UPDATE delivery SET owner = $2 FROM free WHERE delivery.issue = $1 AND delivery.seq = free.seq
    RETURNING delivery.seq, address, fields, attempts, letter,
              EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = delivery.address_key)";

const CLAIM_PLANNED: &str = "
    WITH free AS MATERIALIZED (
        SELECT seq FROM delivery WHERE issue = $1 AND state = 0 AND owner IS NULL
        ORDER BY seq LIMIT $3 FOR UPDATE SKIP LOCKED
    )
    UPDATE delivery SET owner = $2 FROM free WHERE delivery.issue = $1 AND delivery.seq = free.seq
    RETURNING delivery.seq, address, fields, attempts, letter,
              EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = delivery.address_key)";

/// The rows of a claim that was committed although its reply was lost.
const CLAIMED_ALREADY: &str = "
    SELECT seq, address, fields, attempts, letter,
           EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = delivery.address_key)
    FROM delivery WHERE issue = $1 AND owner = $2 AND state IN (0, 3) AND seq <> ALL ($3)
    ORDER BY seq LIMIT $4";

impl Postgres {
    pub(super) fn claim(&mut self, issue: IssueNumber, now: DateTime<Utc>, most: usize) -> anyhow::Result<Claimed> {
        let (server, mut sender, plan) = (self.server.clone(), self.sender, self.plan);
        let held = self.held.iter().filter(|claim| Some(claim.fencing_token) == sender);
        let held: Vec<_> = held.map(|claim| i64::from(claim.seq)).collect();
        let lost = std::mem::replace(&mut self.claim_lost, true);
        let claimed = self.with(|session| {
            let [due, planned] = [session.prepared(CLAIM_DUE)?, session.prepared(CLAIM_PLANNED)?];
            let number = i64::from(issue.0);
            let most = i64::try_from(most)?;
            let mut transaction = session.client.transaction()?;
            let fencing_token =
                Self::ensure_alive(&mut transaction, &server, SenderContext { sender: &mut sender, plan, issue })?;
            let mut rows = Vec::new();
            if lost {
                rows = transaction.query(CLAIMED_ALREADY, &[&number, &fencing_token, &held, &most])?;
            }
            let left = most - i64::try_from(rows.len())?;
            if left > 0 {
                rows.extend(transaction.query(&due, &[&number, &fencing_token, &now, &left])?);
            }
            let left = most - i64::try_from(rows.len())?;
            if left > 0 {
                let mut planned = transaction.query(&planned, &[&number, &fencing_token, &left])?;
                planned.sort_by_key(|row| row.get::<_, i64>(0));
                rows.extend(planned);
            }
            transaction.commit()?;
            sender = Some(fencing_token);
            sorted(&rows, fencing_token)
        })?;
        self.sender = sender;
        // There may be more such rows than were requested now.
        self.claim_lost = lost && claimed.rows.len() + claimed.suppressed.len() >= most;
        self.held.extend(claimed.rows.iter().map(Row::claim));
        self.held.extend(&claimed.suppressed);
        Ok(claimed)
    }

    pub(super) fn next_due(&mut self, issue: IssueNumber) -> anyhow::Result<Option<DateTime<Utc>>> {
        let next = "SELECT min(next_at) FROM delivery WHERE issue = $1 AND state = 3";
        self.with(|session| Ok(session.client.query_one(next, &[&i64::from(issue.0)])?.get(0)))
    }

    pub(super) fn make_due(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<()> {
        let due = "UPDATE delivery SET next_at = $1 WHERE issue = $2 AND state = 3 AND owner IS NULL AND next_at > $1";
        self.with(|session| {
            session.client.execute(due, &[&now, &i64::from(issue.0)])?;
            Ok(())
        })
    }
}

/// Sorts the rows claimed with `fencing_token` by whether they are suppressed.
fn sorted(rows: &[postgres::Row], fencing_token: i64) -> anyhow::Result<Claimed> {
    let mut claimed = Claimed::default();
    for row in rows {
        let suppressed: bool = row.get(5);
        let row = row_to_send(row, fencing_token)?;
        if suppressed {
            claimed.suppressed.push(row.claim());
        } else {
            claimed.rows.push(row);
        }
    }
    Ok(claimed)
}
