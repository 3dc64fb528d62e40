//! The ledger: what is known about every subscriber of every delivery, durable before it matters. A SQLite file, or a
//! PostgreSQL database that several machines share.
//!
//! ```text
//!             take in hand       mark, durable           the server answered
//!  planned ----------> (claimed) ------------> dot ----+---------------------> accepted
//!     ^  ^                 |                    |      +---------------------> refused
//!     |  |  connection     |                    |      +---> deferred ---+
//!     |  +---- lost -------+                    |      |  claimed again at `next_at`, refused when given up
//!     |                    |                    |      +-----------------> in doubt --> planned (resend)
//!     +--- the dot never went out, or ----------+      answer lost,     \--> given up (skip)
//!          the run stopped on a policy                 or sender died
//!
//!  planned, deferred --> suppressed: looked up with the claim and, last, in the very commit that marks the dot
//! ```
//!
//! - Letter and audience are frozen in one transaction: a plan is whole or absent.
//! - `dot` means: the final dot may have gone out. It is committed and synced before that of a message is written. A row found
//!   in it whose sender died is in doubt, nobody knows whether the server took the message, unless the `tally` does.
//! - In SQLite rows are marked before they are handed out, up to a hundred with one sync ([`Marks::Tally`]); in PostgreSQL
//!   each one when its dot is about to go out ([`Marks::Ledger`]).
//! - A claim belongs to one sender. In SQLite there is one, who holds the lock, and its claims are kept in memory; in
//!   PostgreSQL each row names its sender, who has to say in time that it lives, and a mark only succeeds in its hand.
//! - Suppressions stand beside the plans, survive every list, and always win.
//!
//! Not its business: which rows to take up when, and what an answer means (`writer`, `outcome`).

mod plan;
mod postgres;
mod rows;
mod sqlite;
mod suppression;
mod tally;
mod work;

pub use plan::{FrozenVersion, NewPlan, Plan, Plans};
pub use postgres::Server;
pub use rows::{Counts, Entry, Resolution, Row, Rows, State, Summary};
pub use sqlite::{Salvage, Saved, Sqlite};
pub use suppression::{Suppression, Suppressions};
pub use tally::{MachineStart, Note, Tally};
pub use work::{Claim, Claimed, Mark, Marks, Settlement, Turn, Unreachable, Work, Written};

use std::path::PathBuf;

use chrono::{DateTime, Utc};

use crate::model::IssueNumber;

/// An open ledger.
pub trait Ledger: Plans + Rows + Suppressions + Work + Send {}

impl<L: Plans + Rows + Suppressions + Work + Send> Ledger for L {}

/// Where a ledger is.
#[derive(Debug, Clone)]
pub enum Place {
    /// In a SQLite file.
    File(PathBuf),
    /// In a PostgreSQL database.
    Server(Box<Server>),
}

/// Opens the ledger at `place` for writing, making it when there is none.
///
/// Errors say what is wrong with it: not a ledger, damaged, written by a newer version, read-only, not to be reached.
pub fn open(place: &Place) -> anyhow::Result<Box<dyn Ledger>> {
    Ok(match place {
        Place::File(path) => Box::new(Sqlite::open(path)?),
        Place::Server(server) => Box::new(server.open()?),
    })
}

/// Opens the ledger at `place` to deliver `issue` from it. Where only one process may, and another does, the inner error says
/// who: `pid 4711, issue 42, since 2026-11-24 09:02:11 UTC`. `machine` is its present start, where that can be known.
///
/// Errors as [`open()`] does.
pub fn open_to_deliver(
    place: &Place,
    issue: IssueNumber,
    now: DateTime<Utc>,
    machine: Option<MachineStart>,
) -> anyhow::Result<Result<Box<dyn Ledger>, String>> {
    match place {
        Place::File(path) => {
            Ok(Sqlite::open_locked(path, issue, now, machine)?.map(|ledger| Box::new(ledger) as Box<dyn Ledger>))
        }
        Place::Server(_) => open(place).map(Ok),
    }
}

/// Opens the ledger at `place` for reading, also while a delivery writes to it; `None` when there is none.
pub fn open_to_read(place: &Place) -> anyhow::Result<Option<Box<dyn Ledger>>> {
    Ok(match place {
        Place::File(path) => Sqlite::open_to_read(path)?.map(|ledger| Box::new(ledger) as Box<dyn Ledger>),
        Place::Server(server) => server.open_to_read()?.map(|ledger| Box::new(ledger) as Box<dyn Ledger>),
    })
}
