//! Defines the columns of a list and their purposes.

use crate::subscribers::columns::known_headings::NamePart;
use crate::subscribers::columns::stats::ColumnStats;
use crate::subscribers::skip_reason::SkipReason;
use std::collections::HashSet;

/// The purpose of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::subscribers) enum Column {
    /// The address.
    Email,
    /// A status word.
    Status(Dialect),
    /// The configured status: a value of `subscribed`, or any other.
    Configured,
    /// Yes or no; `no` excludes from mail.
    WantsMail(SkipReason),
    /// Any value except none or `no` excludes from mail.
    ExcludesIfSet(SkipReason),
    /// A time; without one the subscriber has not subscribed yet.
    SubscribedAt,
    /// A value for letters, by its name in slots.
    Field {
        name: String,
        part: Option<NamePart>,
        /// Whether a letter shows it.
        is_shown: bool,
    },
    /// A column without a name: its cells are not used.
    Unnamed,
    /// A column of our own export that a letter has no use for.
    Kept,
}

/// The vocabulary of a status column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::subscribers) enum Dialect {
    /// Words that mean the same everywhere.
    Words,
    Buttondown,
    NewsletterPlugin,
    /// Of our own export.
    Own,
}

/// The columns of a list.
#[derive(Debug)]
pub(in crate::subscribers) struct Columns {
    /// Each column, in order.
    pub(in crate::subscribers) all: Vec<Column>,
    /// The names as written in the file, for messages.
    pub(in crate::subscribers) names: Vec<String>,
    /// The values of the status of the configuration that mean mail, folded.
    pub(in crate::subscribers) subscribed: HashSet<String>,
    /// The statistics of each column that was examined.
    pub(in crate::subscribers) stats: Vec<ColumnStats>,
}

impl Columns {
    /// Returns the number of rows with `value` in the column at `index`, if known.
    pub(in crate::subscribers) fn count(&self, index: usize, value: &str) -> u64 {
        let stats = &self.stats[index];
        if value.is_empty() {
            return stats.empty;
        }
        stats.values.iter().find(|known| known.text == value).map_or(1, |known| known.count)
    }
}
