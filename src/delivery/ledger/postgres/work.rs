//! Claims, marks and settlements in the database: one statement each for as many rows as there are.

use std::collections::HashSet;

use chrono::{DateTime, SubsecRound, Utc};
use postgres::Transaction;

use super::rows::{row_to_send, state};
use super::session::Session;
use super::{Postgres, Server};
use crate::delivery::ledger::{Claim, Claimed, Counts, Mark, Marks, Plan, Row, Settlement, State, Turn, Work, Written};
use crate::delivery::quota::minute;
use crate::model::IssueNumber;

/// Rows that are due, in nobody's hand and not just being taken by somebody else.
const CLAIM_DUE: &str = "
    WITH free AS MATERIALIZED (
        SELECT seq FROM delivery WHERE issue = $1 AND state = 3 AND owner IS NULL AND next_at <= $3
        ORDER BY next_at LIMIT $4 FOR UPDATE SKIP LOCKED
    )
    UPDATE delivery SET owner = $2 FROM free WHERE delivery.issue = $1 AND delivery.seq = free.seq
    RETURNING delivery.seq, address, fields, attempts, letter,
              EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = delivery.address_key)";

const CLAIM_PLANNED: &str = "
    WITH free AS MATERIALIZED (
        SELECT seq FROM delivery WHERE issue = $1 AND state = 0 AND owner IS NULL
        ORDER BY seq LIMIT $3 FOR UPDATE SKIP LOCKED
    )
    UPDATE delivery SET owner = $2 FROM free WHERE delivery.issue = $1 AND delivery.seq = free.seq
    RETURNING delivery.seq, address, fields, attempts, letter,
              EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = delivery.address_key)";

/// Rows of a claim that came through, although its answer was lost.
const CLAIMED_ALREADY: &str = "
    SELECT seq, address, fields, attempts, letter,
           EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = delivery.address_key)
    FROM delivery WHERE issue = $1 AND owner = $2 AND state IN (0, 3) AND seq <> ALL ($3)
    ORDER BY seq LIMIT $4";

/// What became of rows. Only the hand that holds a row can say so, or held it when it came in doubt and nobody has decided
/// about it since. A deferred row is anybody's; one to be sent again stays in hand while that hand lives.
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

/// Marks: only in the hand that holds the row, only what is to be sent. Or what is marked already, when the answer to the
/// very same mark was lost. Each mark is answered for its own hand: who was taken for dead may hold a row once more.
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

const SUPPRESS: &str = "
    INSERT INTO suppression (address_key, address, reason, at)
    SELECT address_key, address, $2, $3 FROM delivery WHERE issue = $1 AND seq = $4
    ON CONFLICT (address_key) DO NOTHING";

/// What a turn that is written twice adds twice: rather too much than too little.
const COUNT: &str = "
    INSERT INTO sent (account, minute, messages) VALUES ($1, $2, $3)
    ON CONFLICT (account, minute) DO UPDATE SET messages = sent.messages + excluded.messages";

impl Work for Postgres {
    fn time(&mut self, _here: DateTime<Utc>) -> anyhow::Result<DateTime<Utc>> {
        let time: DateTime<Utc> =
            self.with(|session| Ok(session.client.query_one("SELECT clock_timestamp()", &[])?.get(0)))?;
        Ok(time.trunc_subsecs(0))
    }

    fn senders(&mut self) -> anyhow::Result<Vec<String>> {
        let alive = "SELECT name, issue, started FROM sender
                     WHERE ended IS NULL AND until > clock_timestamp() ORDER BY id";
        let described = |row: &postgres::Row| {
            let (name, issue): (&str, i64) = (row.get(0), row.get(1));
            format!("{name}, issue {issue}, since {} UTC", row.get::<_, DateTime<Utc>>(2).format("%F %T"))
        };
        self.with(|session| Ok(session.client.query(alive, &[])?.iter().map(described).collect()))
    }

