//! Reads and writes the columns of our own export: first those of the program, in this order, then the fields of readers
//! under their own names.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use csv::StringRecord;

use crate::subscribers::columns::column::{Column, Columns, Dialect};
use crate::subscribers::columns::stats::ColumnStats;
use crate::subscribers::skip_reason::SkipReason;

/// The headings of the program's own columns. The last one, `evidence (key …)`, names the unsubscribe key.
const OWN: [&str; 8] = ["email", "status", "status_since", "since", "confirmed_at", "topics", "tags", "source"];

/// The column of each own heading.
pub(in crate::subscribers) mod place {
    pub(in crate::subscribers) const EMAIL: usize = 0;
    pub(in crate::subscribers) const STATUS: usize = 1;
    pub(in crate::subscribers) const STATUS_SINCE: usize = 2;
    pub(in crate::subscribers) const SINCE: usize = 3;
    pub(in crate::subscribers) const CONFIRMED_AT: usize = 4;
    pub(in crate::subscribers) const TOPICS: usize = 5;
    pub(in crate::subscribers) const TAGS: usize = 6;
    pub(in crate::subscribers) const SOURCE: usize = 7;
    pub(in crate::subscribers) const EVIDENCE: usize = 8;
    /// The first field of readers.
    pub(in crate::subscribers) const FIELDS: usize = 9;
}

/// The status of a reader who gets mail. Of others it is the reason why they do not.
pub(in crate::subscribers) const ACTIVE: &str = "active";

/// An export of this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::subscribers) struct OwnExport {
    /// The fingerprint of the unsubscribe key.
    key: String,
}

impl OwnExport {
    /// Returns the export with the headings `names`, if it is one.
    pub(in crate::subscribers) fn of(names: &StringRecord) -> Option<Self> {
        let is_own = OWN.iter().zip(names).all(|(own, name)| own == &name.trim());
        let key = names.get(place::EVIDENCE)?.trim().strip_prefix("evidence (key ")?.strip_suffix(')')?;
        is_own.then(|| Self { key: key.to_owned() })
    }

    pub(in crate::subscribers) fn key(&self) -> &str {
        &self.key
    }

    /// Returns what its columns mean to a send whose letters show the columns `shown`.
    pub(in crate::subscribers) fn columns(names: &StringRecord, shown: Option<&BTreeSet<String>>) -> Columns {
        let column = |(index, name): (usize, &str)| match index {
            place::EMAIL => Column::Email,
            place::STATUS => Column::Status(Dialect::Own),
            // The audience of an issue is told by the first two, a letter shows the others.
            place::TOPICS | place::TAGS | place::FIELDS.. => Column::Field {
                name: unquoted(name).to_owned(),
                part: None,
                is_shown: shown.is_some_and(|shown| shown.contains(name)),
            },
            _ => Column::Kept,
        };
        Columns {
            all: names.iter().enumerate().map(column).collect(),
            names: names.iter().map(str::to_owned).collect(),
            subscribed: HashSet::new(),
            stats: vec![ColumnStats::default(); names.len()],
        }
    }
}

/// Returns the headings of an export with the unsubscribe key of the fingerprint `key`, for readers with `fields`.
pub(in crate::subscribers) fn headings(key: &str, fields: &BTreeSet<String>) -> Vec<String> {
    let own = OWN.iter().map(|name| (*name).to_owned()).chain([format!("evidence (key {key})")]);
    own.chain(fields.iter().map(|name| quoted(name).into_owned())).collect()
}

/// Returns why a reader with the status `word`, which is not [`ACTIVE`], gets no mail; `None` if it is no status.
pub(in crate::subscribers) fn reason(word: &str) -> Option<SkipReason> {
    match word {
        "bounced" => Some(SkipReason::Bounced),
        "complained" => Some(SkipReason::Complained),
        "unsubscribed" | "asked" | "it was not me" => Some(SkipReason::Unsubscribed),
        _ => None,
    }
}

/// The beginnings of a cell that a spreadsheet takes for a formula, and the sign that says that it is none.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\''];

/// Returns `cell` so that no spreadsheet runs it.
pub(in crate::subscribers) fn quoted(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(FORMULA) { format!("'{cell}").into() } else { cell.into() }
}

/// Returns what [`quoted`] was given.
pub(in crate::subscribers) fn unquoted(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_cell_begins_a_formula() {
        let cells = ["=1+1", "+49 30", "-dash", "@home", "\tx", "'tis", "plain", "", "o'neil"];
        let written = ["'=1+1", "'+49 30", "'-dash", "'@home", "'\tx", "''tis", "plain", "", "o'neil"];
        assert_eq!(cells.map(quoted), written);
    }

    proptest! {
        #[test]
        fn quotes_are_taken_back(cell in "['=+@\\-\ta]{0,6}") {
            let written = quoted(&cell);
            prop_assert_eq!(unquoted(&written), &cell);
        }
    }
}
