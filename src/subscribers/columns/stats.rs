//! Collects statistics about the columns of a list in one reading of its rows.

use std::collections::HashMap;

use csv::ByteRecord;

use crate::diagnostic::Problems;
use crate::model::EmailAddress;
use crate::subscribers::file::cells::reader;
use crate::subscribers::file::line_reader::LineReader;
use crate::subscribers::vocabulary::shape::Shape;
use crate::subscribers::vocabulary::status_words::StatusWord;
use crate::subscribers::vocabulary::{shape, status_words};

/// The most distinct values kept per column. There are only few states; a column with more values
/// has names, towns or sentences.
const MOST_VALUES: usize = 64;

/// A value of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::subscribers) struct ColumnValue {
    pub(in crate::subscribers) text: String,
    pub(in crate::subscribers) shape: Shape,
    pub(in crate::subscribers) status_word: Option<StatusWord>,
    /// The number of rows with it, and the line of the first.
    pub(in crate::subscribers) count: u64,
    pub(in crate::subscribers) line: usize,
}

/// The contents of a column.
#[derive(Debug, Clone, Default)]
pub(in crate::subscribers) struct ColumnStats {
    /// Cells that are neither blank nor a word for an empty value.
    pub(in crate::subscribers) filled: u64,
    pub(in crate::subscribers) empty: u64,
    /// Its distinct values except dates, up to [`MOST_VALUES`].
    pub(in crate::subscribers) values: Vec<ColumnValue>,
    /// Whether there are others.
    pub(in crate::subscribers) has_more: bool,
    /// The number of dates, and one of them.
    pub(in crate::subscribers) dates: u64,
    pub(in crate::subscribers) date: Option<String>,
    /// The number of cells that cannot be states, and the number of sentences.
    pub(in crate::subscribers) technical: u64,
    pub(in crate::subscribers) prose: u64,
    /// The first cell that means that a person wants or gets no mail.
    pub(in crate::subscribers) refusal: Option<Example>,
    /// The first cell that explicitly refuses mail.
    pub(in crate::subscribers) explicit_refusal: Option<Example>,
    /// The first sentence with a word that refuses mail.
    pub(in crate::subscribers) refusing_sentence: Option<Example>,
    /// Whether every cell is an address.
    pub(in crate::subscribers) is_addresses: bool,
    /// The index of each value.
    places: HashMap<String, usize>,
    last: usize,
}

/// A cell and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::subscribers) struct Example {
    pub(in crate::subscribers) text: String,
    pub(in crate::subscribers) line: usize,
}

impl ColumnStats {
    fn new() -> Self {
        Self { is_addresses: true, ..Self::default() }
    }

    fn add(&mut self, cell: &str, line: usize) {
        let cell = cell.trim();
        if cell.is_empty() {
            self.empty += 1;
            return;
        }
        let is_same = |value: &ColumnValue| value.text == cell;
        if self.values.get(self.last).is_some_and(is_same) {
            self.count(self.last);
        } else if let Some(&at) = self.places.get(cell) {
            self.last = at;
            self.count(at);
        } else {
            self.add_new(cell, line);
        }
    }

    fn count(&mut self, at: usize) {
        let value = &mut self.values[at];
        value.count += 1;
        if value.status_word == Some(StatusWord::Empty) {
            self.empty += 1;
        } else {
            self.filled += 1;
            self.technical += u64::from(value.shape == Shape::Technical);
            self.prose += u64::from(value.shape == Shape::Prose);
        }
    }

    /// Adds a value that is not kept yet.
    fn add_new(&mut self, cell: &str, line: usize) {
        self.is_addresses = self.is_addresses && cell.contains('@') && EmailAddress::parse(cell).is_ok();
        let shape = shape::shape(cell);
        let is_kept = self.values.len() < MOST_VALUES;
        let status_word = if shape == Shape::Date || is_kept { status_words::status_word(cell) } else { None };
        // `unsubscribed 2024-05-01` looks like a date.
        let found = || Example { text: cell.to_owned(), line };
        if shape == Shape::Date && self.refusal.is_none() && status_words::refuses(cell) {
            self.refusal = Some(found());
            self.explicit_refusal.get_or_insert_with(found);
        }
        if shape == Shape::Date && status_word.is_none() {
            self.filled += 1;
            self.dates += 1;
            self.date.get_or_insert_with(|| cell.to_owned());
            return;
        }
        if matches!(shape, Shape::Words | Shape::Technical) {
            if self.refusal.is_none() && (status_words::refuses(cell) || is_kept && status_words::declines(cell)) {
                self.refusal = Some(found());
            }
            if self.explicit_refusal.is_none() && status_words::refuses_explicitly(cell) {
                self.explicit_refusal = Some(found());
            }
        }
        if shape == Shape::Prose && self.refusing_sentence.is_none() && status_words::mentions_leaving(cell) {
            self.refusing_sentence = Some(found());
        }
        if is_kept {
            self.last = self.values.len();
            self.places.insert(cell.to_owned(), self.last);
            self.values.push(ColumnValue { text: cell.to_owned(), shape, status_word, count: 0, line });
            self.count(self.last);
        } else {
            self.has_more = true;
            self.filled += 1;
            self.technical += u64::from(shape == Shape::Technical);
            self.prose += u64::from(shape == Shape::Prose);
        }
    }

    /// Returns the values that are not a word for an empty value.
    pub(in crate::subscribers) fn words(&self) -> impl Iterator<Item = &ColumnValue> + Clone {
        self.values.iter().filter(|value| value.status_word != Some(StatusWord::Empty))
    }
}

/// Reads all rows of a list and collects statistics of the columns with a true entry in
/// `is_of_interest`. `first_line` is the line of the list at which `text` begins.
///
/// Returns the statistics of each column and the SHA-256 of the list, in hex.
pub(in crate::subscribers) fn collect(
    mut text: LineReader<'_>,
    first_line: usize,
    delimiter: u8,
    is_of_interest: &[bool],
    read_error: impl Fn(&std::io::Error) -> Problems,
) -> Result<(Vec<ColumnStats>, String), Problems> {
    let mut all_stats = vec![ColumnStats::new(); is_of_interest.len()];
    let interesting: Vec<usize> = (0..is_of_interest.len()).filter(|&index| is_of_interest[index]).collect();
    let mut rows = reader(&mut text, delimiter);
    let mut record = ByteRecord::new();
    while rows.read_byte_record(&mut record).map_err(|error| read_error(&error.into()))? {
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            continue;
        }
        let line = record.position().map_or(0, csv::Position::line);
        let line = first_line + usize::try_from(line).unwrap_or(usize::MAX) - 1;
        for &index in &interesting {
            // The text is UTF-8 and separators are ASCII, so cells are UTF-8 too.
            let cell = record.get(index).and_then(|cell| str::from_utf8(cell).ok());
            all_stats[index].add(cell.unwrap_or_default(), line);
        }
    }
    drop(rows);
    Ok((all_stats, text.digest()))
}
