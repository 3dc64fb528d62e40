//! Opens a ledger, file or database.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::contract::Ledger;
use super::postgres::PostgresServer;
use super::sender::LockHolder;
use super::sqlite::Sqlite;
use super::transmit_log::MachineStart;
use crate::model::IssueNumber;

/// The location of a ledger.
#[derive(Debug, Clone)]
pub enum LedgerLocation {
    /// In a SQLite file.
    File(PathBuf),
    /// In a PostgreSQL database.
    Server(Box<PostgresServer>),
}

/// Opens the ledger at `location` for writing, and creates it if there is none.
///
/// Errors name the fault: not a ledger, damaged, written by a newer version, read-only,
/// unreachable.
pub fn open(location: &LedgerLocation) -> anyhow::Result<Box<dyn Ledger>> {
    Ok(match location {
        LedgerLocation::File(path) => Box::new(Sqlite::open(path)?),
        LedgerLocation::Server(server) => Box::new(server.open()?),
    })
}

/// Opens the ledger at `location` to deliver `issue` of the newsletter in the folder `home`. The
/// inner error names another process that is delivering from a ledger that allows only one.
/// `machine` is the current start of this machine, if known.
///
/// Errors as [`open()`] does.
pub fn open_to_deliver(
    location: &LedgerLocation,
    home: &Path,
    issue: IssueNumber,
    now: DateTime<Utc>,
    machine: Option<MachineStart>,
) -> anyhow::Result<Result<Box<dyn Ledger>, LockHolder>> {
    match location {
        LedgerLocation::File(path) => {
            Ok(Sqlite::open_locked(path, home, issue, now, machine)?.map(|ledger| Box::new(ledger) as Box<dyn Ledger>))
        }
        LedgerLocation::Server(_) => open(location).map(Ok),
    }
}

/// Opens the ledger at `location` for reading, even during a delivery; `None` if it does not exist.
/// `machine` is the current start of this machine, if known.
pub fn open_to_read(
    location: &LedgerLocation,
    machine: Option<MachineStart>,
) -> anyhow::Result<Option<Box<dyn Ledger>>> {
    Ok(match location {
        LedgerLocation::File(path) => {
            Sqlite::open_to_read(path, machine)?.map(|ledger| Box::new(ledger) as Box<dyn Ledger>)
        }
        LedgerLocation::Server(server) => server.open_to_read()?.map(|ledger| Box::new(ledger) as Box<dyn Ledger>),
    })
}
