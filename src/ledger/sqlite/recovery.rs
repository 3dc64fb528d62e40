//! Settles the rows that a dead sender left marked, and starts the transmit log of the next run.

use anyhow::{Context, ensure};
use chrono::{DateTime, Utc};
use rusqlite::{TransactionBehavior, params};

use super::ledger::Sqlite;
use crate::ledger::plan::{Plan, courier_from_name};
use crate::ledger::transmit_log::{self, LogHeader, PreviousRun, RowOutcome, TransmitLog};
use crate::message::PlanId;
use crate::model::{IssueNumber, State};

impl Sqlite {
    /// Settles the marked rows of `issue` by the transmit log, in one transaction. Returns the
    /// number in doubt.
    pub(super) fn settle_marked(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<u64> {
        self.requeue_unreviewed(issue)?;
        let left = self.marked_rows(issue)?;
        if left.is_empty() {
            return Ok(0);
        }
        self.counted = None;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut in_doubt = 0;
        {
            // Keeps the version of the letter they may have, in case it is sent again.
            let mut settle = transaction.prepare(
                "UPDATE delivery SET state = ?1, attempts = attempts + 1, code = 0, enhanced = NULL, text = ?2, updated = ?3,
                        letter = coalesce(letter, (SELECT max(version) FROM letter WHERE issue = ?4))
                 WHERE issue = ?4 AND seq = ?5",
            )?;
            let mut put_back = transaction.prepare("UPDATE delivery SET state = 0 WHERE issue = ? AND seq = ?")?;
            for (seq, state) in left {
                let words = match state {
                    State::Accepted => "accepted; the sender ended before it wrote down the reply",
                    State::InDoubt => "the sender ended between the final dot and the reply",
                    _ => {
                        put_back.execute(params![issue.0, seq])?;
                        continue;
                    }
                };
                in_doubt += u64::from(state == State::InDoubt);
                settle.execute(params![state as u8, words, now.timestamp(), issue.0, seq])?;
            }
        }
        transaction.commit().context("cannot write to the ledger")?;
        Ok(in_doubt)
    }

    /// Plans the refused rows again that the dead sender did not review: it is unknown whether the
    /// refusals of its run can be trusted.
    fn requeue_unreviewed(&mut self, issue: IssueNumber) -> anyhow::Result<()> {
        if !self.connection.prepare("SELECT 1 FROM refusal WHERE issue = ?")?.exists([issue.0])? {
            return Ok(());
        }
        self.counted = None;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute(
            "UPDATE delivery SET state = 0, letter = NULL
             WHERE issue = ?1 AND state = 4 AND seq IN (SELECT seq FROM refusal WHERE issue = ?1)",
            [issue.0],
        )?;
        transaction.execute("DELETE FROM refusal WHERE issue = ?", [issue.0])?;
        transaction.commit().context("cannot write to the ledger")
    }

    /// The outcomes of the marked rows of `issue`, according to the transmit log of its newest run.
    pub(super) fn marked_rows(&mut self, issue: IssueNumber) -> anyhow::Result<Vec<(u32, State)>> {
        if self.counts(issue)?.of(State::Transmitting) == 0 {
            return Ok(Vec::new());
        }
        let newest = "SELECT id, runs, courier FROM plan WHERE issue = ?";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?));
        let (plan, run, courier) = self.connection.query_row(newest, [issue.0], read)?;
        let remains = PreviousRun::read(&transmit_log::path(&self.path, issue), PlanId(plan), run, self.machine)?;
        let is_rehearsal = courier_from_name(&courier)?.is_rehearsal();
        let state = |seq| match remains.as_ref().map_or(RowOutcome::InDoubt, |remains| remains.outcome_of(seq)) {
            _ if is_rehearsal => State::Planned,
            RowOutcome::ToBeSent => State::Planned,
            RowOutcome::Accepted => State::Accepted,
            RowOutcome::InDoubt => State::InDoubt,
        };
        Ok(self.transmitting_rows(issue)?.into_iter().map(|seq| (seq, state(seq))).collect())
    }

    /// Counts a new run of `plan` in the ledger and then creates its transmit log.
    pub(super) fn start_transmit_log(&mut self, plan: &Plan) -> anyhow::Result<TransmitLog> {
        ensure!(
            self.counts(plan.issue)?.of(State::Transmitting) == 0,
            "rows are still marked from an earlier run; this is a bug"
        );
        let next = "UPDATE plan SET runs = runs + 1 WHERE issue = ? RETURNING runs";
        let run = self.connection.query_row(next, [plan.issue.0], |row| row.get(0))?;
        let repeatable = plan.courier.is_rehearsal();
        let head = LogHeader { plan: plan.stamp.plan, machine: self.machine, run, repeatable };
        let path = transmit_log::path(&self.path, plan.issue);
        TransmitLog::create(&path, head, plan.total)
    }

    /// The rows of `issue` that may have been transmitted, in order.
    fn transmitting_rows(&self, issue: IssueNumber) -> anyhow::Result<Vec<u32>> {
        let mut query =
            self.connection.prepare("SELECT seq FROM delivery WHERE issue = ? AND state = 1 ORDER BY seq")?;
        let seqs = query.query_map([issue.0], |row| row.get(0))?;
        Ok(seqs.collect::<Result<_, _>>()?)
    }
}
