//! Keeps readers in a PostgreSQL database.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use postgres::Transaction;

use super::ledger::Postgres;
use crate::ledger::readers::{KeptMail, KnownReader, LateOutcome, ReaderRecords};
use crate::model::{IssueNumber, Subscriber, Token};
use crate::readers::{
    BounceClass, BounceReport, Change, ConsentEvent, Identity, MailOutcome, Nonce, QueuedMail, Reader, Signup,
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

    fn readers(&mut self, people: &[Identity], now: DateTime<Utc>) -> anyhow::Result<Vec<Reader>> {
        self.readers_of(people, now)
    }

    fn apply_all(&mut self, steps: &[(Identity, Vec<Change>)], now: DateTime<Utc>) -> anyhow::Result<()> {
        self.make_all(steps, now)
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
