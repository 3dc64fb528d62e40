//! Who is to get an issue: the rows of a list, each address once.
//!
//! A list may have a million rows: what is kept of each is one byte, and a hash while duplicates are looked for. Whoever
//! needs the people reads the rows again.

use std::collections::hash_map::{Entry as Slot, RandomState};
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

use super::{SkipReason, SubscriberList};
use crate::diagnostic::Diagnostic;
use crate::model::Subscriber;

/// Who is to get an issue, and what became of everybody else on the list.
#[derive(Debug)]
pub struct Audience {
    list: SubscriberList,
    /// What became of each row, in order.
    fates: Vec<Fate>,
    /// Rows that name nobody: one error a row, its place being the row.
    pub rejected: Vec<Diagnostic>,
    /// What is odd about the list but not wrong.
    pub warnings: Vec<Diagnostic>,
}

/// What became of a row. Later ones are more restrictive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// They get it.
    Gets,
    /// They get no mail.
    Skipped(SkipReason),
    /// An earlier row has the address: they get one mail, or none when either says so.
    Merged,
    /// It names nobody.
    Rejected,
}

impl SubscriberList {
    /// Sorts the rows into an audience. Of two rows with one address the first says who they are, the more restrictive
    /// whether they get mail.
    pub fn audience(self) -> Audience {
        let state = RandomState::new();
        let (mut fates, mut rejected, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
        for row in self.rows() {
            fates.push(match row.entry {
                Ok(entry) => {
                    hashes.push(state.hash_one(entry.subscriber.address.key()));
                    entry.skip.map_or(Fate::Gets, Fate::Skipped)
                }
                Err(diagnostic) => {
                    rejected.push(diagnostic);
                    Fate::Rejected
                }
            });
        }
        let shared = repeated(hashes);
        if !shared.is_empty() {
            self.merge(|key| shared.contains(&state.hash_one(key)), &mut fates);
        }
        Audience { warnings: self.warnings.clone(), list: self, fates, rejected }
    }

    /// Merges rows of one address, of those that may have one with another row: two addresses can have the same hash.
    fn merge(&self, may_be_shared: impl Fn(&str) -> bool, fates: &mut [Fate]) {
        let mut first: HashMap<String, usize> = HashMap::new();
        for (at, row) in self.rows().enumerate() {
            let Ok(entry) = row.entry else { continue };
            let key = entry.subscriber.address.key();
            if !may_be_shared(&key) {
                continue;
            }
            match first.entry(key) {
                Slot::Vacant(slot) => _ = slot.insert(at),
                Slot::Occupied(slot) => {
                    let first = *slot.get();
                    fates[first] = fates[first].max(fates[at]);
                    fates[at] = Fate::Merged;
                }
            }
        }
    }
}

impl Audience {
    /// Who gets it, in the order of the list; read anew from it.
    pub fn subscribers(&self) -> impl Iterator<Item = Subscriber> {
        let rows = self.list.rows().zip(&self.fates).filter(|(_, fate)| **fate == Fate::Gets);
        rows.filter_map(|(row, _)| Some(row.entry.ok()?.subscriber))
    }

    /// What became of each row, in order.
    pub fn fates(&self) -> &[Fate] {
        &self.fates
    }

    /// How many rows have this `fate`.
    pub fn count(&self, fate: Fate) -> u64 {
        self.fates.iter().filter(|one| **one == fate).count() as u64
    }

    /// The list.
    pub fn list(&self) -> &SubscriberList {
        &self.list
    }
}

/// Those of `hashes` that are there more than once.
fn repeated(mut hashes: Vec<u64>) -> HashSet<u64> {
    hashes.sort_unstable();
    hashes.array_windows().filter(|[one, next]| one == next).map(|[one, _]| *one).collect()
}
