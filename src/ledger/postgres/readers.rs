//! Keeps readers in a PostgreSQL database.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use postgres::types::ToSql;
use postgres::{Row, Transaction};

use super::ledger::Postgres;
use crate::ledger::reader_columns::{address_from_column, words_from_json, words_to_json};
use crate::ledger::readers::{KeptMail, KnownReader, LateOutcome, ReaderRecords, mail_state};
use crate::ledger::row::{fields_from_json, fields_to_json};
use crate::model::{IssueNumber, Subscriber, Token};
use crate::readers::{
    BounceClass, BounceReport, Change, Confirmations, ConsentEvent, Evidence, Identity, MailKind, MailOutcome, Nonce,
    QueuedMail, Reader, Signup, Subscription, Suppressed, SuppressionReason,
};

/// The key of `pg_advisory_xact_lock` that has processes change readers one after the other: "NWSR". What a change
/// depends on is read in the same transaction.
const CHANGING: i64 = 0x4e57_5352;

/// A transaction about readers.
pub(super) struct Records<'a> {
    pub(super) transaction: Transaction<'a>,
}

impl Postgres {
    pub(super) fn change_readers(
        &mut self,
        work: &mut dyn FnMut(&mut dyn ReaderRecords) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        self.with(|session| {
            let mut transaction = session.client.transaction()?;
            transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&CHANGING])?;
            let mut records = Records { transaction };
            work(&mut records)?;
            Ok(records.transaction.commit()?)
        })
    }

    pub(super) fn read_readers(
        &mut self,
        work: &mut dyn FnMut(&mut dyn ReaderRecords) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        self.with(|session| work(&mut Records { transaction: session.client.transaction()? }))
    }
}

