//! One row of the list to one subscriber, or to the reason why not.

use std::collections::BTreeMap;
use std::io::Read;
use std::ops::Range;
use std::sync::Arc;

use csv::StringRecord;

use super::SubscriberList;
use super::cells::Cells;
use super::columns::Column;
use super::status::{self, SkipReason};
use super::text::Text;
use super::window::Window;
use crate::diagnostic::{Diagnostic, SourceFile, line_ends};
use crate::load::Problems;
use crate::model::{EmailAddress, Subscriber};

/// The most characters a cell may have. Nothing in a letter is that long; what is comes from a quote left open.
const LONGEST_CELL: usize = 1000;

/// What to do about a quote left open.
pub(super) const CLOSE_QUOTE: &str = "close it, or double it (`\"\"`) to mean the character";

/// A row of the list.
#[derive(Debug)]
pub struct Row {
    /// The line it starts on, from 1.
    pub line: usize,
    /// As it stands in the file, without its line end.
    pub text: String,
    /// Who it is, or why nobody can tell.
    pub entry: Result<Entry, Diagnostic>,
}

/// A row that names a subscriber.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The subscriber.
    pub subscriber: Subscriber,
    /// Why they get no mail, when they do not.
    pub skip: Option<SkipReason>,
}

/// The rows of a list, read from its file one at a time. Every row of the file is answered once; blank lines are no rows.
pub struct Rows<'a> {
    list: &'a SubscriberList,
    reader: csv::Reader<Window<Text<'a>>>,
    record: StringRecord,
    /// Bytes of rows used up.
    used: usize,
    /// Lines before what comes next.
    lines: usize,
}

impl<'a> Rows<'a> {
    /// The rows of `list`.
    ///
    /// Errors when it cannot be read.
    pub(super) fn of(list: &'a SubscriberList) -> Result<Self, Problems> {
        let text = Text::after(&list.content, &list.heading).map_err(|error| list.broken_off(&error))?;
        let text = text.ok_or_else(|| list.changed())?;
        let lines = line_ends(&list.heading);
        Ok(Self {
            list,
            reader: reader(Window::new(text), list.delimiter),
            record: StringRecord::new(),
            used: 0,
            lines,
        })
    }

    /// What has been read of the list so far.
    pub(super) fn text(&self) -> &Text<'a> {
        self.reader.get_ref().inner()
    }

    /// The text of the record that was read last, with the line ends around it.
    fn used_up(&mut self) -> &str {
        let end = usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
        let length = end - self.used;
        self.used = end;
        str::from_utf8(self.reader.get_mut().use_up(length)).expect("records of text end between characters")
    }
}

impl Iterator for Rows<'_> {
    /// An error when the list cannot be read on.
    type Item = Result<Row, Problems>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.reader.read_record(&mut self.record) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => return Some(Err(self.list.broken_off(&error.into()))),
        }
        let text = self.used_up();
        // The reader skips blank lines before a row, and the second half of the line end before it.
        let row = text.trim_start_matches(['\r', '\n']);
        let (before, within) = (line_ends(&text[..text.len() - row.len()]), line_ends(row));
        let text = row.trim_end_matches(['\r', '\n']).to_owned();
        let line = self.lines + before + 1;
        self.lines += before + within;
        let entry = self.list.entry(&self.record, Written { line, text: &text });
        Some(Ok(Row { line, text, entry }))
    }
}

/// The rows of a list, read again.
pub(super) struct RowsAgain<'a> {
    rows: Rows<'a>,
    digest: &'a str,
    over: bool,
}

impl<'a> RowsAgain<'a> {
    /// The rows of `list`, whose SHA-256 was `digest` when it was read before.
    ///
    /// Errors when it cannot be read.
    pub(super) fn of(list: &'a SubscriberList, digest: &'a str) -> Result<Self, Problems> {
        Ok(Self { rows: Rows::of(list)?, digest, over: false })
    }
}

impl Iterator for RowsAgain<'_> {
    /// An error when the list cannot be read on, or in the end when it was another one.
    type Item = Result<Row, Problems>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let row = self.rows.next();
        self.over = !matches!(row, Some(Ok(_)));
        match row {
            None if self.rows.text().digest() != self.digest => Some(Err(self.rows.list.changed())),
            row => row,
        }
    }
}

/// A reader of rows that leaves judging them to us.
pub(super) fn reader<R: Read>(text: R, delimiter: u8) -> csv::Reader<R> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text)
}

/// A row as it is written.
#[derive(Clone, Copy)]
struct Written<'a> {
    line: usize,
    text: &'a str,
}

