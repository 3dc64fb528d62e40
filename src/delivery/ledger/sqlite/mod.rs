//! The ledger in a SQLite file: one machine, one sender at a time.

mod lock;
mod open;
mod place;
mod plan;
mod rows;
mod suppression;
mod work;

use std::collections::HashSet;
use std::path::PathBuf;

use anyhow::Context;
use chrono::{DateTime, Utc};
use rusqlite::Connection;

use lock::Lock;

/// An open ledger file.
#[derive(Debug)]
pub struct Sqlite {
    connection: Connection,
    path: PathBuf,
    /// The right to deliver, once it is taken.
    _lock: Option<Lock>,
    hold: Hold,
}

/// The rows this process has in hand.
#[derive(Debug, Default)]
struct Hold {
    /// Planned rows up to this one have been handed out.
    cursor: u32,
    /// Handed out and not settled yet.
    held: HashSet<u32>,
}

/// A time the ledger kept.
fn time(seconds: i64) -> anyhow::Result<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0).with_context(|| format!("the ledger holds an impossible time, `{seconds}`"))
}
