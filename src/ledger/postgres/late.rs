//! Adds readers who came later to deliveries of a PostgreSQL database.

use chrono::{DateTime, Utc};

use super::readers::Records;
use crate::ledger::readers::LateOutcome;
use crate::ledger::row::fields_to_json;
use crate::model::{IssueNumber, State, Subscriber};

impl Records<'_> {
    pub(super) fn newest_issue_for_everybody(&mut self) -> anyhow::Result<Option<IssueNumber>> {
        let newest = "SELECT issue FROM plan WHERE courier <> 'outbox' AND audience = '' AND recipients_of IS NULL
               AND EXISTS (SELECT 1 FROM delivery WHERE delivery.issue = plan.issue AND state = 2)
             ORDER BY started DESC, issue DESC LIMIT 1";
        let found = self.transaction.query_opt(newest, &[])?;
        Ok(found.map(|row| u32::try_from(row.get::<_, i64>(0))).transpose()?.map(IssueNumber))
    }

    pub(super) fn add_late_row(
        &mut self,
        issue: IssueNumber,
        letter: u32,
        subscriber: &Subscriber,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Option<u32>> {
        let number = i64::from(issue.0);
        // Waits for whoever else changes the plan, so that places in it stay apart.
        self.transaction.execute("SELECT 1 FROM plan WHERE issue = $1 FOR UPDATE", &[&number])?;
        let added = self.transaction.query_opt(
            "INSERT INTO delivery (issue, seq, address, address_key, fields, state, attempts, letter, updated)
             SELECT $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, 1, $6, $7 FROM delivery WHERE issue = $1
             ON CONFLICT (issue, address_key) DO NOTHING RETURNING seq",
            &[
                &number,
                &subscriber.address.to_string(),
                &subscriber.address.key(),
                &fields_to_json(&subscriber.fields),
                &(State::InDoubt as i16),
                &letter.cast_signed(),
                &now,
            ],
        )?;
        let Some(row) = added else { return Ok(None) };
        self.transaction.execute("UPDATE plan SET total = total + 1 WHERE issue = $1", &[&number])?;
        Ok(Some(u32::try_from(row.get::<_, i64>(0))?))
    }

    pub(super) fn settle_late_row(
        &mut self,
        issue: IssueNumber,
        seq: u32,
        outcome: &LateOutcome,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let (number, seq, in_doubt) = (i64::from(issue.0), i64::from(seq), State::InDoubt as i16);
        match outcome {
            LateOutcome::NotSent => {
                let row = "DELETE FROM delivery WHERE issue = $1 AND seq = $2 AND state = $3";
                let removed = self.transaction.execute(row, &[&number, &seq, &in_doubt])?.cast_signed();
                let total = "UPDATE plan SET total = total - $1 WHERE issue = $2";
                self.transaction.execute(total, &[&removed, &number])?;
            }
            LateOutcome::Settled(state, reply) => {
                self.transaction.execute(
                    "UPDATE delivery SET state = $1, code = $2, enhanced = $3, text = $4, updated = $5
                     WHERE issue = $6 AND seq = $7 AND state = $8",
                    &[
                        &(*state as i16),
                        &i32::from(reply.code),
                        &reply.enhanced.map(|enhanced| enhanced.to_string()),
                        &reply.text,
                        &now,
                        &number,
                        &seq,
                        &in_doubt,
                    ],
                )?;
            }
        }
        Ok(())
    }
}
