//! Creates the schema from `schema_N.sql`, and migrates ledgers of older schemas.
//!
//! Before plans had a courier, only the replies of the rows distinguished a rehearsal from mail,
//! and a killed rehearsal could be continued as mail. Such a plan is migrated so that no subscriber
//! is mailed twice or skipped:
//!
//! | its rows | the plan | its rows that were written to the outbox |
//! |---|---|---|
//! | some written to the outbox, no reply for the others | rehearsal | stay |
//! | the same, and some in flight in a run that is a rehearsal by its transmit log | rehearsal | stay |
//! | some written to the outbox, and any other reply, doubt, or rows in flight | mail | planned again: they were not mailed |
//! | none written to the outbox | mail | |

use rusqlite::{Connection, params};

use crate::ledger::transmit_log::PreviousRun;
use crate::message::PlanId;
use crate::model::IssueNumber;

/// The steps from an empty file to today's schema. A step that was released never changes; add one.
const MIGRATIONS: &[&str] = &[
    include_str!("schema_1.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql"),
    include_str!("schema_6.sql"),
    include_str!("schema_7.sql"),
];

/// Today's schema version.
pub(super) const NEWEST: i64 = MIGRATIONS.len().cast_signed() as i64;

/// The first version that records the courier of a plan.
const WITH_COURIER: i64 = 4;

/// Rows that were written to an outbox, in versions before [`WITH_COURIER`].
const WRITTEN: &str = "state = 2 AND code = 0 AND text LIKE 'written to %'";

/// Reads the transmit log of the previous run of a plan.
pub(super) type PreviousRunReader<'a> = &'a dyn Fn(IssueNumber, PlanId, u32) -> Option<PreviousRun>;

/// Migrates a ledger from schema `version`. To be called in a transaction.
pub(super) fn migrate(
    connection: &Connection,
    version: i64,
    read_previous_run: PreviousRunReader<'_>,
) -> rusqlite::Result<()> {
    for step in MIGRATIONS.iter().skip(usize::try_from(version).unwrap_or(0)) {
        connection.execute_batch(step)?;
    }
    if (1..WITH_COURIER).contains(&version) {
        classify_rehearsals(connection, read_previous_run)?;
    }
    Ok(())
}

/// Sets the courier of every plan, and plans the rows again that were counted as accepted although
/// they were only written to a file.
pub(super) fn classify_rehearsals(
    connection: &Connection,
    read_previous_run: PreviousRunReader<'_>,
) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "UPDATE plan SET courier = 'outbox'
         WHERE EXISTS (SELECT 1 FROM delivery WHERE delivery.issue = plan.issue AND {WRITTEN})
           AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.issue = plan.issue
                           AND state NOT IN (0, 1, 6) AND NOT ({WRITTEN}))"
    ))?;
    let mut unclear = connection.prepare(
        "SELECT issue, id, runs FROM plan WHERE courier = 'outbox'
           AND EXISTS (SELECT 1 FROM delivery WHERE delivery.issue = plan.issue AND state = 1)",
    )?;
    let plans = unclear.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    for (issue, id, run) in plans.collect::<Result<Vec<(u32, [u8; 16], u32)>, _>>()? {
        let previous_run = read_previous_run(IssueNumber(issue), PlanId(id), run);
        if !previous_run.is_some_and(|previous_run| previous_run.is_of_rehearsal()) {
            connection.execute("UPDATE plan SET courier = 'smtp' WHERE issue = ?", params![issue])?;
        }
    }
    connection.execute_batch(&format!(
        "UPDATE plan SET taken_back = (SELECT count(*) FROM delivery WHERE delivery.issue = plan.issue AND {WRITTEN})
         WHERE courier <> 'outbox';
         UPDATE delivery SET state = 0, letter = NULL
         WHERE issue IN (SELECT issue FROM plan WHERE courier <> 'outbox') AND {WRITTEN}"
    ))
}