impl ReaderRecords for Records<'_> {
    fn owner(&mut self, token: Token) -> anyhow::Result<Option<String>> {
        let owner = "SELECT address_key FROM unsubscribe_token WHERE token = $1";
        Ok(self.transaction.query_opt(owner, &[&token.0.as_slice()])?.map(|row| row.get(0)))
    }

    fn reader(&mut self, who: &Identity, now: DateTime<Utc>) -> anyhow::Result<Reader> {
        let key = who.address.key();
        let suppression = "SELECT reason, at FROM suppression WHERE address_key = $1";
        let suppression = self.transaction.query_opt(suppression, &[&key])?;
        let erased = "SELECT EXISTS (SELECT 1 FROM erased WHERE digest = $1)";
        let is_erased = self.transaction.query_one(erased, &[&who.erased.0.as_slice()])?.get(0);
        let has_link = self.owner(who.token)?.is_some();
        let confirmations = self.transaction.query_one(
            "SELECT max(queued_at), count(*), max(queued_at) FILTER (WHERE kind = 'link') FROM outgoing_mail
             WHERE address_key = $1 AND kind IN ('confirm', 'link') AND queued_at > $2 AND state <> 'withheld'",
            &[&key, &(now - TimeDelta::days(30))],
        )?;
        Ok(Reader {
            suppression: suppression
                .map(|row| Suppressed { reason: SuppressionReason::from_name(row.get(0)), at: row.get(1) }),
            subscription: self.subscription(&key)?,
            has_link,
            is_erased,
            confirmations: Confirmations {
                last: confirmations.get(0),
                last_link: confirmations.get(2),
                in_thirty_days: u32::try_from(confirmations.get::<_, i64>(1)).unwrap_or(u32::MAX),
            },
        })
    }

    fn apply(&mut self, who: &Identity, changes: &[Change], now: DateTime<Utc>) -> anyhow::Result<()> {
        changes.iter().try_for_each(|change| self.make(who, change, now))
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
        let dead = "SELECT address_key FROM bounce WHERE issue = $1 AND class = $2 AND at >= $3";
        let rows = self.transaction.query(dead, &[&i64::from(issue.0), &(BounceClass::Dead as i32), &since])?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    fn mail_due(&mut self, now: DateTime<Utc>, with_confirmations: bool) -> anyhow::Result<Option<QueuedMail>> {
        self.next_mail(now, with_confirmations)
    }

    fn mail_waiting(&mut self) -> anyhow::Result<u64> {
        let count = "SELECT count(*) FROM outgoing_mail WHERE state = 'waiting'";
        Ok(self.transaction.query_one(count, &[])?.get::<_, i64>(0).cast_unsigned())
    }

    fn confirmations_sent(&mut self, since: DateTime<Utc>) -> anyhow::Result<Vec<DateTime<Utc>>> {
        let sent = self.transaction.query(
            "SELECT settled_at FROM outgoing_mail
             WHERE state = 'sent' AND settled_at > $1 AND kind = 'confirm' ORDER BY settled_at",
            &[&since],
        )?;
        Ok(sent.iter().map(|row| row.get(0)).collect())
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
    fn subscription(&mut self, key: &str) -> anyhow::Result<Option<Subscription>> {
        let found = self.transaction.query_opt(
            "SELECT address, fields, topics, tags, source, since, confirmed_at FROM subscriber WHERE address_key = $1",
            &[&key],
        )?;
        let read = |row: Row| {
            Ok(Subscription {
                address: address_from_column(row.get(0))?,
                fields: fields_from_json(row.get(1))?,
                topics: words_from_json(row.get(2))?,
                tags: words_from_json(row.get(3))?,
                source: row.get(4),
                since: row.get(5),
                confirmed_at: row.get(6),
            })
        };
        found.map(read).transpose()
    }

    fn execute(&mut self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> anyhow::Result<()> {
        self.transaction.execute(sql, values)?;
        Ok(())
    }

    fn make(&mut self, who: &Identity, change: &Change, now: DateTime<Utc>) -> anyhow::Result<()> {
        let key = who.address.key();
        match change {
            Change::Suppress(Suppressed { reason, at }) => self.execute(
                "INSERT INTO suppression (address_key, address, reason, at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (address_key) DO UPDATE SET reason = excluded.reason, at = excluded.at, issue = NULL",
                &[&key, &who.address.to_string(), &reason.name(), at],
            ),
            Change::Lift => self.execute("DELETE FROM suppression WHERE address_key = $1", &[&key]),
            Change::Subscribe(subscription) => self.subscribe(who, subscription),
            Change::AddSignup(signup) => self.add_signup(signup),
            Change::DropSignups => {
                self.execute(
                    "DELETE FROM outgoing_mail WHERE address_key = $1 AND kind = 'confirm' AND state = 'waiting'",
                    &[&key],
                )?;
                self.execute("DELETE FROM pending_signup WHERE address_key = $1", &[&key])
            }
            Change::ConfirmSignup(nonce) => self.execute(
                "UPDATE pending_signup SET confirmed_at = $1 WHERE nonce = $2",
                &[&now, &nonce.0.as_slice()],
            ),
            Change::Remember(ConsentEvent { what, evidence: Evidence { how, words, network }, at }) => self.execute(
                "INSERT INTO consent_event (address_key, what, how, words, network, at) VALUES ($1, $2, $3, $4, $5, $6)",
                &[&key, &what.name(), how, words, network, at],
            ),
            Change::Queue(kind, nonce) => self.queue(who, *kind, *nonce, mail_state::WAITING, now),
            Change::Withhold(kind) => self.queue(who, *kind, None, mail_state::WITHHELD, now),
            Change::ForgetErased => self.execute("DELETE FROM erased WHERE digest = $1", &[&who.erased.0.as_slice()]),
            Change::Erase => self.erase(who, now),
        }
    }

    fn subscribe(&mut self, who: &Identity, subscription: &Subscription) -> anyhow::Result<()> {
        let key = who.address.key();
        let token = "INSERT INTO unsubscribe_token (token, address_key) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        self.execute(token, &[&who.token.0.as_slice(), &key])?;
        let Subscription { address, fields, topics, tags, source, since, confirmed_at } = subscription;
        self.execute(
            "INSERT INTO subscriber (address_key, address, fields, topics, tags, source, since, confirmed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (address_key) DO UPDATE SET address = excluded.address, fields = excluded.fields,
                 topics = excluded.topics, tags = excluded.tags, source = excluded.source, since = excluded.since,
                 confirmed_at = excluded.confirmed_at",
            &[
                &key,
                &address.to_string(),
                &fields_to_json(fields),
                &words_to_json(topics)?,
                &words_to_json(tags)?,
                source,
                since,
                confirmed_at,
            ],
        )
    }

    fn add_signup(&mut self, signup: &Signup) -> anyhow::Result<()> {
        let Signup { nonce, address, fields, topics, evidence, requested_at, expires_at, .. } = signup;
        self.execute(
            "INSERT INTO pending_signup
             (nonce, address_key, address, fields, topics, how, words, network, requested_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (nonce) DO UPDATE SET address = excluded.address, fields = excluded.fields,
                 topics = excluded.topics, confirmed_at = NULL",
            &[
                &nonce.0.as_slice(),
                &address.key(),
                &address.to_string(),
                &fields_to_json(fields),
                &words_to_json(topics)?,
                &evidence.how,
                &evidence.words,
                &evidence.network,
                requested_at,
                expires_at,
            ],
        )
    }

    fn queue(
        &mut self,
        who: &Identity,
        kind: MailKind,
        nonce: Option<Nonce>,
        state: &str,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let settled = (state != mail_state::WAITING).then_some(now);
        let nonce = nonce.map(|nonce| nonce.0.to_vec());
        self.execute(
            "INSERT INTO outgoing_mail (kind, address_key, address, nonce, queued_at, due, state, settled_at)
             VALUES ($1, $2, $3, $4, $5, $5, $6, $7)",
            &[&kind.name(), &who.address.key(), &who.address.to_string(), &nonce, &now, &state, &settled],
        )
    }

    fn erase(&mut self, who: &Identity, now: DateTime<Utc>) -> anyhow::Result<()> {
        let key = who.address.key();
        for table in [
            "subscriber",
            "unsubscribe_token",
            "pending_signup",
            "consent_event",
            "bounce",
            "outgoing_mail",
            "suppression",
        ] {
            self.execute(&format!("DELETE FROM {table} WHERE address_key = $1"), &[&key])?;
        }
        // Counts and "once" stay, by a name that nobody can turn back.
        let digest = format!("erased:{}", Token(who.erased.0).folded());
        self.execute(
            "UPDATE delivery SET address = $1, address_key = $1, fields = '', text = NULL,
                    state = CASE WHEN state IN (0, 3, 4, 5) THEN 6 ELSE state END
             WHERE address_key = $2",
            &[&digest, &key],
        )?;
        let add = "INSERT INTO erased (digest, at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        self.execute(add, &[&who.erased.0.as_slice(), &now])
    }
}
