//! Rows in the database.

use std::ops::ControlFlow;

use anyhow::Context;
use chrono::{DateTime, Utc};
use postgres::fallible_iterator::FallibleIterator;

use super::Postgres;
use crate::delivery::ledger::rows::kept_reply;
use crate::delivery::ledger::{Counts, Entry, Resolution, Row, Rows, State, Summary};
use crate::delivery::limits::Sent;
use crate::model::IssueNumber;

const COUNTS: &str = "SELECT state, count(*) FROM delivery WHERE issue = $1 GROUP BY state";

const ENTRIES: &str = "
    SELECT address, state, attempts, next_at, code, enhanced, text, updated, seq
    FROM delivery WHERE issue = $1 AND state = ANY ($2) ORDER BY seq";

impl Rows for Postgres {
    fn counts(&mut self, issue: IssueNumber) -> anyhow::Result<Counts> {
        self.with(|session| {
            let query = session.prepared(COUNTS)?;
            let rows = session.client.query(&query, &[&i64::from(issue.0)])?;
            rows.iter().map(|row| Ok((state(row, 0)?, row.get::<_, i64>(1).cast_unsigned()))).collect()
        })
    }

    fn summaries(&mut self) -> anyhow::Result<Vec<Summary>> {
        let plans = self.with(|session| {
            Ok(session.client.query("SELECT issue, started, title FROM plan ORDER BY issue DESC", &[])?)
        })?;
        let mut summaries = Vec::with_capacity(plans.len());
        for row in plans {
            let issue = IssueNumber(u32::try_from(row.get::<_, i64>(0))?);
            summaries.push(Summary { issue, started: row.get(1), title: row.get(2), counts: self.counts(issue)? });
        }
        Ok(summaries)
    }

