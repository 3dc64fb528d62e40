//! Senders: who is at work, who still lives, and what becomes of what the dead held.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use postgres::{GenericClient, Transaction};

use super::{Postgres, Server};
use crate::delivery::ledger::{Counts, Rows};
use crate::model::IssueNumber;

/// The shortest time between two looks at what others do.
const SHORTEST: Duration = Duration::from_millis(250);

/// Looking may take this part of the time, so that counting a million rows holds up nobody.
const SHARE: u32 = 20;

const REGISTER: &str = "
    INSERT INTO sender (issue, name, started, until)
    VALUES ($1, $2, clock_timestamp(), clock_timestamp() + $3 * interval '1 second') RETURNING id";

const RENEW: &str = "
    UPDATE sender SET until = clock_timestamp() + $2 * interval '1 second' WHERE id = $1 AND ended IS NULL";

/// Skips a sender that is just renewing, or stopped inside a transaction: the server ends those after a while.
const END_THE_DEAD: &str = "
    UPDATE sender SET ended = clock_timestamp()
    WHERE id IN (SELECT id FROM sender WHERE ended IS NULL AND until < clock_timestamp() FOR UPDATE SKIP LOCKED)
    RETURNING id";

impl Postgres {
    /// Our number among the senders of `issue`, and the transaction in which it holds: until it is over nobody can take
    /// us for dead. After our lease was over and somebody else has seen it, it is a new number.
    pub(super) fn alive(
        transaction: &mut Transaction<'_>,
        server: &Server,
        sender: &mut Option<i64>,
        issue: IssueNumber,
    ) -> anyhow::Result<i64> {
        let lease = server.lease.as_secs_f64();
        if let Some(id) = *sender {
            if transaction.execute(RENEW, &[&id, &lease])? > 0 {
                return Ok(id);
            }
            *sender = None;
        }
        let id = transaction.query_one(REGISTER, &[&i64::from(issue.0), &server.sender, &lease])?.get(0);
        Ok(id)
    }

    /// Renews our lease, when we have one. That somebody has seen the end of it is found out with the next claim or turn.
    fn renew(&mut self) -> anyhow::Result<()> {
        let Some(id) = self.sender else { return Ok(()) };
        let lease = self.server.lease.as_secs_f64();
        self.with(|session| Ok(session.client.execute(RENEW, &[&id, &lease])?))?;
        Ok(())
    }

    /// Ends the senders whose lease is over, and lets go of what they held. Answers how many rows are in doubt by that.
    pub(super) fn bury(&mut self, now: DateTime<Utc>) -> anyhow::Result<u64> {
        self.with(|session| {
            let mut transaction = session.client.transaction()?;
            let dead: Vec<i64> = transaction.query(END_THE_DEAD, &[])?.iter().map(|row| row.get(0)).collect();
            if dead.is_empty() {
                return Ok(0);
            }
            let in_doubt = let_go(&mut transaction, &dead, now)?;
            transaction.commit()?;
            Ok(in_doubt)
        })
    }

    /// Ends our own work as a sender.
    pub(super) fn resign(&mut self) -> anyhow::Result<()> {
        let Some(id) = self.sender else { return Ok(()) };
        self.with(|session| {
            let mut transaction = session.client.transaction()?;
            let end = "UPDATE sender SET ended = clock_timestamp() WHERE id = $1 AND ended IS NULL
                       RETURNING ended";
            if let Some(row) = transaction.query_opt(end, &[&id])? {
                let_go(&mut transaction, &[id], row.get(0))?;
            }
            Ok(transaction.commit()?)
        })?;
        self.sender = None;
        self.held.clear();
        Ok(())
    }

    /// Keeps the lease, ends the dead, counts: not too often, and never so rarely that the lease runs out.
    pub(super) fn look_around(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<Option<Counts>> {
        if self.looked.is_some_and(|(at, pause)| at.elapsed() < pause) {
            return Ok(None);
        }
        let began = Instant::now();
        self.renew()?;
        self.bury(now)?;
        let counts = self.counts(issue)?;
        let pause = (began.elapsed() * SHARE).max(SHORTEST).min(self.server.lease / 4);
        self.looked = Some((Instant::now(), pause));
        Ok(Some(counts))
    }
}

/// Frees what `senders` held; what they had marked is in doubt. Answers how many that are.
fn let_go(client: &mut impl GenericClient, senders: &[i64], now: DateTime<Utc>) -> anyhow::Result<u64> {
    client.execute("UPDATE delivery SET owner = NULL WHERE owner = ANY ($1) AND state IN (0, 3)", &[&senders])?;
    // They stay in that hand: when the sender lives after all, it may still say what became of them.
    let in_doubt = client.execute(
        "UPDATE delivery SET state = 5, attempts = attempts + 1, code = 0, enhanced = NULL, updated = $2,
                text = 'the sender ended between the final dot and the answer'
         WHERE owner = ANY ($1) AND state = 1",
        &[&senders, &now],
    )?;
    Ok(in_doubt)
}
