//! Writes marks and settlements to the database, with one statement for all rows of a kind.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use postgres::Transaction;

use super::ledger::Postgres;
use super::refusal_review::note_unreviewed;
use super::rows::state;
use super::sender::SenderContext;
use super::server::PostgresServer;
use super::session::Session;
use crate::ledger::row::ClaimedRow;
use crate::ledger::sent_count::minute;
use crate::ledger::write_batch::{Mark, Settlement, WriteBatch, WriteResult};
use crate::message::PlanId;
use crate::model::{IssueNumber, State};

/// Settles rows. Only the owner of a row can settle it, or its owner at the time it went in doubt
/// if the doubt has not been resolved since. A deferred row loses its owner; a row to be sent again
/// keeps its owner while that sender is alive.
const SETTLE: &str = "
    WITH said AS MATERIALIZED (
        SELECT * FROM unnest($4::bigint[], $5::bigint[], $6::smallint[], $7::integer[], $8::timestamptz[],
                             $9::integer[], $10::text[], $11::text[])
            AS said (seq, owner, becomes, answers, next_at, code, enhanced, text)
    ), held AS MATERIALIZED (
        SELECT delivery.seq, delivery.state AS was FROM delivery JOIN said USING (seq, owner)
        WHERE delivery.issue = $1 AND delivery.state IN (0, 1, 3, 4, 5)
        ORDER BY delivery.seq FOR UPDATE OF delivery
    )
    UPDATE delivery
    SET state = said.becomes,
        owner = CASE WHEN said.becomes = 3 OR said.becomes = 0 AND delivery.owner <> $2 THEN NULL
                     ELSE delivery.owner END,
        attempts = attempts + CASE WHEN held.was = 5 THEN 0 ELSE said.answers END,
        next_at = said.next_at,
        letter = CASE WHEN said.becomes IN (2, 5) THEN letter END,
        code = coalesce(said.code, delivery.code),
        enhanced = CASE WHEN said.code IS NULL THEN delivery.enhanced ELSE said.enhanced END,
        text = coalesce(said.text, delivery.text),
        updated = $3
    FROM said JOIN held USING (seq)
    WHERE delivery.issue = $1 AND delivery.seq = said.seq
    RETURNING held.was, delivery.state";

/// Marks a row only for its owner, and only if it is to be sent, or if it is already marked and the
/// reply to the same mark was lost. The result names the owner too, because a sender that was
/// considered dead may own a row a second time.
const MARK: &str = "
    WITH asked AS MATERIALIZED (
        SELECT * FROM unnest($3::bigint[], $4::bigint[], $5::integer[], $6::boolean[])
            AS asked (seq, owner, version, again)
    ), held AS MATERIALIZED (
        SELECT delivery.seq, delivery.owner, delivery.state AS was,
               EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = delivery.address_key) AS suppressed
        FROM delivery JOIN asked USING (seq, owner)
        WHERE delivery.issue = $1 AND (delivery.state IN (0, 3) OR delivery.state = 1 AND asked.again)
        ORDER BY delivery.seq FOR UPDATE OF delivery
    )
    UPDATE delivery
    SET state = CASE WHEN held.suppressed THEN 6 ELSE 1 END,
        letter = CASE WHEN held.suppressed THEN NULL ELSE coalesce(letter, asked.version) END,
        next_at = NULL, updated = $2
    FROM asked JOIN held USING (seq, owner)
    WHERE delivery.issue = $1 AND delivery.seq = asked.seq
    RETURNING held.was, delivery.state, asked.seq, asked.owner";

/// A batch that is written twice is counted twice: counting too many messages is safer than too
/// few.
const COUNT: &str = "
    INSERT INTO sent (account, minute, messages) VALUES ($1, $2, $3)
    ON CONFLICT (account, minute) DO UPDATE SET messages = sent.messages + excluded.messages";

impl Postgres {
    pub(super) fn write(
        &mut self,
        issue: IssueNumber,
        now: DateTime<Utc>,
        batch: &WriteBatch,
    ) -> anyhow::Result<WriteResult> {
        let (server, unsure) = (self.server.clone(), self.unsure.clone());
        let (mut sender, plan) = (self.sender, self.plan);
        let written = self.with(|session| {
            let writing = Writing { server: &server, plan, issue, now, unsure: &unsure };
            writing.write(session, &mut sender, batch)
        });
        self.sender = sender;
        match &written {
            Ok(written) => {
                self.unsure.clear();
                let done = batch.settlements.iter().filter(|settlement| settlement.state != State::Planned);
                let refused =
                    batch.marks.iter().zip(&written.granted).filter(|&(_, &go)| !go).map(|(mark, _)| mark.claim);
                for claim in done.map(|settlement| settlement.claim).chain(refused) {
                    self.held.remove(&claim);
                }
                let again = batch.settlements.iter().filter(|settlement| settlement.state == State::Planned);
                self.held.extend(again.map(|settlement| settlement.claim));
            }
            Err(_) => self.unsure.extend(batch.marks.iter().map(|mark| mark.claim)),
        }
        written
    }
}