    fn look_through(
        &mut self,
        issue: IssueNumber,
        states: &[State],
        each: &mut dyn FnMut(Entry) -> anyhow::Result<ControlFlow<()>>,
    ) -> anyhow::Result<()> {
        let states: Vec<i16> = states.iter().map(|&state| state as i16).collect();
        self.with(|session| {
            let parameters: [&(dyn postgres::types::ToSql + Sync); 2] = [&i64::from(issue.0), &states];
            let mut rows = session.client.query_raw(ENTRIES, parameters)?;
            while let Some(row) = rows.next()? {
                if each(entry(&row)?)?.is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    fn rows_left(&mut self, issue: IssueNumber, each: &mut dyn FnMut(Row) -> anyhow::Result<()>) -> anyhow::Result<()> {
        self.with(|session| {
            let query = "SELECT seq, address, fields, attempts, letter FROM delivery
                         WHERE issue = $1 AND state IN (0, 3)
                           AND NOT EXISTS (SELECT 1 FROM suppression
                                           WHERE suppression.address_key = delivery.address_key)
                         ORDER BY seq";
            let mut rows = session.client.query_raw(query, [&i64::from(issue.0)])?;
            while let Some(row) = rows.next()? {
                each(row_to_send(&row, 0)?)?;
            }
            Ok(())
        })
    }

    fn planned_mailboxes(&mut self, issue: IssueNumber, each: &mut dyn FnMut(&str)) -> anyhow::Result<()> {
        self.with(|session| {
            let query = "SELECT address_key FROM delivery WHERE issue = $1";
            let mut rows = session.client.query_raw(query, [&i64::from(issue.0)])?;
            while let Some(row) = rows.next()? {
                each(row.get(0));
            }
            Ok(())
        })
    }

    fn count_welcome(&mut self, issue: IssueNumber, state: State) -> anyhow::Result<u64> {
        let count = "SELECT count(*) FROM delivery WHERE issue = $1 AND state = $2
                       AND NOT EXISTS (SELECT 1 FROM suppression
                                       WHERE suppression.address_key = delivery.address_key)";
        self.with(|session| {
            let row = session.client.query_one(count, &[&i64::from(issue.0), &(state as i16)])?;
            Ok(row.get::<_, i64>(0).cast_unsigned())
        })
    }

    fn plan_again(&mut self, issue: IssueNumber, state: State) -> anyhow::Result<()> {
        // Out of the hand that had it: what that sender still says about it comes too late.
        let again = "UPDATE delivery SET state = 0, letter = CASE WHEN $3 THEN letter END, next_at = NULL, owner = NULL
                     WHERE issue = $1 AND state = $2
                       AND NOT EXISTS (SELECT 1 FROM suppression
                                       WHERE suppression.address_key = delivery.address_key)";
        self.with(|session| {
            let same_letter = state == State::InDoubt;
            session.client.execute(again, &[&i64::from(issue.0), &(state as i16), &same_letter])?;
            Ok(())
        })
    }

    fn resolve(&mut self, issue: IssueNumber, found: &[Resolution], now: DateTime<Utc>) -> anyhow::Result<()> {
        // Out of the hand that had it, as when it is planned again.
        let update = "UPDATE delivery SET state = $3, code = $4, enhanced = $5, text = $6, updated = $7, owner = NULL
                      WHERE issue = $1 AND seq = $2 AND state = $8";
        self.with(|session| {
            let mut transaction = session.client.transaction()?;
            for Resolution { seq, state, reply } in found {
                let (number, seq, code) = (i64::from(issue.0), i64::from(*seq), i32::from(reply.code));
                let enhanced = reply.enhanced.map(|enhanced| enhanced.to_string());
                let (state, doubt) = (*state as i16, State::InDoubt as i16);
                transaction.execute(update, &[&number, &seq, &state, &code, &enhanced, &reply.text, &now, &doubt])?;
            }
            Ok(transaction.commit()?)
        })
    }

    fn sent(&mut self, account: &str) -> anyhow::Result<Vec<Sent>> {
        self.with(|session| {
            // One that an older version wrote and nobody has written to since has none.
            let known = "SELECT to_regclass('sent') IS NOT NULL";
            if !session.client.query_one(known, &[])?.get::<_, bool>(0) {
                return Ok(Vec::new());
            }
            let query = "SELECT minute, messages FROM sent WHERE account = $1 ORDER BY minute";
            let rows = session.client.query(query, &[&account])?;
            let sent =
                |row: &postgres::Row| Sent { minute: row.get(0), messages: row.get::<_, i64>(1).cast_unsigned() };
            Ok(rows.iter().map(sent).collect())
        })
    }

    fn give_up_doubtful(&mut self, issue: IssueNumber) -> anyhow::Result<()> {
        let update = "UPDATE delivery SET state = $3 WHERE issue = $1 AND state = $2";
        let (doubt, given_up) = (State::InDoubt as i16, State::GivenUp as i16);
        self.with(|session| {
            session.client.execute(update, &[&i64::from(issue.0), &doubt, &given_up])?;
            Ok(())
        })
    }

    fn leave_out_suppressed(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<()> {
        self.with(|session| {
            // What is in somebody's hand is looked up once more with its mark.
            session.client.execute(
                "UPDATE delivery SET state = 6, next_at = NULL, updated = $2
                 WHERE issue = $1 AND state IN (0, 3) AND owner IS NULL
                   AND address_key IN (SELECT address_key FROM suppression)",
                &[&i64::from(issue.0), &now],
            )?;
            Ok(())
        })
    }
}

/// The state in column `column`.
pub(super) fn state(row: &postgres::Row, column: usize) -> anyhow::Result<State> {
    State::read(i64::from(row.get::<_, i16>(column)))
}

fn entry(row: &postgres::Row) -> anyhow::Result<Entry> {
    let code: Option<i32> = row.get(4);
    let code = code.map(u16::try_from).transpose().context("the ledger holds an impossible code")?;
    Ok(Entry {
        seq: u32::try_from(row.get::<_, i64>(8)).context("the ledger holds an impossible place in the list")?,
        address: row.get(0),
        state: state(row, 1)?,
        attempts: row.get::<_, i32>(2).cast_unsigned(),
        next_at: row.get(3),
        reply: kept_reply(code, row.get(5), row.get(6)),
        updated: row.get(7),
    })
}

/// A row to be sent by the sender `fence` out of the columns `seq, address, fields, attempts, letter`.
pub(super) fn row_to_send(row: &postgres::Row, fence: i64) -> anyhow::Result<Row> {
    let seq = u32::try_from(row.get::<_, i64>(0)).context("the ledger holds an impossible place in the list")?;
    let letter = row.get::<_, Option<i32>>(4).map(i32::cast_unsigned);
    let kept = Row::kept(seq, row.get(1), row.get(2), row.get::<_, i32>(3).cast_unsigned(), letter)?;
    Ok(Row { fence, ..kept })
}
