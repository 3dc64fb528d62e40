//! Keeps mail to one reader, reports about it and evidence in a SQLite file.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::params;

use super::readers::{Records, nonce_from_column};
use super::time::time_from_seconds;
use crate::ledger::reader_columns::{class_from_number, consent_from_name, mail_from_name};
use crate::ledger::readers::{KEPT_DAYS, mail_state};
use crate::model::IssueNumber;
use crate::readers::{BounceReport, ConsentEvent, Evidence, MailOutcome, QueuedMail};

impl Records<'_> {
    pub(super) fn consent_events(&self, key: &str) -> anyhow::Result<Vec<ConsentEvent>> {
        let mut query = self.prepared(
            "SELECT what, how, words, network, at FROM consent_event WHERE address_key = ? ORDER BY at, id",
        )?;
        let mut rows = query.query([key])?;
        let mut events = Vec::new();
        while let Some(row) = rows.next()? {
            events.push(ConsentEvent {
                what: consent_from_name(row.get_ref(0)?.as_str()?)?,
                evidence: Evidence { how: row.get(1)?, words: row.get(2)?, network: row.get(3)? },
                at: time_from_seconds(row.get(4)?)?,
            });
        }
        Ok(events)
    }

    pub(super) fn write_bounce(&self, key: &str, report: &BounceReport) -> anyhow::Result<()> {
        let BounceReport { issue, class, is_proof, status, text, at } = report;
        let mut keep = self.prepared(
            "INSERT INTO bounce (issue, address_key, class, proof, status, text, at) VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (address_key, issue) DO UPDATE SET class = excluded.class, proof = excluded.proof,
                 status = excluded.status, text = excluded.text, at = excluded.at
             WHERE (excluded.class, excluded.proof) > (bounce.class, bounce.proof)",
        )?;
        keep.execute(params![issue.0, key, *class as i64, is_proof, status, text, at.timestamp()])?;
        Ok(())
    }

    pub(super) fn bounces_of(&self, key: &str) -> anyhow::Result<Vec<BounceReport>> {
        let mut query = self.prepared(
            "SELECT issue, class, proof, status, text, at FROM bounce WHERE address_key = ? ORDER BY issue DESC",
        )?;
        let mut rows = query.query([key])?;
        let mut reports = Vec::new();
        while let Some(row) = rows.next()? {
            reports.push(BounceReport {
                issue: IssueNumber(row.get(0)?),
                class: class_from_number(row.get(1)?)?,
                is_proof: row.get(2)?,
                status: row.get(3)?,
                text: row.get(4)?,
                at: time_from_seconds(row.get(5)?)?,
            });
        }
        Ok(reports)
    }

    pub(super) fn next_mail(&self, now: DateTime<Utc>, with_confirmations: bool) -> anyhow::Result<Option<QueuedMail>> {
        let mut query = self.prepared(
            "SELECT id, kind, address, nonce, queued_at, attempts FROM outgoing_mail
             WHERE state = 'waiting' AND due <= ?1 AND (?2 OR kind <> 'confirm') ORDER BY due, id LIMIT 1",
        )?;
        let mut rows = query.query(params![now.timestamp(), with_confirmations])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        Ok(Some(QueuedMail {
            id: row.get(0)?,
            kind: mail_from_name(row.get_ref(1)?.as_str()?)?,
            address: row.get(2)?,
            nonce: nonce_from_column(row.get(3)?)?,
            queued_at: time_from_seconds(row.get(4)?)?,
            attempts: row.get(5)?,
        }))
    }

    pub(super) fn write_mail_outcome(&self, id: i64, outcome: MailOutcome, now: DateTime<Utc>) -> anyhow::Result<()> {
        let (state, due) = match outcome {
            MailOutcome::Sent => (mail_state::SENT, None),
            MailOutcome::Taken(due) | MailOutcome::Later(due) => (mail_state::WAITING, Some(due.timestamp())),
            MailOutcome::Failed => (mail_state::FAILED, None),
        };
        let settled = due.is_none().then(|| now.timestamp());
        self.prepared(
            "UPDATE outgoing_mail SET state = ?1, due = coalesce(?2, due), attempts = attempts + ?5, settled_at = ?3
             WHERE id = ?4",
        )?
        .execute(params![state, due, settled, id, !matches!(outcome, MailOutcome::Taken(_))])?;
        Ok(())
    }

    pub(super) fn remove_old(&self, now: DateTime<Utc>) -> anyhow::Result<()> {
        self.prepared("DELETE FROM pending_signup WHERE expires_at < ?")?.execute([now.timestamp()])?;
        let kept_since = [KEPT_DAYS, 1].map(|days| (now - TimeDelta::days(days)).timestamp());
        self.prepared("DELETE FROM outgoing_mail WHERE settled_at < ?1 OR state = 'withheld' AND settled_at < ?2")?
            .execute(kept_since)?;
        Ok(())
    }

    pub(super) fn remove_evidence(&self, time: DateTime<Utc>) -> anyhow::Result<()> {
        let remove = "DELETE FROM consent_event WHERE at < ? AND NOT EXISTS (
                 SELECT 1 FROM subscriber WHERE subscriber.address_key = consent_event.address_key
                 AND NOT EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = subscriber.address_key))";
        self.prepared(remove)?.execute([time.timestamp()])?;
        Ok(())
    }
}
