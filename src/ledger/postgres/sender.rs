//! Registers senders, renews their leases, and releases the rows of dead ones.

use std::time::{Duration, Instant};

use anyhow::bail;
use chrono::{DateTime, SubsecRound, Utc};
use postgres::{GenericClient, Transaction};

use super::ledger::Postgres;
use super::server::PostgresServer;
use crate::ledger::sender::Sender;
use crate::message::PlanId;
use crate::model::{Counts, IssueNumber};

/// The shortest time between two heartbeats.
const SHORTEST: Duration = Duration::from_millis(250);

/// The pause between heartbeats is this many times as long as a heartbeat takes, so counting a
/// million rows does not slow down sending.
const SHARE: u32 = 20;

const REGISTER: &str = "
    INSERT INTO sender (issue, name, started, until)
    VALUES ($1, $2, clock_timestamp(), clock_timestamp() + $3 * interval '1 second') RETURNING id";

const RENEW: &str = "
    UPDATE sender SET until = clock_timestamp() + $2 * interval '1 second' WHERE id = $1 AND ended IS NULL";

/// Skips senders that are renewing their lease right now or are suspended in a transaction; the
/// server ends such transactions eventually.
const END_THE_DEAD: &str = "
    UPDATE sender SET ended = clock_timestamp()
    WHERE id IN (SELECT id FROM sender WHERE ended IS NULL AND until < clock_timestamp() FOR UPDATE SKIP LOCKED)
    RETURNING id";

/// The sender and the delivery of an operation.
pub(super) struct SenderContext<'a> {
    /// The id of this sender, if it has one.
    pub(super) sender: &'a mut Option<i64>,
    /// The plan, if known.
    pub(super) plan: Option<PlanId>,
    pub(super) issue: IssueNumber,
}

impl Postgres {
    pub(super) fn time(&mut self, _here: DateTime<Utc>) -> anyhow::Result<DateTime<Utc>> {
        let time: DateTime<Utc> =
            self.with(|session| Ok(session.client.query_one("SELECT clock_timestamp()", &[])?.get(0)))?;
        Ok(time.trunc_subsecs(0))
    }

    pub(super) fn senders(&mut self) -> anyhow::Result<Vec<Sender>> {
        let alive = "SELECT name, issue, started FROM sender
                     WHERE ended IS NULL AND until > clock_timestamp() ORDER BY id";
        let sender = |row: &postgres::Row| -> anyhow::Result<Sender> {
            let issue = IssueNumber(u32::try_from(row.get::<_, i64>(1))?);
            Ok(Sender { process: row.get(0), issue, since: row.get(2) })
        };
        self.with(|session| session.client.query(alive, &[])?.iter().map(sender).collect())
    }

    /// Renews the lease of this sender in `transaction` and returns its id, a new one if another
    /// sender has ended the old one. Until the transaction ends, no other sender can consider this
    /// one dead.
    ///
    /// Errors if another delivery has replaced this one.
    pub(super) fn ensure_alive(
        transaction: &mut Transaction<'_>,
        server: &PostgresServer,
        SenderContext { sender, plan, issue }: SenderContext<'_>,
    ) -> anyhow::Result<i64> {
        let lease = server.lease.as_secs_f64();
        if let Some(id) = *sender {
            if transaction.execute(RENEW, &[&id, &lease])? > 0 {
                return Ok(id);
            }
            *sender = None;
        }
        if let Some(plan) = plan {
            // The row lock lasts until the end of the transaction; until then the plan cannot be
            // replaced.
            let same = "SELECT 1 FROM plan WHERE issue = $1 AND id = $2 FOR KEY SHARE";
            if transaction.query_opt(same, &[&i64::from(issue.0), &plan.0.as_slice()])?.is_none() {
                bail!("issue {issue} is now being mailed by another machine; files in the outbox do not count");
            }
        }
        let id = transaction.query_one(REGISTER, &[&i64::from(issue.0), &server.sender, &lease])?.get(0);
        Ok(id)
    }