impl SubscriberList {
    /// Who the row `record` names.
    fn entry(&self, record: &StringRecord, row: Written<'_>) -> Result<Entry, Diagnostic> {
        if row.text.contains('"') {
            self.check_quotes(row)?;
        }
        if record.len() != self.columns.all.len() {
            return Err(self.ragged(record.len(), row));
        }
        let mut address = None;
        let mut skip = None;
        let mut fields = BTreeMap::new();
        for (index, (column, cell)) in self.columns.all.iter().zip(record).enumerate() {
            let cell = cell.trim_matches([' ', '\t']);
            self.check_characters(index, cell, row)?;
            let reason = match column {
                Column::Email => {
                    let parsed = EmailAddress::parse(cell);
                    address = Some(parsed.map_err(|error| self.bad_address(index, cell, &error.to_string(), row))?);
                    None
                }
                Column::Field(name) => {
                    if !cell.is_empty() {
                        fields.insert(name.clone(), cell.to_owned());
                        if self.columns.first_name == Some(index) {
                            fields.insert("name".to_owned(), cell.to_owned());
                        }
                    }
                    None
                }
                Column::Status => status::parse(cell).map_err(|_| self.bad_status(index, cell, &status::WORDS, row))?,
                Column::WantsMail | Column::WantsNoMail => {
                    let flag = status::parse_flag(cell);
                    let flag = flag.ok_or_else(|| self.bad_status(index, cell, &["true", "false"], row))?;
                    (flag == (*column == Column::WantsNoMail)).then_some(SkipReason::Unsubscribed)
                }
                Column::LeftAt => (!cell.is_empty()).then_some(SkipReason::Unsubscribed),
                Column::CleanedAt => (!cell.is_empty()).then_some(SkipReason::Bounced),
                Column::Nameless => None,
            };
            skip = skip.max(reason);
        }
        let address = address.expect("a list without an email column is not read");
        Ok(Entry { subscriber: Subscriber { address, fields }, skip })
    }

    /// Refuses a row with a quote nothing closes: it has swallowed all rows after it.
    fn check_quotes(&self, row: Written<'_>) -> Result<(), Diagnostic> {
        let Some(at) = Cells::find(row.text, self.delimiter).open_quote else { return Ok(()) };
        let message = match row.text[at..].lines().count() - 1 {
            0 => "this quote is never closed".to_owned(),
            1 => "this quote is never closed, so the line after it is no row".to_owned(),
            lines => format!("this quote is never closed, so the {lines} lines after it are no rows"),
        };
        Err(Diagnostic::error(message, &self.source(row), at..at + 1).help(CLOSE_QUOTE))
    }

    fn ragged(&self, found: usize, row: Written<'_>) -> Diagnostic {
        let expected = self.columns.all.len();
        let line = 0..row.text.find(['\r', '\n']).unwrap_or(row.text.len());
        let cells = if found == 1 { "cell" } else { "cells" };
        let columns = if expected == 1 { "column" } else { "columns" };
        let diagnostic =
            Diagnostic::error(format!("{found} {cells} in a list of {expected} {columns}"), &self.source(row), line);
        if found > expected {
            let delimiter = if self.delimiter == b'\t' { "tab" } else { &format!("`{}`", self.delimiter as char) };
            diagnostic.help(format!("put a value that holds a {delimiter} in double quotes"))
        } else {
            diagnostic.help("a value may be empty, but not missing")
        }
    }

    /// Refuses what has no place in a header or a letter: line ends and other control characters, characters without a
    /// meaning of their own, and cells too long to be meant.
    fn check_characters(&self, index: usize, cell: &str, row: Written<'_>) -> Result<(), Diagnostic> {
        // Bytes first: nearly every cell is plain ASCII, and a list may have a million.
        if cell.len() <= LONGEST_CELL && cell.bytes().all(|byte| (b' '..0x7f).contains(&byte)) {
            return Ok(());
        }
        let name = &self.columns.names[index];
        let message = match cell.chars().find_map(what_is_wrong_with) {
            Some(what) => format!("`{name}` holds {what}"),
            None if cell.chars().count() > LONGEST_CELL => {
                format!("`{name}` has {} characters; {LONGEST_CELL} are the most", cell.chars().count())
            }
            None => return Ok(()),
        };
        Err(Diagnostic::error(message, &self.source(row), self.cell(index, row)))
    }

    fn bad_address(&self, index: usize, cell: &str, reason: &str, row: Written<'_>) -> Diagnostic {
        let (source, place) = (self.source(row), self.cell(index, row));
        if cell.is_empty() {
            return Diagnostic::error("no address", &source, place).help("delete the row, or give it an address");
        }
        let diagnostic = Diagnostic::error(format!("`{cell}` is not an address: {reason}"), &source, place);
        let inner = cell.split_once('<').and_then(|(_, rest)| rest.strip_suffix('>'));
        match inner.or_else(|| cell.strip_prefix("mailto:")).filter(|inner| EmailAddress::parse(inner).is_ok()) {
            Some(inner) => diagnostic.help(format!("write only the address: `{inner}`")),
            None => diagnostic,
        }
    }

    fn bad_status(&self, index: usize, cell: &str, words: &[&str], row: Written<'_>) -> Diagnostic {
        let name = &self.columns.names[index];
        let message =
            if cell.is_empty() { format!("nothing in `{name}`") } else { format!("`{cell}` is not a known `{name}`") };
        let words = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        Diagnostic::error(message, &self.source(row), self.cell(index, row)).help(format!("write one of {words}"))
    }

    /// Where a cell of `row` stands in it.
    fn cell(&self, index: usize, row: Written<'_>) -> Range<usize> {
        let cells = Cells::find(row.text, self.delimiter);
        cells.ranges.into_iter().nth(index).unwrap_or(0..row.text.len())
    }

    /// What a diagnostic about `row` shows.
    fn source(&self, row: Written<'_>) -> Arc<SourceFile> {
        self.part(row.line, row.text)
    }
}

/// Why a character cannot stand in a cell, when it cannot.
fn what_is_wrong_with(character: char) -> Option<String> {
    let what = match character {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => "a line end",
        '\0' => "a NUL character",
        '\t' => "a tab",
        // Private use (Unicode 23.5): they mean nothing to a reader, and letters mark their slots with them.
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' => "a private-use character",
        _ if character.is_control() => return Some(format!("the control character U+{:04X}", u32::from(character))),
        _ => return None,
    };
    Some(what.to_owned())
}
