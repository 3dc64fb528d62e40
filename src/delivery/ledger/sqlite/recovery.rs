//! What a sender that died left behind, and the tally of the next one.

use anyhow::{Context, ensure};
use chrono::{DateTime, Utc};
use rusqlite::{TransactionBehavior, params};

use super::Sqlite;
use crate::delivery::ledger::tally::{self, Found, Head, Remains, Tally};
use crate::delivery::ledger::{Plan, Rows, State};
use crate::message::PlanId;
use crate::model::IssueNumber;

impl Sqlite {
    /// Brings the marked rows of `issue` to where its tally says they are, all in one transaction. Answers how many are in
    /// doubt.
    pub(super) fn take_stock(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<u64> {
        if self.counts(issue)?.of(State::Dot) == 0 {
            return Ok(0);
        }
        let marked = self.marked(issue)?;
        let remains = self.remains(issue)?;
        self.counted = None;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut in_doubt = 0;
        {
            // The very letter they may have, should they be sent it again.
            let mut settle = transaction.prepare(
                "UPDATE delivery SET state = ?1, attempts = attempts + 1, code = 0, enhanced = NULL, text = ?2, updated = ?3,
                        letter = coalesce(letter, (SELECT max(version) FROM letter WHERE issue = ?4))
                 WHERE issue = ?4 AND seq = ?5",
            )?;
            let mut put_back = transaction.prepare("UPDATE delivery SET state = 0 WHERE issue = ? AND seq = ?")?;
            for seq in marked {
                let (state, words) = match remains.as_ref().map_or(Found::InDoubt, |remains| remains.of(seq)) {
                    Found::ToBeSent => {
                        put_back.execute(params![issue.0, seq])?;
                        continue;
                    }
                    Found::Accepted => (State::Accepted, "accepted; the sender ended before it wrote down the words"),
                    Found::InDoubt => (State::InDoubt, "the sender ended between the final dot and the answer"),
                };
                in_doubt += u64::from(state == State::InDoubt);
                settle.execute(params![state as u8, words, now.timestamp(), issue.0, seq])?;
            }
        }
        transaction.commit().context("cannot write to the ledger")?;
        Ok(in_doubt)
    }

    /// The tally of a run of `plan` that begins now, counted in the ledger before it is made.
    pub(super) fn new_tally(&mut self, plan: &Plan, repeatable: bool) -> anyhow::Result<Tally> {
        ensure!(
            self.counts(plan.issue)?.of(State::Dot) == 0,
            "rows are still marked from an earlier run; this is a bug"
        );
        let next = "UPDATE plan SET runs = runs + 1 WHERE issue = ? RETURNING runs";
        let run = self.connection.query_row(next, [plan.issue.0], |row| row.get(0))?;
        let path = tally::path(&self.path, plan.issue);
        Tally::make(&path, Head { plan: plan.stamp.plan, machine: self.machine, run, repeatable }, plan.total)
    }

    /// The rows of `issue` whose final dot may have gone out, in order.
    fn marked(&self, issue: IssueNumber) -> anyhow::Result<Vec<u32>> {
        let mut query =
            self.connection.prepare("SELECT seq FROM delivery WHERE issue = ? AND state = 1 ORDER BY seq")?;
        let seqs = query.query_map([issue.0], |row| row.get(0))?;
        Ok(seqs.collect::<Result<_, _>>()?)
    }

    /// The tally of the newest run of `issue`, which has rows and so a plan.
    fn remains(&self, issue: IssueNumber) -> anyhow::Result<Option<Remains>> {
        let newest = "SELECT id, runs FROM plan WHERE issue = ?";
        let (plan, run) = self.connection.query_row(newest, [issue.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Remains::read(&tally::path(&self.path, issue), PlanId(plan), run, self.machine)
    }
}