    fn recover(&mut self, _issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<u64> {
        self.bury(now)
    }

    fn marks(&mut self, _plan: &Plan, _repeatable: bool) -> anyhow::Result<Marks> {
        Ok(Marks::Ledger)
    }

    fn claim(&mut self, issue: IssueNumber, now: DateTime<Utc>, most: usize) -> anyhow::Result<Claimed> {
        let (server, mut sender) = (self.server.clone(), self.sender);
        let held = self.held.iter().filter(|claim| Some(claim.fence) == sender);
        let held: Vec<_> = held.map(|claim| i64::from(claim.seq)).collect();
        let lost = std::mem::replace(&mut self.claim_lost, true);
        let claimed = self.with(|session| {
            let [due, planned] = [session.prepared(CLAIM_DUE)?, session.prepared(CLAIM_PLANNED)?];
            let number = i64::from(issue.0);
            let most = i64::try_from(most)?;
            let mut transaction = session.client.transaction()?;
            let fence = Self::alive(&mut transaction, &server, &mut sender, issue)?;
            let mut rows = Vec::new();
            if lost {
                rows = transaction.query(CLAIMED_ALREADY, &[&number, &fence, &held, &most])?;
            }
            let left = most - i64::try_from(rows.len())?;
            if left > 0 {
                rows.extend(transaction.query(&due, &[&number, &fence, &now, &left])?);
            }
            let left = most - i64::try_from(rows.len())?;
            if left > 0 {
                let mut planned = transaction.query(&planned, &[&number, &fence, &left])?;
                planned.sort_by_key(|row| row.get::<_, i64>(0));
                rows.extend(planned);
            }
            transaction.commit()?;
            sender = Some(fence);
            sorted(&rows, fence)
        })?;
        self.sender = sender;
        // There may be more of them than were asked for now.
        self.claim_lost = lost && claimed.rows.len() + claimed.suppressed.len() >= most;
        self.held.extend(claimed.rows.iter().map(Row::claim));
        self.held.extend(&claimed.suppressed);
        Ok(claimed)
    }

    fn next_due(&mut self, issue: IssueNumber) -> anyhow::Result<Option<DateTime<Utc>>> {
        let next = "SELECT min(next_at) FROM delivery WHERE issue = $1 AND state = 3";
        self.with(|session| Ok(session.client.query_one(next, &[&i64::from(issue.0)])?.get(0)))
    }

    fn write(&mut self, issue: IssueNumber, now: DateTime<Utc>, turn: &Turn) -> anyhow::Result<Written> {
        let (server, unsure) = (self.server.clone(), self.unsure.clone());
        let mut sender = self.sender;
        let written = self.with(|session| {
            let writing = Writing { server: &server, issue, now, unsure: &unsure };
            writing.write(session, &mut sender, turn)
        });
        self.sender = sender;
        match &written {
            Ok(written) => {
                self.unsure.clear();
                let done = turn.settlements.iter().filter(|settlement| settlement.state != State::Planned);
                let refused = turn.marks.iter().zip(&written.goes).filter(|&(_, &go)| !go).map(|(mark, _)| mark.claim);
                for claim in done.map(|settlement| settlement.claim).chain(refused) {
                    self.held.remove(&claim);
                }
                let again = turn.settlements.iter().filter(|settlement| settlement.state == State::Planned);
                self.held.extend(again.map(|settlement| settlement.claim));
            }
            Err(_) => self.unsure.extend(turn.marks.iter().map(|mark| mark.claim)),
        }
        written
    }

    fn keep_up(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<Option<Counts>> {
        self.look_around(issue, now)
    }

    fn leave(&mut self, _issue: IssueNumber) -> anyhow::Result<()> {
        self.resign()
    }
}

/// The rows claimed by the sender `fence`, each where it belongs.
fn sorted(rows: &[postgres::Row], fence: i64) -> anyhow::Result<Claimed> {
    let mut claimed = Claimed::default();
    for row in rows {
        let suppressed: bool = row.get(5);
        let row = row_to_send(row, fence)?;
        if suppressed {
            claimed.suppressed.push(row.claim());
        } else {
            claimed.rows.push(row);
        }
    }
    Ok(claimed)
}

/// A turn about to be written.
struct Writing<'a> {
    server: &'a Server,
    issue: IssueNumber,
    now: DateTime<Utc>,
    unsure: &'a HashSet<Claim>,
}

impl Writing<'_> {
    fn write(&self, session: &mut Session, sender: &mut Option<i64>, turn: &Turn) -> anyhow::Result<Written> {
        let [settle, suppress, mark, count] =
            [SETTLE, SUPPRESS, MARK, COUNT].map(|statement| session.prepared(statement));
        let (settle, suppress, mark, count) = (settle?, suppress?, mark?, count?);
        let mut transaction = session.client.transaction()?;
        let fence = Postgres::alive(&mut transaction, self.server, sender, self.issue)?;
        let mut written = Written::default();
        for settlements in without_repeats(&turn.settlements) {
            self.settle(&mut transaction, &settle, fence, settlements, &mut written)?;
        }
        for settlement in &turn.settlements {
            if let Some(reason) = settlement.suppress {
                let seq = i64::from(settlement.claim.seq);
                transaction.execute(&suppress, &[&i64::from(self.issue.0), &reason, &self.now, &seq])?;
            }
        }
        if !turn.marks.is_empty() {
            self.mark(&mut transaction, &mark, &turn.marks, &mut written)?;
        }
        for (account, messages) in &turn.sent {
            transaction.execute(&count, &[account, &minute(self.now), &messages.cast_signed()])?;
        }
        transaction.commit()?;
        *sender = Some(fence);
        Ok(written)
    }