/// A batch about to be written.
struct Writing<'a> {
    server: &'a PostgresServer,
    plan: Option<PlanId>,
    issue: IssueNumber,
    now: DateTime<Utc>,
    unsure: &'a HashSet<ClaimedRow>,
}

impl Writing<'_> {
    fn write(
        &self,
        session: &mut Session,
        sender: &mut Option<i64>,
        batch: &WriteBatch,
    ) -> anyhow::Result<WriteResult> {
        let [settle, mark, count] = [SETTLE, MARK, COUNT].map(|statement| session.prepared(statement));
        let (settle, mark, count) = (settle?, mark?, count?);
        let mut transaction = session.client.transaction()?;
        let work = SenderContext { sender, plan: self.plan, issue: self.issue };
        let fencing_token = Postgres::ensure_alive(&mut transaction, self.server, work)?;
        let mut written = WriteResult::default();
        for settlements in without_repeats(&batch.settlements) {
            self.settle(&mut transaction, &settle, fencing_token, settlements, &mut written)?;
        }
        note_unreviewed(&mut transaction, self.issue, &batch.settlements)?;
        if !batch.marks.is_empty() {
            self.mark(&mut transaction, &mark, &batch.marks, &mut written)?;
        }
        for (account, messages) in &batch.sent {
            transaction.execute(&count, &[account, &minute(self.now), &messages.cast_signed()])?;
        }
        transaction.commit()?;
        *sender = Some(fencing_token);
        Ok(written)
    }

    fn settle(
        &self,
        transaction: &mut Transaction<'_>,
        statement: &postgres::Statement,
        fencing_token: i64,
        settlements: &[Settlement],
        written: &mut WriteResult,
    ) -> anyhow::Result<()> {
        let reply = |settlement: &Settlement| settlement.reply.clone();
        let seqs: Vec<_> = settlements.iter().map(|one| i64::from(one.claim.seq)).collect();
        let owners: Vec<_> = settlements.iter().map(|one| one.claim.fencing_token).collect();
        let states: Vec<_> = settlements.iter().map(|one| one.state as i16).collect();
        let answers: Vec<_> = settlements.iter().map(|one| one.replies().cast_signed()).collect();
        let due: Vec<_> = settlements.iter().map(|one| one.next_at).collect();
        let codes: Vec<_> = settlements.iter().map(|one| reply(one).map(|reply| i32::from(reply.code))).collect();
        let enhanced: Vec<_> = settlements
            .iter()
            .map(|one| reply(one).and_then(|reply| reply.enhanced).map(|enhanced| enhanced.to_string()))
            .collect();
        // PostgreSQL rejects zero bytes in text, and a mail server can send anything.
        let texts: Vec<_> =
            settlements.iter().map(|one| reply(one).map(|reply| reply.text.replace('\0', ""))).collect();
        let issue = i64::from(self.issue.0);
        let rows = transaction.query(
            statement,
            &[&issue, &fencing_token, &self.now, &seqs, &owners, &states, &answers, &due, &codes, &enhanced, &texts],
        )?;
        for row in rows {
            written.transitions.push((state(&row, 0)?, state(&row, 1)?));
        }
        Ok(())
    }

    fn mark(
        &self,
        transaction: &mut Transaction<'_>,
        statement: &postgres::Statement,
        marks: &[Mark],
        written: &mut WriteResult,
    ) -> anyhow::Result<()> {
        let seqs: Vec<_> = marks.iter().map(|mark| i64::from(mark.claim.seq)).collect();
        let owners: Vec<_> = marks.iter().map(|mark| mark.claim.fencing_token).collect();
        let versions: Vec<_> = marks.iter().map(|mark| mark.version.cast_signed()).collect();
        let again: Vec<_> = marks.iter().map(|mark| self.unsure.contains(&mark.claim)).collect();
        let parameters: [&(dyn postgres::types::ToSql + Sync); 6] =
            [&i64::from(self.issue.0), &self.now, &seqs, &owners, &versions, &again];
        let mut marked = HashSet::new();
        for row in transaction.query(statement, &parameters)? {
            let to = state(&row, 1)?;
            written.transitions.push((state(&row, 0)?, to));
            if to == State::Transmitting {
                marked.insert((row.get::<_, i64>(2), row.get::<_, i64>(3)));
            }
        }
        written.granted.extend(seqs.into_iter().zip(owners).map(|claim| marked.contains(&claim)));
        Ok(())
    }
}

/// Splits `settlements` so that no part contains a row twice: one statement can update a row only
/// once.
fn without_repeats(settlements: &[Settlement]) -> Vec<&[Settlement]> {
    let mut runs = Vec::new();
    let (mut start, mut seen) = (0, HashSet::new());
    for (at, settlement) in settlements.iter().enumerate() {
        if !seen.insert(settlement.claim.seq) {
            runs.push(&settlements[start..at]);
            (start, seen) = (at, HashSet::from([settlement.claim.seq]));
        }
    }
    if start < settlements.len() {
        runs.push(&settlements[start..]);
    }
    runs
}
