//! Lists what a PostgreSQL database keeps about readers: who is known, sign-ups, mail to one of them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use postgres::Row;

use super::readers::Records;
use crate::ledger::reader_columns::{address_from_column, mail_from_name, sixteen, words_from_json};
use crate::ledger::readers::{KeptMail, KnownReader};
use crate::ledger::row::fields_from_json;
use crate::model::IssueNumber;
use crate::readers::{Evidence, Nonce, Signup};

/// The columns of a sign-up, in the order in which [`signup`] reads them.
const SIGNUP: &str =
    "SELECT nonce, address, fields, topics, how, words, network, requested_at, expires_at, confirmed_at, source, tags
     FROM pending_signup";

impl Records<'_> {
    pub(super) fn readers_after(&mut self, key: &str, most: usize) -> anyhow::Result<Vec<KnownReader>> {
        let known = self.transaction.query(
            "SELECT address_key, coalesce(
                 (SELECT address FROM subscriber WHERE subscriber.address_key = known.address_key),
                 (SELECT address FROM suppression WHERE suppression.address_key = known.address_key))
             FROM (SELECT address_key FROM subscriber WHERE address_key COLLATE \"C\" > $1
                   UNION SELECT address_key FROM suppression WHERE address_key COLLATE \"C\" > $1) AS known
             ORDER BY address_key COLLATE \"C\" LIMIT $2",
            &[&key, &i64::try_from(most).unwrap_or(i64::MAX)],
        )?;
        Ok(known.iter().map(|row| KnownReader { key: row.get(0), address: row.get(1) }).collect())
    }

    pub(super) fn signup_with_nonce(&mut self, nonce: Nonce) -> anyhow::Result<Option<Signup>> {
        let found = self.transaction.query_opt(&format!("{SIGNUP} WHERE nonce = $1"), &[&nonce.0.as_slice()])?;
        found.as_ref().map(signup).transpose()
    }

    pub(super) fn signups_with_key(&mut self, key: &str) -> anyhow::Result<Vec<Signup>> {
        let sql = format!("{SIGNUP} WHERE address_key = $1 ORDER BY requested_at");
        self.transaction.query(&sql, &[&key])?.iter().map(signup).collect()
    }

    pub(super) fn signups_waiting(&mut self, now: DateTime<Utc>) -> anyhow::Result<Vec<Signup>> {
        let sql =
            format!("{SIGNUP} WHERE expires_at >= $1 AND confirmed_at IS NULL ORDER BY requested_at, address_key");
        self.transaction.query(&sql, &[&now])?.iter().map(signup).collect()
    }

    pub(super) fn mail_with_key(&mut self, key: &str) -> anyhow::Result<Vec<KeptMail>> {
        let sql = "SELECT kind, state, queued_at, settled_at FROM outgoing_mail WHERE address_key = $1 ORDER BY queued_at, id";
        let read = |row: &Row| {
            Ok(KeptMail {
                kind: mail_from_name(row.get(0))?,
                state: row.get(1),
                queued_at: row.get(2),
                settled_at: row.get(3),
            })
        };
        self.transaction.query(sql, &[&key])?.iter().map(read).collect()
    }
}

impl Records<'_> {
    pub(super) fn fields_with_key(
        &mut self,
        key: &str,
    ) -> anyhow::Result<Vec<(IssueNumber, BTreeMap<String, String>)>> {
        let sql = "SELECT issue, fields FROM delivery WHERE address_key = $1 ORDER BY issue";
        let read = |row: &Row| Ok((IssueNumber(u32::try_from(row.get::<_, i64>(0))?), fields_from_json(row.get(1))?));
        self.transaction.query(sql, &[&key])?.iter().map(read).collect()
    }
}

fn signup(row: &Row) -> anyhow::Result<Signup> {
    Ok(Signup {
        nonce: Nonce(sixteen(row.get(0))?),
        address: address_from_column(row.get(1))?,
        fields: fields_from_json(row.get(2))?,
        topics: words_from_json(row.get(3))?,
        evidence: Evidence { how: row.get(4), words: row.get(5), network: row.get(6) },
        requested_at: row.get(7),
        expires_at: row.get(8),
        confirmed_at: row.get(9),
        source: row.get(10),
        tags: words_from_json(row.get(11))?,
    })
}
