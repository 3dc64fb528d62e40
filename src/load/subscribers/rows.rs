//! One row of the list to one subscriber, or to the reason why not.

use std::collections::BTreeMap;
use std::ops::Range;

use csv::StringRecord;

use super::SubscriberList;
use super::cells::Cells;
use super::columns::Column;
use super::status::{self, SkipReason};
use crate::diagnostic::Diagnostic;
use crate::model::{EmailAddress, Subscriber};

/// The most characters a cell may have. Nothing in a letter is that long; what is comes from a quote left open.
const LONGEST_CELL: usize = 1000;

/// A row of the list.
#[derive(Debug)]
pub struct Row {
    /// The line it starts on, from 1.
    pub line: usize,
    /// Where it stands in the file.
    pub span: Range<usize>,
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

/// The rows of a list, read one at a time. Every row of the file is answered once; blank lines are no rows.
pub struct Rows<'a> {
    list: &'a SubscriberList,
    reader: csv::Reader<&'a [u8]>,
    record: StringRecord,
    /// Line ends are counted up to here.
    counted: usize,
    line: usize,
}

impl<'a> Rows<'a> {
    pub(super) fn new(list: &'a SubscriberList) -> Self {
        Self {
            list,
            reader: reader(&list.source.text[list.body..], list.delimiter),
            record: StringRecord::new(),
            counted: 0,
            line: 1,
        }
    }

    /// Where the reader stands in the file.
    fn offset(&self) -> usize {
        self.list.body + usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX)
    }
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let text = &self.list.source.text;
        let before = self.offset();
        if !read(&mut self.reader, &mut self.record) {
            return None;
        }
        // The reader skips blank lines before a row, and the second half of the line end before it.
        let start = text.len() - text[before..].trim_start_matches(['\r', '\n']).len();
        let end = start + text[start..self.offset()].trim_end_matches(['\r', '\n']).len();
        self.line += text[self.counted..start].matches('\n').count();
        self.counted = start;
        let entry = self.list.entry(&self.record, start..end);
        Some(Row { line: self.line, span: start..end, entry })
    }
}

/// A reader of rows that leaves judging them to us.
pub(super) fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes())
}

/// Reads the next record; false at the end.
pub(super) fn read(reader: &mut csv::Reader<&[u8]>, record: &mut StringRecord) -> bool {
    reader.read_record(record).expect("text in memory is UTF-8 and has no I/O errors, and any number of cells is taken")
}

impl SubscriberList {
    /// Who the row `record` at `span` names.
    fn entry(&self, record: &StringRecord, span: Range<usize>) -> Result<Entry, Diagnostic> {
        self.check_last_quote(&span)?;
        if record.len() != self.columns.all.len() {
            return Err(self.ragged(record.len(), span));
        }
        let mut address = None;
        let mut skip = None;
        let mut fields = BTreeMap::new();
        for (index, (column, cell)) in self.columns.all.iter().zip(record).enumerate() {
            let cell = cell.trim_matches([' ', '\t']);
            self.check_characters(index, cell, &span)?;
            let reason = match column {
                Column::Email => {
                    let parsed = EmailAddress::parse(cell);
                    address = Some(parsed.map_err(|error| self.bad_address(index, cell, &error.to_string(), &span))?);
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
                Column::Status => {
                    status::parse(cell).map_err(|_| self.bad_status(index, cell, &status::WORDS, &span))?
                }
                Column::WantsMail | Column::WantsNoMail => {
                    let flag = status::parse_flag(cell);
                    let flag = flag.ok_or_else(|| self.bad_status(index, cell, &["true", "false"], &span))?;
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

    /// Refuses a last row with a quote nothing closes: it has swallowed all rows after it.
    fn check_last_quote(&self, span: &Range<usize>) -> Result<(), Diagnostic> {
        if !self.source.text[span.end..].trim_matches(['\r', '\n']).is_empty() {
            return Ok(());
        }
        let row = &self.source.text[span.clone()];
        let Some(at) = Cells::find(row, self.delimiter).open_quote else { return Ok(()) };
        let message = match row[at..].lines().count() - 1 {
            0 => "this quote is never closed".to_owned(),
            1 => "this quote is never closed, so the line after it is no row".to_owned(),
            lines => format!("this quote is never closed, so the {lines} lines after it are no rows"),
        };
        Err(Diagnostic::error(message, &self.source, span.start + at..span.start + at + 1)
            .help("close it, or double it (`\"\"`) to mean the character"))
    }

    fn ragged(&self, found: usize, span: Range<usize>) -> Diagnostic {
        let expected = self.columns.all.len();
        let row = &self.source.text[span.clone()];
        let line = span.start..span.start + row.find(['\r', '\n']).unwrap_or(row.len());
        let cells = if found == 1 { "cell" } else { "cells" };
        let columns = if expected == 1 { "column" } else { "columns" };
        let diagnostic =
            Diagnostic::error(format!("{found} {cells} in a list of {expected} {columns}"), &self.source, line);
        if found > expected {
            let delimiter = if self.delimiter == b'\t' { "tab" } else { &format!("`{}`", self.delimiter as char) };
            diagnostic.help(format!("put a value that holds a {delimiter} in double quotes"))
        } else {
            diagnostic.help("a value may be empty, but not missing")
        }
    }

    /// Refuses what has no place in a header or a letter: line ends and other control characters, characters without a
    /// meaning of their own, and cells too long to be meant.
    fn check_characters(&self, index: usize, cell: &str, span: &Range<usize>) -> Result<(), Diagnostic> {
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
        Err(Diagnostic::error(message, &self.source, self.cell(index, span)))
    }

    fn bad_address(&self, index: usize, cell: &str, reason: &str, span: &Range<usize>) -> Diagnostic {
        let place = self.cell(index, span);
        if cell.is_empty() {
            return Diagnostic::error("no address", &self.source, place).help("delete the row, or give it an address");
        }
        let diagnostic = Diagnostic::error(format!("`{cell}` is not an address: {reason}"), &self.source, place);
        let inner = cell.split_once('<').and_then(|(_, rest)| rest.strip_suffix('>'));
        match inner.or_else(|| cell.strip_prefix("mailto:")).filter(|inner| EmailAddress::parse(inner).is_ok()) {
            Some(inner) => diagnostic.help(format!("write only the address: `{inner}`")),
            None => diagnostic,
        }
    }

    fn bad_status(&self, index: usize, cell: &str, words: &[&str], span: &Range<usize>) -> Diagnostic {
        let name = &self.columns.names[index];
        let message =
            if cell.is_empty() { format!("nothing in `{name}`") } else { format!("`{cell}` is not a known `{name}`") };
        let words = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        Diagnostic::error(message, &self.source, self.cell(index, span)).help(format!("write one of {words}"))
    }

    /// Where a cell of the row at `span` stands in the file.
    fn cell(&self, index: usize, span: &Range<usize>) -> Range<usize> {
        let cells = Cells::find(&self.source.text[span.clone()], self.delimiter);
        cells.ranges.get(index).map_or(span.clone(), |cell| span.start + cell.start..span.start + cell.end)
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
