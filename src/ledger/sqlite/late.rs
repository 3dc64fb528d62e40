//! Adds readers who came later to deliveries of a SQLite file.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::readers::Records;
use crate::ledger::readers::LateOutcome;
use crate::ledger::row::fields_to_json;
use crate::model::{IssueNumber, State, Subscriber};

impl Records<'_> {
    pub(super) fn newest_issue_for_everybody(&self) -> anyhow::Result<Option<IssueNumber>> {
        let newest = "SELECT issue FROM plan WHERE courier <> 'outbox' AND audience = '' AND recipients_of IS NULL
               AND EXISTS (SELECT 1 FROM delivery WHERE delivery.issue = plan.issue AND state = 2)
             ORDER BY started DESC, issue DESC LIMIT 1";
        Ok(self.prepared(newest)?.query_row([], |row| row.get(0).map(IssueNumber)).optional()?)
    }

    pub(super) fn add_late_row(
        &self,
        issue: IssueNumber,
        letter: u32,
        subscriber: &Subscriber,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Option<u32>> {
        let key = subscriber.address.key();
        let once = "INSERT INTO mailbox (issue, address_key) VALUES (?, ?) ON CONFLICT DO NOTHING";
        if self.prepared(once)?.execute(params![issue.0, key])? == 0 {
            return Ok(None);
        }
        let last = "SELECT coalesce(max(seq), 0) FROM delivery WHERE issue = ?";
        let seq: u32 = self.prepared(last)?.query_row([issue.0], |row| row.get::<_, u32>(0))? + 1;
        self.prepared(
            "INSERT INTO delivery (issue, seq, address, address_key, fields, state, attempts, letter, updated)
             VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?)",
        )?
        .execute(params![
            issue.0,
            seq,
            subscriber.address.to_string(),
            key,
            fields_to_json(&subscriber.fields),
            State::InDoubt as u8,
            letter,
            now.timestamp()
        ])?;
        self.prepared("UPDATE plan SET total = total + 1 WHERE issue = ?")?.execute([issue.0])?;
        Ok(Some(seq))
    }

    pub(super) fn settle_late_row(
        &self,
        issue: IssueNumber,
        seq: u32,
        outcome: &LateOutcome,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let in_doubt = State::InDoubt as u8;
        match outcome {
            LateOutcome::NotSent => {
                let mailbox = "DELETE FROM mailbox WHERE issue = ?1 AND address_key =
                     (SELECT address_key FROM delivery WHERE issue = ?1 AND seq = ?2 AND state = ?3)";
                self.prepared(mailbox)?.execute(params![issue.0, seq, in_doubt])?;
                let row = "DELETE FROM delivery WHERE issue = ? AND seq = ? AND state = ?";
                if self.prepared(row)?.execute(params![issue.0, seq, in_doubt])? > 0 {
                    self.prepared("UPDATE plan SET total = total - 1 WHERE issue = ?")?.execute([issue.0])?;
                }
            }
            LateOutcome::Settled(state, reply) => {
                self.prepared(
                    "UPDATE delivery SET state = ?, code = ?, enhanced = ?, text = ?, updated = ?
                     WHERE issue = ? AND seq = ? AND state = ?",
                )?
                .execute(params![
                    *state as u8,
                    reply.code,
                    reply.enhanced.map(|enhanced| enhanced.to_string()),
                    reply.text,
                    now.timestamp(),
                    issue.0,
                    seq,
                    in_doubt
                ])?;
            }
        }
        Ok(())
    }
}
