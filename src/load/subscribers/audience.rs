//! Who is to get an issue: the rows of a list, each address once.
//!
//! A list may have a million rows: what is kept of each is one byte, and a hash while duplicates are looked for. Whoever
//! needs the people reads the rows again.

use std::collections::hash_map::{Entry as Slot, RandomState};
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;
use std::iter;

use super::rows::RowsAgain;
use super::text::Guessed;
use super::{Row, SkipReason, SubscriberList};
use crate::diagnostic::Diagnostic;
use crate::load::Problems;
use crate::model::Subscriber;

/// Who is to get an issue, and what became of everybody else on the list.
#[derive(Debug)]
pub struct Audience {
    list: SubscriberList,
    /// What became of each row, in order.
    fates: Vec<Fate>,
    /// Of the line of each row that was merged the line of the row it was merged into.
    earlier: HashMap<usize, usize>,
    /// The SHA-256 of the list the fates are of, in hex.
    digest: String,
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
    ///
    /// Errors when it cannot be read.
    pub fn audience(self) -> Result<Audience, Problems> {
        let state = RandomState::new();
        let (mut fates, mut rejected, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
        let mut rows = self.rows()?;
        for row in &mut rows {
            fates.push(match row?.entry {
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
        let digest = rows.text().digest();
        let guessed = rows.text().guessed().map(|guessed| self.warning(guessed));
        let shared = repeated(hashes);
        let mut earlier = HashMap::new();
        if !shared.is_empty() {
            earlier = self.merge(&digest, |key| shared.contains(&state.hash_one(key)), &mut fates)?;
        }
        let warnings = guessed.into_iter().chain(self.warnings.iter().cloned()).collect();
        Ok(Audience { list: self, fates, earlier, digest, rejected, warnings })
    }

    /// Merges rows of one address, of those that may have one with another row: two addresses can have the same hash.
    /// Answers the line of each row that was merged with the line of the row it was merged into.
    fn merge(
        &self,
        digest: &str,
        may_be_shared: impl Fn(&str) -> bool,
        fates: &mut [Fate],
    ) -> Result<HashMap<usize, usize>, Problems> {
        let mut first: HashMap<String, (usize, usize)> = HashMap::new();
        let mut merged = HashMap::new();
        for (at, row) in RowsAgain::of(self, digest)?.enumerate() {
            let Row { line, entry, .. } = row?;
            let Ok(entry) = entry else { continue };
            let key = entry.subscriber.address.key();
            if !may_be_shared(&key) {
                continue;
            }
            if at >= fates.len() {
                return Err(self.changed());
            }
            match first.entry(key) {
                Slot::Vacant(slot) => _ = slot.insert((at, line)),
                Slot::Occupied(slot) => {
                    let (first, first_line) = *slot.get();
                    fates[first] = fates[first].max(fates[at]);
                    fates[at] = Fate::Merged;
                    merged.insert(line, first_line);
                }
            }
        }
        Ok(merged)
    }

    fn warning(&self, guessed: &Guessed) -> Diagnostic {
        let Guessed { line, text, count } = guessed;
        let text = text.trim_end();
        let more = if *count == 1 { String::new() } else { format!(", nor are {} after it", count - 1) };
        let message = format!("this line is not UTF-8{more}; read as windows-1252");
        Diagnostic::warning(message, &self.part(*line, text), 0..text.len())
            .help("save the list as UTF-8 to be sure of names")
    }
}

impl Audience {
    /// Who gets it, in the order of the list; read anew from it.
    ///
    /// Errors when it cannot be read, or is another by now: then this audience is nobody's. That is known when all have been
    /// read, so whoever acts on the people one by one must be able to take it back.
    pub fn subscribers(&self) -> Result<impl Iterator<Item = Result<Subscriber, Problems>>, Problems> {
        let rows = RowsAgain::of(&self.list, &self.digest)?;
        // Rows that come after all the others get nothing; the digest will tell.
        let fates = self.fates.iter().copied().chain(iter::repeat(Fate::Rejected));
        Ok(rows.zip(fates).filter_map(|(row, fate)| match row {
            Ok(row) if fate == Fate::Gets => Some(Ok(row.entry.ok()?.subscriber)),
            Ok(_) => None,
            Err(problems) => Some(Err(problems)),
        }))
    }

    /// Who gets it at the mailbox with this `key`.
    ///
    /// Errors when the list cannot be read, or is another by now.
    pub fn find(&self, key: &str) -> Result<Option<Subscriber>, Problems> {
        for subscriber in self.subscribers()? {
            let subscriber = subscriber?;
            if subscriber.address.key() == key {
                return Ok(Some(subscriber));
            }
        }
        Ok(None)
    }

    /// What became of each row, in order.
    pub fn fates(&self) -> &[Fate] {
        &self.fates
    }

    /// How many rows have this `fate`.
    pub fn count(&self, fate: Fate) -> u64 {
        self.fates.iter().filter(|one| **one == fate).count() as u64
    }

    /// The line that has the address of the row in `line` first, when another one does.
    pub fn earlier(&self, line: usize) -> Option<usize> {
        self.earlier.get(&line).copied()
    }

    /// The SHA-256 of the list as it was sorted, in hex.
    pub fn digest(&self) -> &str {
        &self.digest
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
