//! Keeps mail to one reader, reports about it and evidence in a PostgreSQL database.

use chrono::{DateTime, TimeDelta, Utc};
use postgres::Row;

use super::readers::Records;
use crate::ledger::reader_columns::{class_from_number, consent_from_name, mail_from_name, sixteen};
use crate::ledger::readers::{KEPT_DAYS, mail_state};
use crate::model::IssueNumber;
use crate::readers::{BounceReport, ConsentEvent, Evidence, MailOutcome, Nonce, QueuedMail};

impl Records<'_> {
    pub(super) fn consent_events(&mut self, key: &str) -> anyhow::Result<Vec<ConsentEvent>> {
        let events = "SELECT what, how, words, network, at FROM consent_event WHERE address_key = $1 ORDER BY at, id";
        let read = |row: &Row| {
            Ok(ConsentEvent {
                what: consent_from_name(row.get(0))?,
                evidence: Evidence { how: row.get(1), words: row.get(2), network: row.get(3) },
                at: row.get(4),
            })
        };
        self.transaction.query(events, &[&key])?.iter().map(read).collect()
    }

    pub(super) fn write_bounce(&mut self, key: &str, report: &BounceReport) -> anyhow::Result<()> {
        let BounceReport { issue, class, is_proof, status, text, at } = report;
        self.transaction.execute(
            "INSERT INTO bounce (issue, address_key, class, proof, status, text, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (address_key, issue) DO UPDATE SET class = excluded.class, proof = excluded.proof,
                 status = excluded.status, text = excluded.text, at = excluded.at
             WHERE (excluded.class, excluded.proof) > (bounce.class, bounce.proof)",
            &[&i64::from(issue.0), &key, &(*class as i32), is_proof, status, text, at],
        )?;
        Ok(())
    }

    pub(super) fn bounces_of(&mut self, key: &str) -> anyhow::Result<Vec<BounceReport>> {
        let reports =
            "SELECT issue, class, proof, status, text, at FROM bounce WHERE address_key = $1 ORDER BY issue DESC";
        let read = |row: &Row| {
            Ok(BounceReport {
                issue: IssueNumber(u32::try_from(row.get::<_, i64>(0))?),
                class: class_from_number(row.get::<_, i32>(1).into())?,
                is_proof: row.get(2),
                status: row.get(3),
                text: row.get(4),
                at: row.get(5),
            })
        };
        self.transaction.query(reports, &[&key])?.iter().map(read).collect()
    }

    pub(super) fn next_mail(
        &mut self,
        now: DateTime<Utc>,
        with_confirmations: bool,
    ) -> anyhow::Result<Option<QueuedMail>> {
        let next = "SELECT id, kind, address, nonce, queued_at, attempts FROM outgoing_mail
                    WHERE state = 'waiting' AND due <= $1 AND ($2 OR kind <> 'confirm') ORDER BY due, id LIMIT 1";
        let read = |row: Row| {
            Ok(QueuedMail {
                id: row.get(0),
                kind: mail_from_name(row.get(1))?,
                address: row.get(2),
                nonce: row.get::<_, Option<&[u8]>>(3).map(|nonce| sixteen(nonce).map(Nonce)).transpose()?,
                queued_at: row.get(4),
                attempts: u32::try_from(row.get::<_, i32>(5))?,
            })
        };
        self.transaction.query_opt(next, &[&now, &with_confirmations])?.map(read).transpose()
    }

    pub(super) fn write_mail_outcome(
        &mut self,
        id: i64,
        outcome: MailOutcome,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let (state, due) = match outcome {
            MailOutcome::Sent => (mail_state::SENT, None),
            MailOutcome::Taken(due) | MailOutcome::Later(due) => (mail_state::WAITING, Some(due)),
            MailOutcome::Failed => (mail_state::FAILED, None),
        };
        let settled = due.is_none().then_some(now);
        let attempt = i32::from(!matches!(outcome, MailOutcome::Taken(_)));
        self.transaction.execute(
            "UPDATE outgoing_mail SET state = $1, due = coalesce($2, due), attempts = attempts + $5, settled_at = $3
             WHERE id = $4",
            &[&state, &due, &settled, &id, &attempt],
        )?;
        Ok(())
    }

    pub(super) fn remove_old(&mut self, now: DateTime<Utc>) -> anyhow::Result<()> {
        self.transaction.execute("DELETE FROM pending_signup WHERE expires_at < $1", &[&now])?;
        let [kept, withheld] = [KEPT_DAYS, 1].map(|days| now - TimeDelta::days(days));
        self.transaction.execute(
            "DELETE FROM outgoing_mail WHERE settled_at < $1 OR state = 'withheld' AND settled_at < $2",
            &[&kept, &withheld],
        )?;
        Ok(())
    }

    pub(super) fn remove_evidence(&mut self, time: DateTime<Utc>) -> anyhow::Result<()> {
        let remove = "DELETE FROM consent_event WHERE at < $1 AND NOT EXISTS (
                 SELECT 1 FROM subscriber WHERE subscriber.address_key = consent_event.address_key
                 AND NOT EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = subscriber.address_key))";
        self.transaction.execute(remove, &[&time])?;
        Ok(())
    }
}
