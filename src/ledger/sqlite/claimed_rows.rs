//! Remembers the rows this process has claimed. Only one process claims rows at a time, so claims
//! are not written to the file.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};

use crate::ledger::row::Row;
use crate::model::State;

/// The rows this process has claimed.
#[derive(Debug, Default)]
pub(super) struct ClaimedRows {
    /// The last planned row that was handed out.
    pub(super) cursor: u32,
    /// The rows handed out and not settled yet. No other process changes them, so their state need
    /// not be read from the file.
    pub(super) rows: HashMap<u32, ClaimedRow>,
    /// The planned rows after the cursor that have been read, and are not claimed.
    pub(super) read_ahead: ReadAhead,
}

/// Planned rows that were read many at once. What is in the file may have changed since: whoever marks a row looks
/// whether it may still be sent.
#[derive(Debug, Default)]
pub(super) struct ReadAhead {
    pub(super) rows: VecDeque<ReadRow>,
    /// The number of rows read last.
    pub(super) last: usize,
    /// The file's `data_version` then.
    pub(super) version: i64,
}

/// A row that was read and may be claimed.
#[derive(Debug)]
pub(super) enum ReadRow {
    ToSend(Row),
    /// Its number. Its address may be one of nobody any more.
    Suppressed(u32),
}

impl ReadRow {
    pub(super) fn seq(&self) -> u32 {
        match self {
            Self::ToSend(row) => row.seq,
            Self::Suppressed(seq) => *seq,
        }
    }
}

/// A claimed row.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClaimedRow {
    pub(super) state: State,
    /// The version of the letter it was marked for.
    pub(super) letter: Option<u32>,
}

impl ClaimedRows {
    /// Claims row `seq`; returns false if it is claimed already.
    pub(super) fn take(&mut self, seq: u32, state: State) -> bool {
        match self.rows.entry(seq) {
            Entry::Occupied(_) => false,
            Entry::Vacant(place) => {
                place.insert(ClaimedRow { state, letter: None });
                true
            }
        }
    }
}
