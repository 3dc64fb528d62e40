//! Who is to get an issue: the rows of a list, each address once.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use super::{SkipReason, SubscriberList};
use crate::diagnostic::Diagnostic;
use crate::model::{EmailAddress, Subscriber};

/// Who is to get an issue, and what became of everybody else on the list. Every row of the file is in exactly one of
/// `subscribers`, `skipped`, `merged` and `rejected`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audience {
    /// Who gets it, in the order of the list.
    pub subscribers: Vec<Subscriber>,
    /// Who is on the list and gets no mail.
    pub skipped: Vec<Skip>,
    /// Rows whose address an earlier row had.
    pub merged: Vec<Merge>,
    /// Rows that name nobody: one error a row, its place being the row.
    pub rejected: Vec<Diagnostic>,
    /// What is odd about the list but not wrong.
    pub warnings: Vec<Diagnostic>,
}

/// A row that gets no mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// Its line, from 1.
    pub line: usize,
    /// Its address.
    pub address: EmailAddress,
    /// Why.
    pub reason: SkipReason,
}

/// A row whose address an earlier row had: they get one mail, or none when either says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// Its line, from 1.
    pub line: usize,
    /// The earlier row's line.
    pub first_line: usize,
    /// Its address.
    pub address: EmailAddress,
}

impl SubscriberList {
    /// Sorts the rows into an audience. Of two rows with one address the first says who they are, the more restrictive
    /// whether they get mail.
    pub fn audience(&self) -> Audience {
        let mut audience = Audience { warnings: self.warnings.clone(), ..Audience::default() };
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut entries = Vec::new();
        for row in self.rows() {
            let entry = match row.entry {
                Ok(entry) => entry,
                Err(diagnostic) => {
                    audience.rejected.push(diagnostic);
                    continue;
                }
            };
            match seen.entry(entry.subscriber.address.key()) {
                Slot::Vacant(slot) => {
                    slot.insert(entries.len());
                    entries.push((row.line, entry));
                }
                Slot::Occupied(slot) => {
                    let (first_line, first) = &mut entries[*slot.get()];
                    first.skip = first.skip.max(entry.skip);
                    let address = entry.subscriber.address;
                    audience.merged.push(Merge { line: row.line, first_line: *first_line, address });
                }
            }
        }
        for (line, entry) in entries {
            match entry.skip {
                None => audience.subscribers.push(entry.subscriber),
                Some(reason) => audience.skipped.push(Skip { line, address: entry.subscriber.address, reason }),
            }
        }
        audience
    }
}
