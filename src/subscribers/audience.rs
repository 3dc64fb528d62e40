//! Selects the recipients of an issue from the rows of a list, each address once.
//!
//! A list may have a million rows, so only one byte is kept for each, and a hash while looking for
//! duplicates. The subscribers themselves are read from the list again.

use std::collections::hash_map::{Entry as Slot, RandomState};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::BuildHasher;
use std::iter;

use crate::config::Newsletter;
use crate::diagnostic::{Diagnostic, Problems};
use crate::model::Subscriber;
use crate::subscribers::file::line_reader::GuessedLines;
use crate::subscribers::list;
use crate::subscribers::list::SubscriberList;
use crate::subscribers::row::{ListRow, Rejection};
use crate::subscribers::rows::VerifiedRows;
use crate::subscribers::skip_reason::SkipReason;

/// The recipients of an issue, and the outcome of every other row.
#[derive(Debug)]
pub struct Audience {
    list: SubscriberList,
    /// The outcome of each row, in order.
    outcomes: Vec<RowOutcome>,
    /// The line of each merged row, with the line of the row it was merged into.
    earlier: HashMap<usize, usize>,
    /// The SHA-256 of the list that `fates` belongs to, in hex.
    digest: String,
    /// Rejected rows: one error per row, at its place.
    pub rejected: Vec<Diagnostic>,
    /// Warnings about the list.
    pub warnings: Vec<Diagnostic>,
    /// The values of the status of the configuration that are not among those that get mail.
    excluded_values: BTreeSet<String>,
    /// The number of lines that were not UTF-8, and the name in the first of them.
    guessed: Option<(u64, Option<String>)>,
}

/// The most values kept that get no mail.
const MOST_VALUES: usize = 8;

/// The outcome of a row, in ascending order of restriction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowOutcome {
    /// A recipient.
    Recipient,
    /// A subscriber that gets no mail.
    Skipped(SkipReason),
    /// A duplicate of an earlier row: the subscriber gets one mail, or none if either row excludes
    /// them.
    Duplicate,
    /// Not a valid subscriber.
    Rejected,
}

/// Reads the newsletter's list of subscribers and sorts it into an audience, for letters that show
/// the columns `shown`.
///
/// Errors if the file does not exist or the meaning of a column is unclear; bad rows are part of
/// the result.
pub fn audience(newsletter: &Newsletter, shown: &BTreeSet<String>) -> Result<Audience, Problems> {
    audience_of_rows(newsletter, shown, &mut |_, _| {})
}

/// The same, and `each` sees every row as it is read.
pub fn audience_of_rows(
    newsletter: &Newsletter,
    shown: &BTreeSet<String>,
    each: &mut dyn FnMut(&SubscriberList, &ListRow),
) -> Result<Audience, Problems> {
    list::open(newsletter, Some(shown))?.audience_of_rows(each)
}

impl SubscriberList {
    /// Sorts the rows into an audience. Of two rows with the same address, the first provides the
    /// subscriber, and the more restrictive one decides whether they get mail.
    ///
    /// Errors when it cannot be read.
    pub fn audience(self) -> Result<Audience, Problems> {
        self.audience_of_rows(&mut |_, _| {})
    }

