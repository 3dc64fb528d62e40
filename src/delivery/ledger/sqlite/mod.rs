//! The ledger in a SQLite file: one machine, one sender at a time.

mod lock;
mod open;
mod place;
mod plan;
mod recovery;
mod rows;
mod salvage;
mod suppression;
mod work;

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::Context;
use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::{Counts, MachineStart, State};
use crate::model::IssueNumber;
use lock::Lock;
pub use salvage::{Salvage, Saved};

/// An open ledger file.
#[derive(Debug)]
pub struct Sqlite {
    connection: Connection,
    path: PathBuf,
    /// The present start of this machine, where that is known.
    machine: Option<MachineStart>,
    /// The right to deliver, once it is taken.
    lock: Option<Lock>,
    hold: Hold,
    /// Where the rows of an issue are, once they have been counted and while nobody else can move them.
    counted: Option<(IssueNumber, Counts)>,
}

/// The rows this process has in hand.
#[derive(Debug, Default)]
struct Hold {
    /// Planned rows up to this one have been handed out.
    cursor: u32,
    /// Handed out and not settled yet. Nobody else moves them, so what is known here need not be asked of the file.
    held: HashMap<u32, Held>,
}

/// A row in hand.
#[derive(Debug, Clone, Copy)]
struct Held {
    state: State,
    /// The version of the letter it was marked for.
    letter: Option<u32>,
}

/// A time the ledger kept.
fn time(seconds: i64) -> anyhow::Result<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0).with_context(|| format!("the ledger holds an impossible time, `{seconds}`"))
}
