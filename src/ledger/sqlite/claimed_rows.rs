//! Remembers the rows this process has claimed. Only one process claims rows at a time, so claims
//! are not written to the file.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::model::State;

/// The rows this process has claimed.
#[derive(Debug, Default)]
pub(super) struct ClaimedRows {
    /// The last planned row that was handed out.
    pub(super) cursor: u32,
    /// The rows handed out and not settled yet. No other process changes them, so their state need
    /// not be read from the file.
    pub(super) rows: HashMap<u32, ClaimedRow>,
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
