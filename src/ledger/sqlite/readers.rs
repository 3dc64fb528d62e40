//! Keeps readers in a SQLite file.

use std::collections::BTreeMap;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{CachedStatement, OptionalExtension, Transaction, TransactionBehavior, params};

use super::ledger::Sqlite;
use super::time::time_from_seconds;
use crate::ledger::reader_columns::{ERASED_TABLES, address_from_column, sixteen, words_from_json, words_to_json};
use crate::ledger::readers::{KeptMail, KnownReader, LateOutcome, ReaderRecords, mail_state};
use crate::ledger::row::{fields_from_json, fields_to_json};
use crate::model::{IssueNumber, Subscriber, Token};
use crate::readers::{
    BounceClass, BounceReport, Change, Confirmations, ConsentEvent, Evidence, Identity, MailKind, MailOutcome, Nonce,
    QueuedMail, Reader, Signup, Subscription, Suppressed, SuppressionReason,
};

/// A transaction about readers.
pub(super) struct Records<'a> {
    pub(super) transaction: Transaction<'a>,
}

impl Sqlite {
    pub(super) fn change_readers(
        &mut self,
        work: &mut dyn FnMut(&mut dyn ReaderRecords) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut records = Records { transaction };
        work(&mut records)?;
        records.transaction.commit().context("cannot write to the ledger")
    }

    pub(super) fn read_readers(
        &mut self,
        work: &mut dyn FnMut(&mut dyn ReaderRecords) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let transaction = self.connection.transaction()?;
        work(&mut Records { transaction })
    }
}