    fn audience_of_rows(self, each: &mut dyn FnMut(&Self, &ListRow)) -> Result<Audience, Problems> {
        let state = RandomState::new();
        let (mut fates, mut rejected, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
        let mut unknown = HashSet::new();
        let mut left_out_as = BTreeSet::new();
        let mut guessed_name = None;
        let mut rows = self.rows()?;
        while let Some(row) = rows.next() {
            let row = row?;
            each(&self, &row);
            let is_guessed = rows.text().guessed().is_some_and(|guessed| guessed.line == row.line);
            fates.push(match row.entry {
                Ok(entry) => {
                    if is_guessed {
                        guessed_name = entry.subscriber.name().filter(|name| !name.is_ascii()).map(str::to_owned);
                    }
                    hashes.push(state.hash_one(entry.subscriber.address.key()));
                    if let Some(value) = entry.excluded_value
                        && left_out_as.len() <= MOST_VALUES
                    {
                        left_out_as.insert(value);
                    }
                    entry.skip.map_or(RowOutcome::Recipient, RowOutcome::Skipped)
                }
                Err(Rejection { diagnostic, status }) => {
                    if status.is_none_or(|status| unknown.insert(status)) {
                        rejected.push(*diagnostic);
                    }
                    RowOutcome::Rejected
                }
            });
        }
        let digest = rows.text().digest();
        if self.digest_of_values.as_ref().is_some_and(|surveyed| *surveyed != digest) {
            return Err(self.changed());
        }
        let guessed = rows.text().guessed().cloned();
        let shared = repeated(hashes);
        let mut earlier = HashMap::new();
        if !shared.is_empty() {
            earlier = self.merge(&digest, |key| shared.contains(&state.hash_one(key)), &mut fates)?;
        }
        let warning = guessed.as_ref().map(|guessed| self.warning(guessed));
        let warnings = warning.into_iter().chain(self.warnings.iter().cloned()).collect();
        let guessed = guessed.map(|guessed| (guessed.count as u64, guessed_name));
        Ok(Audience {
            list: self,
            guessed,
            outcomes: fates,
            earlier,
            digest,
            rejected,
            warnings,
            excluded_values: left_out_as,
        })
    }

    /// Merges rows with the same address among the rows with the same hash; two addresses can have
    /// the same hash. Returns the line of each row that was merged with the line of the row it was
    /// merged into.
    fn merge(
        &self,
        digest: &str,
        may_be_shared: impl Fn(&str) -> bool,
        fates: &mut [RowOutcome],
    ) -> Result<HashMap<usize, usize>, Problems> {
        let mut first: HashMap<String, (usize, usize)> = HashMap::new();
        let mut merged = HashMap::new();
        for (at, row) in VerifiedRows::of(self, digest)?.enumerate() {
            let ListRow { line, entry, .. } = row?;
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
                    fates[at] = RowOutcome::Duplicate;
                    merged.insert(line, first_line);
                }
            }
        }
        Ok(merged)
    }

    fn warning(&self, guessed: &GuessedLines) -> Diagnostic {
        let GuessedLines { line, text, count } = guessed;
        let text = text.trim_end();
        let more = if *count == 1 { String::new() } else { format!(", and neither are {} more", count - 1) };
        let message = format!("this line is not UTF-8{more}; read as windows-1252");
        Diagnostic::warning(message, &self.part(*line, text), 0..text.len())
            .help("save the list as UTF-8 to be sure that names are correct")
    }
}

impl Audience {
    /// Returns the recipients in list order, read again from the list.
    ///
    /// Errors if the list cannot be read or has changed, which makes this audience invalid. A
    /// change is noticed only after the last row, so a caller that acts on recipients one by one
    /// must be able to undo that.
    pub fn subscribers(&self) -> Result<impl Iterator<Item = Result<Subscriber, Problems>>, Problems> {
        let rows = VerifiedRows::of(&self.list, &self.digest)?;
        // Rows added at the end get no mail; the digest reveals them.
        let fates = self.outcomes.iter().copied().chain(iter::repeat(RowOutcome::Rejected));
        Ok(rows.zip(fates).filter_map(|(row, fate)| match row {
            Ok(row) if fate == RowOutcome::Recipient => Some(Ok(row.entry.ok()?.subscriber)),
            Ok(_) => None,
            Err(problems) => Some(Err(problems)),
        }))
    }

    /// Returns the recipient with the mailbox `key`.
    ///
    /// Errors if the list cannot be read or has changed.
    pub fn find(&self, key: &str) -> Result<Option<Subscriber>, Problems> {
        for subscriber in self.subscribers()? {
            let subscriber = subscriber?;
            if subscriber.address.key() == key {
                return Ok(Some(subscriber));
            }
        }
        Ok(None)
    }

    /// Returns the outcome of each row, in order.
    pub fn outcomes(&self) -> &[RowOutcome] {
        &self.outcomes
    }

    /// The values of the status of the configuration that are not among those that get mail: at most nine of them.
    pub fn excluded_values(&self) -> impl Iterator<Item = &str> {
        self.excluded_values.iter().map(String::as_str)
    }

    /// Returns the number of lines that were not UTF-8 and were read as windows-1252, and the name
    /// in the first of them, if the guess affects a name.
    pub fn guessed(&self) -> Option<(u64, Option<&str>)> {
        self.guessed.as_ref().map(|(count, name)| (*count, name.as_deref()))
    }

    /// Returns the warnings about the columns of the list.
    pub fn column_warnings(&self) -> &[Diagnostic] {
        &self.list.warnings
    }

    /// Returns the number of rows with this `fate`.
    pub fn count(&self, fate: RowOutcome) -> u64 {
        self.outcomes.iter().filter(|one| **one == fate).count() as u64
    }

    /// The first line with the address of the row in `line`, if that is another one.
    pub fn first_line_of(&self, line: usize) -> Option<usize> {
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

/// The `hashes` that occur more than once.
fn repeated(mut hashes: Vec<u64>) -> HashSet<u64> {
    hashes.sort_unstable();
    hashes.array_windows().filter(|[one, next]| one == next).map(|[one, _]| *one).collect()
}