    /// Renews the lease, if there is one. If another sender has ended it, the next claim or batch
    /// notices.
    fn renew(&mut self) -> anyhow::Result<()> {
        let Some(id) = self.sender else { return Ok(()) };
        let lease = self.server.lease.as_secs_f64();
        self.with(|session| Ok(session.client.execute(RENEW, &[&id, &lease])?))?;
        Ok(())
    }

    /// Ends the senders with an expired lease and releases their rows. Returns the number of rows
    /// that are in doubt now.
    pub(super) fn end_dead_senders(&mut self, now: DateTime<Utc>) -> anyhow::Result<u64> {
        self.with(|session| {
            let mut transaction = session.client.transaction()?;
            let dead: Vec<i64> = transaction.query(END_THE_DEAD, &[])?.iter().map(|row| row.get(0)).collect();
            if dead.is_empty() {
                return Ok(0);
            }
            let in_doubt = release_rows(&mut transaction, &dead, now)?;
            transaction.commit()?;
            Ok(in_doubt)
        })
    }

    /// Ends this sender.
    pub(super) fn end_own_sender(&mut self) -> anyhow::Result<()> {
        let Some(id) = self.sender else { return Ok(()) };
        self.with(|session| {
            let mut transaction = session.client.transaction()?;
            let end = "UPDATE sender SET ended = clock_timestamp() WHERE id = $1 AND ended IS NULL
                       RETURNING ended";
            if let Some(row) = transaction.query_opt(end, &[&id])? {
                release_rows(&mut transaction, &[id], row.get(0))?;
            }
            Ok(transaction.commit()?)
        })?;
        self.sender = None;
        self.held.clear();
        Ok(())
    }

    /// Renews the lease, ends dead senders and counts rows, often enough to keep the lease.
    pub(super) fn heartbeat_if_due(
        &mut self,
        issue: IssueNumber,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Option<Counts>> {
        if self.looked.is_some_and(|(at, pause)| at.elapsed() < pause) {
            return Ok(None);
        }
        let began = Instant::now();
        self.renew()?;
        self.end_dead_senders(now)?;
        let counts = self.counts(issue)?;
        let pause = (began.elapsed() * SHARE).max(SHORTEST).min(self.server.lease / 4);
        self.looked = Some((Instant::now(), pause));
        Ok(Some(counts))
    }
}

/// Releases the rows of `senders` and puts the marked ones in doubt. Returns the number in doubt.
fn release_rows(client: &mut impl GenericClient, senders: &[i64], now: DateTime<Utc>) -> anyhow::Result<u64> {
    client.execute("UPDATE delivery SET owner = NULL WHERE owner = ANY ($1) AND state IN (0, 3)", &[&senders])?;
    // Refusals they did not review cannot be trusted.
    client.execute(
        "WITH unjudged AS (
             DELETE FROM refusal USING delivery
             WHERE delivery.issue = refusal.issue AND delivery.seq = refusal.seq AND delivery.owner = ANY ($1)
             RETURNING refusal.issue, refusal.seq
         )
         UPDATE delivery SET state = 0, owner = NULL, letter = NULL FROM unjudged
         WHERE delivery.issue = unjudged.issue AND delivery.seq = unjudged.seq AND delivery.state = 4",
        &[&senders],
    )?;
    // A message written twice is one file.
    client.execute(
        "UPDATE delivery SET state = 0, owner = NULL, letter = NULL FROM plan
         WHERE plan.issue = delivery.issue AND plan.courier = 'outbox' AND owner = ANY ($1) AND state = 1",
        &[&senders],
    )?;
    // The rows keep their owner, which may still settle them if it is alive after all.
    let in_doubt = client.execute(
        "UPDATE delivery SET state = 5, attempts = attempts + 1, code = 0, enhanced = NULL, updated = $2,
                text = 'the sender ended between the final dot and the reply'
         WHERE owner = ANY ($1) AND state = 1",
        &[&senders, &now],
    )?;
    Ok(in_doubt)
}
