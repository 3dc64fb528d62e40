//! Lists subscribers and erased readers of a PostgreSQL database, and indexes the tokens of deliveries.

use postgres::Row;

use super::ledger::Postgres;
use crate::ledger::reader_columns::{class_from_number, sixteen, words_from_json};
use crate::ledger::readers::SubscriberRow;
use crate::model::{EmailAddress, IssueNumber, Token};
use crate::readers::BounceClass;

/// The number of tokens added with one statement.
const TOKENS_AT_ONCE: usize = 10_000;

impl Postgres {
    pub(super) fn subscribers(
        &mut self,
        each: &mut dyn FnMut(SubscriberRow) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        self.with(|session| {
            let mut transaction = session.client.transaction()?;
            // A ledger that is only read may not be migrated yet.
            if !transaction.query_one("SELECT to_regclass('subscriber') IS NOT NULL", &[])?.get::<_, bool>(0) {
                return Ok(());
            }
            let all = transaction.bind(
                "SELECT address, fields, topics, tags FROM subscriber
                 WHERE NOT EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = subscriber.address_key)
                 ORDER BY since, address_key COLLATE \"C\"",
                &[],
            )?;
            loop {
                let rows = transaction.query_portal(&all, 2000)?;
                if rows.is_empty() {
                    return Ok(());
                }
                for row in rows {
                    each(SubscriberRow {
                        address: row.get(0),
                        fields: row.get(1),
                        topics: words_from_json(row.get(2))?,
                        tags: words_from_json(row.get(3))?,
                    })?;
                }
            }
        })
    }

    pub(super) fn erased(&mut self) -> anyhow::Result<Vec<[u8; 16]>> {
        self.with(|session| {
            if !session.client.query_one("SELECT to_regclass('erased') IS NOT NULL", &[])?.get::<_, bool>(0) {
                return Ok(Vec::new());
            }
            session.client.query("SELECT digest FROM erased", &[])?.iter().map(|row| sixteen(row.get(0))).collect()
        })
    }

    pub(super) fn bounce_counts(&mut self) -> anyhow::Result<Vec<(IssueNumber, BounceClass, u64)>> {
        self.with(|session| {
            if !session.client.query_one("SELECT to_regclass('bounce') IS NOT NULL", &[])?.get::<_, bool>(0) {
                return Ok(Vec::new());
            }
            let counts = "SELECT issue, class, count(*) FROM bounce GROUP BY issue, class ORDER BY issue, class";
            let read = |row: &Row| {
                let issue = IssueNumber(u32::try_from(row.get::<_, i64>(0))?);
                Ok((issue, class_from_number(row.get::<_, i32>(1).into())?, row.get::<_, i64>(2).cast_unsigned()))
            };
            session.client.query(counts, &[])?.iter().map(read).collect()
        })
    }

    /// Frees the rows that were deleted or replaced. What the server's log and backups have is not this program's.
    pub(super) fn scrub(&mut self) -> anyhow::Result<()> {
        self.with(|session| {
            let tables = "subscriber, unsubscribe_token, pending_signup, consent_event, bounce, outgoing_mail, suppression, delivery";
            Ok(session.client.batch_execute(&format!("VACUUM {tables}"))?)
        })
    }

    pub(super) fn lacks_tokens(&mut self, key: &str) -> anyhow::Result<bool> {
        let missing = "SELECT EXISTS (SELECT 1 FROM plan WHERE key = $1 AND NOT indexed)";
        self.with(|session| Ok(session.client.query_one(missing, &[&key])?.get(0)))
    }

    pub(super) fn index_tokens(&mut self, key: &str, token_of: &dyn Fn(&EmailAddress) -> Token) -> anyhow::Result<()> {
        self.with(|session| {
            let plans = "SELECT issue, id FROM plan WHERE key = $1 AND NOT indexed ORDER BY issue";
            for plan in session.client.query(plans, &[&key])? {
                let (issue, id): (i64, Vec<u8>) = (plan.get(0), plan.get(1));
                let mut last = 0_i64;
                loop {
                    let rows = session.client.query(
                        "SELECT seq, address_key FROM delivery WHERE issue = $1 AND seq > $2 ORDER BY seq LIMIT $3",
                        &[&issue, &last, &TOKENS_AT_ONCE.cast_signed().try_into().unwrap_or(i64::MAX)],
                    )?;
                    let Some(end) = rows.last() else { break };
                    last = end.get(0);
                    let keys = rows.iter().map(|row| row.get::<_, &str>(1));
                    // A row of somebody erased has no address.
                    let mut owners: Vec<(Vec<u8>, String)> = keys
                        .filter_map(|key| Some((token_of(&EmailAddress::parse(key).ok()?).0.to_vec(), key.to_owned())))
                        .collect();
                    owners.sort();
                    let (tokens, keys): (Vec<_>, Vec<_>) = owners.into_iter().unzip();
                    session.client.execute(
                        "INSERT INTO unsubscribe_token (token, address_key)
                         SELECT * FROM unnest($1::bytea[], $2::text[]) ON CONFLICT DO NOTHING",
                        &[&tokens, &keys],
                    )?;
                }
                session
                    .client
                    .execute("UPDATE plan SET indexed = true WHERE issue = $1 AND id = $2", &[&issue, &id])?;
            }
            Ok(())
        })
    }
}
