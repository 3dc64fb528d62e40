//! Describes the errors of a row, each with its place.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, SourceFile};
use crate::model::EmailAddress;
use crate::subscribers::columns::headings::Answers;
use crate::subscribers::columns::{status, unclear};
use crate::subscribers::file::cells::{self, Cells};
use crate::subscribers::list::SubscriberList;
use crate::subscribers::row::{Rejection, RowText};

/// The most characters a cell may have. No value for a letter is that long; a longer cell comes
/// from a quote left open.
const LONGEST_CELL: usize = 1000;

impl SubscriberList {
    /// Rejects a row with an unclosed quote, which has swallowed all rows after it.
    pub(super) fn check_quotes(&self, row: RowText<'_>) -> Result<(), Diagnostic> {
        let Some(at) = Cells::find(row.text, self.delimiter).open_quote else { return Ok(()) };
        let message = match row.text[at..].lines().count() - 1 {
            0 => "this quote is never closed".to_owned(),
            1 => "this quote is never closed, so the next line is not read as a row".to_owned(),
            lines => format!("this quote is never closed, so the next {lines} lines are not read as rows"),
        };
        Err(Diagnostic::error(message, &self.source(row), at..at + 1).help(cells::CLOSE_QUOTE))
    }

    pub(super) fn wrong_cell_count(&self, found: usize, row: RowText<'_>) -> Diagnostic {
        let expected = self.columns.all.len();
        let line = 0..row.text.find(['\r', '\n']).unwrap_or(row.text.len());
        let cells = if found == 1 { "cell" } else { "cells" };
        let columns = if expected == 1 { "column" } else { "columns" };
        let diagnostic = Diagnostic::error(
            format!("this row has {found} {cells}, but the list has {expected} {columns}"),
            &self.source(row),
            line,
        );
        if found > expected {
            let delimiter = if self.delimiter == b'\t' { "tab" } else { &format!("`{}`", self.delimiter as char) };
            diagnostic.help(format!("put a value that contains a {delimiter} in double quotes"))
        } else {
            diagnostic.help("a value may be empty, but not missing")
        }
    }

    /// Rejects cells that cannot appear in a header or a letter: line ends and other control
    /// characters, private-use characters, and cells that are too long to be intended.
    pub(super) fn check_characters(&self, index: usize, cell: &str, row: RowText<'_>) -> Result<(), Diagnostic> {
        if is_plain(cell) {
            return Ok(());
        }
        let name = &self.columns.names[index];
        let message = match cell.chars().find_map(what_is_wrong_with) {
            Some(what) => format!("`{name}` contains {what}"),
            None if cell.chars().count() > LONGEST_CELL => {
                format!("`{name}` has {} characters, more than {LONGEST_CELL}", cell.chars().count())
            }
            None => return Ok(()),
        };
        Err(Diagnostic::error(message, &self.source(row), self.cell(index, row)))
    }

    pub(super) fn bad_address(&self, index: usize, cell: &str, reason: &str, row: RowText<'_>) -> Diagnostic {
        let (source, place) = (self.source(row), self.cell(index, row));
        if cell.is_empty() {
            return Diagnostic::error("no address", &source, place).help("delete the row, or give it an address");
        }
        let diagnostic = Diagnostic::error(format!("`{cell}` is not an address: {reason}"), &source, place);
        let inner = cell.split_once('<').and_then(|(_, rest)| rest.strip_suffix('>'));
        match inner.or_else(|| cell.strip_prefix("mailto:")).filter(|inner| EmailAddress::parse(inner).is_ok()) {
            Some(inner) => diagnostic.help(format!("write the address only: `{inner}`")),
            None => diagnostic,
        }
    }

    pub(super) fn bad_status(&self, index: usize, cell: &str, row: RowText<'_>) -> Rejection {
        let name = &self.columns.names[index];
        let known = status::words(&self.columns.all[index]).iter().map(|word| format!("`{word}`"));
        let known = known.collect::<Vec<_>>().join(", ");
        let subscribed = unclear::likely_subscribed(&self.columns.stats[index]);
        let help = match self.answers {
            Answers::Configuration => format!(
                "write one of {known}; or list the values of subscribers who get mail, in `newsletter.toml` under `[subscribers]`: \
                 `status = {}` and `subscribed = [{subscribed}]`",
                toml::Value::from(name.as_str())
            ),
            Answers::Options => format!(
                "write one of {known}; or name the column and its values of readers who get mail with `--status` and `--subscribed`"
            ),
        };
        let message = if cell.is_empty() {
            format!("`{name}` is empty")
        } else {
            format!("`{cell}` is not a known value of `{name}`")
        };
        let more = self.columns.count(index, cell).saturating_sub(1);
        let message = match more {
            0 => message,
            1 => format!("{message}, here and in another row"),
            more => format!("{message}, here and in {more} other rows"),
        };
        let diagnostic = Diagnostic::error(message, &self.source(row), self.cell(index, row)).help(help);
        Rejection { diagnostic: Box::new(diagnostic), status: Some((index, cell.to_owned())) }
    }

    /// Returns the place of a cell of `row`.
    pub(super) fn cell(&self, index: usize, row: RowText<'_>) -> Range<usize> {
        let cells = Cells::find(row.text, self.delimiter);
        cells.ranges.into_iter().nth(index).unwrap_or(0..row.text.len())
    }

    /// Returns the source that a diagnostic about `row` shows.
    pub(super) fn source(&self, row: RowText<'_>) -> Arc<SourceFile> {
        self.part(row.line, row.text)
    }
}

/// Returns whether a cell is plain ASCII of an acceptable length. Nearly every cell is, and a list
/// may have a million, so this looks at bytes only.
fn is_plain(cell: &str) -> bool {
    cell.len() <= LONGEST_CELL && cell.bytes().all(|byte| (b' '..0x7f).contains(&byte))
}

/// Returns whether a cell may be used in a letter: it has no forbidden character and is not too long.
pub(super) fn is_allowed(cell: &str) -> bool {
    is_plain(cell)
        || cell.chars().count() <= LONGEST_CELL && cell.chars().all(|letter| what_is_wrong_with(letter).is_none())
}

/// Returns the reason why a character is not allowed in a cell, if it is not.
fn what_is_wrong_with(character: char) -> Option<String> {
    let what = match character {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => "a line end",
        '\0' => "a NUL character",
        '\t' => "a tab",
        // Private use (Unicode 23.5): they have no meaning for a reader, and letters mark their
        // slots with them.
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' => "a private-use character",
        _ if character.is_control() => return Some(format!("the control character U+{:04X}", u32::from(character))),
        _ => return None,
    };
    Some(what.to_owned())
}