    fn settle(
        &self,
        transaction: &mut Transaction<'_>,
        statement: &postgres::Statement,
        fence: i64,
        settlements: &[Settlement],
        written: &mut Written,
    ) -> anyhow::Result<()> {
        let reply = |settlement: &Settlement| settlement.reply.clone();
        let seqs: Vec<_> = settlements.iter().map(|one| i64::from(one.claim.seq)).collect();
        let owners: Vec<_> = settlements.iter().map(|one| one.claim.fence).collect();
        let states: Vec<_> = settlements.iter().map(|one| one.state as i16).collect();
        let answers: Vec<_> = settlements.iter().map(|one| one.answers().cast_signed()).collect();
        let due: Vec<_> = settlements.iter().map(|one| one.next_at).collect();
        let codes: Vec<_> = settlements.iter().map(|one| reply(one).map(|reply| i32::from(reply.code))).collect();
        let enhanced: Vec<_> = settlements
            .iter()
            .map(|one| reply(one).and_then(|reply| reply.enhanced).map(|enhanced| enhanced.to_string()))
            .collect();
        // PostgreSQL takes no zero bytes in a text, and a server can say anything.
        let texts: Vec<_> =
            settlements.iter().map(|one| reply(one).map(|reply| reply.text.replace('\0', ""))).collect();
        let issue = i64::from(self.issue.0);
        let rows = transaction.query(
            statement,
            &[&issue, &fence, &self.now, &seqs, &owners, &states, &answers, &due, &codes, &enhanced, &texts],
        )?;
        for row in rows {
            written.moves.push((state(&row, 0)?, state(&row, 1)?));
        }
        Ok(())
    }

    fn mark(
        &self,
        transaction: &mut Transaction<'_>,
        statement: &postgres::Statement,
        marks: &[Mark],
        written: &mut Written,
    ) -> anyhow::Result<()> {
        let seqs: Vec<_> = marks.iter().map(|mark| i64::from(mark.claim.seq)).collect();
        let owners: Vec<_> = marks.iter().map(|mark| mark.claim.fence).collect();
        let versions: Vec<_> = marks.iter().map(|mark| mark.version.cast_signed()).collect();
        let again: Vec<_> = marks.iter().map(|mark| self.unsure.contains(&mark.claim)).collect();
        let parameters: [&(dyn postgres::types::ToSql + Sync); 6] =
            [&i64::from(self.issue.0), &self.now, &seqs, &owners, &versions, &again];
        let mut marked = HashSet::new();
        for row in transaction.query(statement, &parameters)? {
            let to = state(&row, 1)?;
            written.moves.push((state(&row, 0)?, to));
            if to == State::Dot {
                marked.insert((row.get::<_, i64>(2), row.get::<_, i64>(3)));
            }
        }
        written.goes.extend(seqs.into_iter().zip(owners).map(|hand| marked.contains(&hand)));
        Ok(())
    }
}

/// `settlements` in runs in which no row comes twice: one statement can only move a row once.
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