impl ReaderRecords for Records<'_> {
    fn owner(&mut self, token: Token) -> anyhow::Result<Option<String>> {
        self.owner_of(token)
    }

    fn readers(&mut self, people: &[Identity], now: DateTime<Utc>) -> anyhow::Result<Vec<Reader>> {
        people.iter().map(|who| self.reader_of(who, now)).collect()
    }

    fn apply_all(&mut self, steps: &[(Identity, Vec<Change>)], now: DateTime<Utc>) -> anyhow::Result<()> {
        let mut changes = steps.iter().flat_map(|(who, changes)| changes.iter().map(move |change| (who, change)));
        changes.try_for_each(|(who, change)| self.make(who, change, now))
    }

    fn signup(&mut self, nonce: Nonce) -> anyhow::Result<Option<Signup>> {
        self.signup_with_nonce(nonce)
    }

    fn evidence(&mut self, who: &Identity) -> anyhow::Result<Vec<ConsentEvent>> {
        self.consent_events(&who.address.key())
    }

    fn keep_bounce(&mut self, who: &Identity, report: &BounceReport) -> anyhow::Result<()> {
        self.write_bounce(&who.address.key(), report)
    }

    fn bounces(&mut self, who: &Identity) -> anyhow::Result<Vec<BounceReport>> {
        self.bounces_of(&who.address.key())
    }

    fn dead_since(&mut self, issue: IssueNumber, since: DateTime<Utc>) -> anyhow::Result<Vec<String>> {
        let mut dead = self.prepared("SELECT address_key FROM bounce WHERE issue = ? AND class = ? AND at >= ?")?;
        let class = BounceClass::Dead as i64;
        let keys = dead.query_map(params![issue.0, class, since.timestamp()], |row| row.get(0))?;
        Ok(keys.collect::<Result<_, _>>()?)
    }

    fn mail_due(&mut self, now: DateTime<Utc>, with_confirmations: bool) -> anyhow::Result<Option<QueuedMail>> {
        self.next_mail(now, with_confirmations)
    }

    fn mail_waiting(&mut self) -> anyhow::Result<u64> {
        let count = "SELECT count(*) FROM outgoing_mail WHERE state = 'waiting'";
        Ok(self.prepared(count)?.query_row([], |row| row.get::<_, i64>(0))?.cast_unsigned())
    }

    fn confirmations_sent(&mut self, since: DateTime<Utc>) -> anyhow::Result<Vec<DateTime<Utc>>> {
        let mut query = self.prepared(
            "SELECT settled_at FROM outgoing_mail
             WHERE state = 'sent' AND settled_at > ? AND kind = 'confirm' ORDER BY settled_at",
        )?;
        let times = query.query_map([since.timestamp()], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        times.into_iter().map(time_from_seconds).collect()
    }

    fn settle_mail(&mut self, id: i64, outcome: MailOutcome, now: DateTime<Utc>) -> anyhow::Result<()> {
        self.write_mail_outcome(id, outcome, now)
    }

    fn newest_for_everybody(&mut self) -> anyhow::Result<Option<IssueNumber>> {
        self.newest_issue_for_everybody()
    }

    fn add_late(
        &mut self,
        issue: IssueNumber,
        letter: u32,
        subscriber: &Subscriber,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Option<u32>> {
        self.add_late_row(issue, letter, subscriber, now)
    }

    fn settle_late(
        &mut self,
        issue: IssueNumber,
        seq: u32,
        outcome: &LateOutcome,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        self.settle_late_row(issue, seq, outcome, now)
    }

    fn known_after(&mut self, key: &str, most: usize) -> anyhow::Result<Vec<KnownReader>> {
        self.readers_after(key, most)
    }

    fn signups_of(&mut self, who: &Identity) -> anyhow::Result<Vec<Signup>> {
        self.signups_with_key(&who.address.key())
    }

    fn waiting_signups(&mut self, now: DateTime<Utc>) -> anyhow::Result<Vec<Signup>> {
        self.signups_waiting(now)
    }

    fn mail_to(&mut self, who: &Identity) -> anyhow::Result<Vec<KeptMail>> {
        self.mail_with_key(&who.address.key())
    }

    fn fields_in_deliveries(&mut self, who: &Identity) -> anyhow::Result<Vec<(IssueNumber, BTreeMap<String, String>)>> {
        self.fields_with_key(&who.address.key())
    }

    fn forget_old(&mut self, now: DateTime<Utc>) -> anyhow::Result<()> {
        self.remove_old(now)
    }

    fn forget_evidence(&mut self, time: DateTime<Utc>) -> anyhow::Result<()> {
        self.remove_evidence(time)
    }
}

impl Records<'_> {
    pub(super) fn prepared(&self, sql: &str) -> anyhow::Result<CachedStatement<'_>> {
        Ok(self.transaction.prepare_cached(sql)?)
    }

    fn reader_of(&self, who: &Identity, now: DateTime<Utc>) -> anyhow::Result<Reader> {
        let key = who.address.key();
        let suppression = self
            .prepared("SELECT reason, at FROM suppression WHERE address_key = ?")?
            .query_row([&key], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))
            .optional()?;
        let suppression = suppression
            .map(|(reason, at)| {
                let reason = SuppressionReason::from_name(&reason);
                time_from_seconds(at).map(|at| Suppressed { reason, at })
            })
            .transpose()?;
        let is_erased = self.prepared("SELECT 1 FROM erased WHERE digest = ?")?.exists([who.erased.0])?;
        let confirmations = self
            .prepared(
                "SELECT max(queued_at), count(*), max(queued_at) FILTER (WHERE kind = 'link') FROM outgoing_mail
                 WHERE address_key = ? AND kind IN ('confirm', 'link') AND queued_at > ? AND state <> 'withheld'",
            )?
            .query_row(params![key, (now - TimeDelta::days(30)).timestamp()], |row| {
                Ok((row.get::<_, Option<i64>>(0)?, row.get(1)?, row.get::<_, Option<i64>>(2)?))
            })?;
        let last = confirmations.0.map(time_from_seconds).transpose()?;
        let last_link = confirmations.2.map(time_from_seconds).transpose()?;
        let has_link = self.owner_of(who.token)?.is_some();
        Ok(Reader {
            suppression,
            subscription: self.subscription(&key)?,
            has_link,
            is_erased,
            confirmations: Confirmations { last, last_link, in_thirty_days: confirmations.1 },
        })
    }

    fn owner_of(&self, token: Token) -> anyhow::Result<Option<String>> {
        let owner = "SELECT address_key FROM unsubscribe_token WHERE token = ?";
        Ok(self.prepared(owner)?.query_row([token.0], |row| row.get(0)).optional()?)
    }

    fn subscription(&self, key: &str) -> anyhow::Result<Option<Subscription>> {
        let mut query = self.prepared(
            "SELECT address, fields, topics, tags, source, since, confirmed_at FROM subscriber WHERE address_key = ?",
        )?;
        let mut rows = query.query([key])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        Ok(Some(Subscription {
            address: address_from_column(row.get_ref(0)?.as_str()?)?,
            fields: fields_from_json(row.get_ref(1)?.as_str()?)?,
            topics: words_from_json(row.get_ref(2)?.as_str()?)?,
            tags: words_from_json(row.get_ref(3)?.as_str()?)?,
            source: row.get(4)?,
            since: time_from_seconds(row.get(5)?)?,
            confirmed_at: row.get::<_, Option<i64>>(6)?.map(time_from_seconds).transpose()?,
        }))
    }

    fn make(&self, who: &Identity, change: &Change, now: DateTime<Utc>) -> anyhow::Result<()> {
        let key = who.address.key();
        match change {
            Change::Suppress(Suppressed { reason, at }) => self
                .prepared(
                    "INSERT INTO suppression (address_key, address, reason, at) VALUES (?, ?, ?, ?)
                     ON CONFLICT (address_key) DO UPDATE SET reason = excluded.reason, at = excluded.at, issue = NULL",
                )?
                .execute(params![key, who.address.to_string(), reason.name(), at.timestamp()])?,
            Change::Lift => self.prepared("DELETE FROM suppression WHERE address_key = ?")?.execute([key])?,
            Change::Subscribe(subscription) => self.subscribe(who, subscription)?,
            Change::AddSignup(signup) => self.add_signup(signup)?,
            Change::DropSignups => {
                self.prepared(
                    "DELETE FROM outgoing_mail WHERE address_key = ? AND kind = 'confirm' AND state = 'waiting'",
                )?
                .execute([&key])?;
                self.prepared("DELETE FROM pending_signup WHERE address_key = ?")?.execute([key])?
            }
            Change::ConfirmSignup(nonce) => self
                .prepared("UPDATE pending_signup SET confirmed_at = ? WHERE nonce = ?")?
                .execute(params![now.timestamp(), nonce.0])?,
            Change::Remember(ConsentEvent { what, evidence: Evidence { how, words, network }, at }) => self
                .prepared(
                    "INSERT INTO consent_event (address_key, what, how, words, network, at) VALUES (?, ?, ?, ?, ?, ?)",
                )?
                .execute(params![key, what.name(), how, words, network, at.timestamp()])?,
            Change::Queue(kind, nonce) => self.queue(who, *kind, *nonce, mail_state::WAITING, now)?,
            Change::Withhold(kind) => self.queue(who, *kind, None, mail_state::WITHHELD, now)?,
            Change::ForgetErased => self.prepared("DELETE FROM erased WHERE digest = ?")?.execute([who.erased.0])?,
            Change::Erase => self.erase(who, now)?,
        };
        Ok(())
    }

    fn subscribe(&self, who: &Identity, subscription: &Subscription) -> anyhow::Result<usize> {
        let key = who.address.key();
        let token = "INSERT OR IGNORE INTO unsubscribe_token (token, address_key) VALUES (?, ?)";
        self.prepared(token)?.execute(params![who.token.0, key])?;
        let Subscription { address, fields, topics, tags, source, since, confirmed_at } = subscription;
        let mut keep = self.prepared(
            "INSERT OR REPLACE INTO subscriber (address_key, address, fields, topics, tags, source, since, confirmed_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        Ok(keep.execute(params![
            key,
            address.to_string(),
            fields_to_json(fields),
            words_to_json(topics)?,
            words_to_json(tags)?,
            source,
            since.timestamp(),
            confirmed_at.map(|time| time.timestamp()),
        ])?)
    }

    fn add_signup(&self, signup: &Signup) -> anyhow::Result<usize> {
        let Signup { nonce, address, fields, topics, evidence, requested_at, expires_at, source, tags, .. } = signup;
        let mut add = self.prepared(
            "INSERT OR REPLACE INTO pending_signup
             (nonce, address_key, address, fields, topics, how, words, network, requested_at, expires_at, source, tags)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        Ok(add.execute(params![
            nonce.0,
            address.key(),
            address.to_string(),
            fields_to_json(fields),
            words_to_json(topics)?,
            evidence.how,
            evidence.words,
            evidence.network,
            requested_at.timestamp(),
            expires_at.timestamp(),
            source,
            words_to_json(tags)?,
        ])?)
    }

    fn queue(
        &self,
        who: &Identity,
        kind: MailKind,
        nonce: Option<Nonce>,
        state: &str,
        now: DateTime<Utc>,
    ) -> anyhow::Result<usize> {
        let settled = (state != mail_state::WAITING).then(|| now.timestamp());
        let mut queue = self.prepared(
            "INSERT INTO outgoing_mail (kind, address_key, address, nonce, queued_at, due, state, settled_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7)",
        )?;
        let nonce = nonce.map(|nonce| nonce.0);
        let address = who.address.to_string();
        Ok(queue.execute(params![kind.name(), who.address.key(), address, nonce, now.timestamp(), state, settled])?)
    }

    fn erase(&self, who: &Identity, now: DateTime<Utc>) -> anyhow::Result<usize> {
        let key = who.address.key();
        for table in ERASED_TABLES {
            self.transaction.execute(&format!("DELETE FROM {table} WHERE address_key = ?"), [&key])?;
        }
        // Counts and "once" stay, by a name that nobody can turn back.
        let digest = format!("erased:{}", Token(who.erased.0).folded());
        self.transaction.execute("UPDATE mailbox SET address_key = ? WHERE address_key = ?", [&digest, &key])?;
        self.transaction.execute(
            "UPDATE delivery SET address = ?1, address_key = ?1, fields = '', text = NULL,
                    state = CASE WHEN state IN (0, 3, 4, 5) THEN 6 ELSE state END
             WHERE address_key = ?2",
            [&digest, &key],
        )?;
        let add = "INSERT OR REPLACE INTO erased (digest, at) VALUES (?, ?)";
        Ok(self.transaction.execute(add, params![who.erased.0, now.timestamp()])?)
    }
}

/// Reads sixteen bytes from a column that may be empty.
pub(super) fn nonce_from_column(bytes: Option<Vec<u8>>) -> anyhow::Result<Option<Nonce>> {
    bytes.map(|bytes| sixteen(&bytes).map(Nonce)).transpose()
}
