//! Lists what a SQLite file keeps about readers: who is known, sign-ups, mail to one of them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rusqlite::{Row, params};

use super::readers::Records;
use super::time::time_from_seconds;
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
    pub(super) fn readers_after(&self, key: &str, most: usize) -> anyhow::Result<Vec<KnownReader>> {
        let mut query = self.prepared(
            "SELECT address_key, coalesce(
                 (SELECT address FROM subscriber WHERE subscriber.address_key = known.address_key),
                 (SELECT address FROM suppression WHERE suppression.address_key = known.address_key))
             FROM (SELECT address_key FROM subscriber WHERE address_key > ?1
                   UNION SELECT address_key FROM suppression WHERE address_key > ?1 ORDER BY 1 LIMIT ?2) AS known
             ORDER BY 1",
        )?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let known = |row: &Row<'_>| Ok(KnownReader { key: row.get(0)?, address: row.get(1)? });
        Ok(query.query_map(params![key, most], known)?.collect::<Result<_, _>>()?)
    }

    pub(super) fn signup_with_nonce(&self, nonce: Nonce) -> anyhow::Result<Option<Signup>> {
        let mut query = self.prepared(&format!("{SIGNUP} WHERE nonce = ?"))?;
        let mut rows = query.query([nonce.0])?;
        rows.next()?.map(signup).transpose()
    }

    pub(super) fn signups_with_key(&self, key: &str) -> anyhow::Result<Vec<Signup>> {
        let mut query = self.prepared(&format!("{SIGNUP} WHERE address_key = ? ORDER BY requested_at"))?;
        let mut rows = query.query([key])?;
        let mut signups = Vec::new();
        while let Some(row) = rows.next()? {
            signups.push(signup(row)?);
        }
        Ok(signups)
    }

    pub(super) fn signups_waiting(&self, now: DateTime<Utc>) -> anyhow::Result<Vec<Signup>> {
        let sql = format!("{SIGNUP} WHERE expires_at >= ? AND confirmed_at IS NULL ORDER BY requested_at, address_key");
        let mut query = self.prepared(&sql)?;
        let mut rows = query.query([now.timestamp()])?;
        let mut signups = Vec::new();
        while let Some(row) = rows.next()? {
            signups.push(signup(row)?);
        }
        Ok(signups)
    }

    pub(super) fn mail_with_key(&self, key: &str) -> anyhow::Result<Vec<KeptMail>> {
        let mut query = self.prepared(
            "SELECT kind, state, queued_at, settled_at FROM outgoing_mail WHERE address_key = ? ORDER BY queued_at, id",
        )?;
        let mut rows = query.query([key])?;
        let mut mail = Vec::new();
        while let Some(row) = rows.next()? {
            mail.push(KeptMail {
                kind: mail_from_name(row.get_ref(0)?.as_str()?)?,
                state: row.get(1)?,
                queued_at: time_from_seconds(row.get(2)?)?,
                settled_at: row.get::<_, Option<i64>>(3)?.map(time_from_seconds).transpose()?,
            });
        }
        Ok(mail)
    }
}

impl Records<'_> {
    pub(super) fn fields_with_key(&self, key: &str) -> anyhow::Result<Vec<(IssueNumber, BTreeMap<String, String>)>> {
        let sql = "SELECT issue, fields FROM delivery WHERE address_key = ? ORDER BY issue";
        let mut query = self.prepared(sql)?;
        let mut rows = query.query([key])?;
        let mut fields = Vec::new();
        while let Some(row) = rows.next()? {
            fields.push((IssueNumber(row.get(0)?), fields_from_json(row.get_ref(1)?.as_str()?)?));
        }
        Ok(fields)
    }
}

fn signup(row: &Row<'_>) -> anyhow::Result<Signup> {
    Ok(Signup {
        nonce: Nonce(sixteen(row.get_ref(0)?.as_blob()?)?),
        address: address_from_column(row.get_ref(1)?.as_str()?)?,
        fields: fields_from_json(row.get_ref(2)?.as_str()?)?,
        topics: words_from_json(row.get_ref(3)?.as_str()?)?,
        evidence: Evidence { how: row.get(4)?, words: row.get(5)?, network: row.get(6)? },
        requested_at: time_from_seconds(row.get(7)?)?,
        expires_at: time_from_seconds(row.get(8)?)?,
        confirmed_at: row.get::<_, Option<i64>>(9)?.map(time_from_seconds).transpose()?,
        source: row.get(10)?,
        tags: words_from_json(row.get_ref(11)?.as_str()?)?,
    })
}
