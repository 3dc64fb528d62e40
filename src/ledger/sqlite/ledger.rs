//! Holds an open ledger file: its connection, its lock and the rows claimed from it.

use std::path::PathBuf;

use rusqlite::Connection;

use super::accepted_rows::AcceptedRows;
use super::checkpoint::Checkpoint;
use super::claimed_rows::ClaimedRows;
use super::file_watch::FileWatch;
use super::lock::Lock;
use crate::ledger::transmit_log::MachineStart;
use crate::model::{Counts, IssueNumber};

/// An open ledger file.
#[derive(Debug)]
pub struct Sqlite {
    /// The log of a plan that is being copied. Declared before the connection, which must be the last to be closed.
    pub(super) checkpoint: Option<Checkpoint>,
    pub(super) connection: Connection,
    /// The rows being settled, for a function of the connection.
    pub(super) accepted: AcceptedRows,
    pub(super) path: PathBuf,
    /// The current start of this machine, if known.
    pub(super) machine: Option<MachineStart>,
    /// The right to deliver, once taken. Declared after the connection, which must be closed first.
    pub(super) lock: Option<Lock>,
    /// The files of the ledger, during a delivery.
    pub(super) watch: Option<FileWatch>,
    pub(super) claimed: ClaimedRows,
    /// The counts of one issue, once counted and as long as no other process can change its rows.
    pub(super) counted: Option<(IssueNumber, Counts)>,
}
