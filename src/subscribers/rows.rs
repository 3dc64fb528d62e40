//! Reads the rows of a list one at a time, each into a subscriber or a rejection.

use std::collections::BTreeMap;

use csv::StringRecord;

use crate::diagnostic::{Diagnostic, Problems, line_ends};
use crate::model::{EmailAddress, Subscriber};
use crate::subscribers::columns::column::Column;
use crate::subscribers::columns::known_headings::NamePart;
use crate::subscribers::columns::{own_export, status, unclear};
use crate::subscribers::file::cells::{Cells, reader};
use crate::subscribers::file::line_reader::LineReader;
use crate::subscribers::file::replay_reader::ReplayReader;
use crate::subscribers::list::SubscriberList;
use crate::subscribers::person_name::NameParts;
use crate::subscribers::row::{ListRow, ListedSubscriber, Rejection, RowText};
use crate::subscribers::row_errors::is_allowed;
use crate::subscribers::skip_reason::SkipReason;
use crate::subscribers::{confusable, person_name};

/// The domain that Substack's exports give subscribers that requested deletion.
const DELETED_BY_SUBSTACK: &str = "deletion-request.substack.com";

/// The rows of a list, read from its file one at a time. Every row of the file is returned once;
/// blank lines are not rows.
pub struct Rows<'a> {
    list: &'a SubscriberList,
    reader: csv::Reader<ReplayReader<LineReader<'a>>>,
    record: StringRecord,
    /// The number of bytes of rows consumed.
    used: usize,
    /// The number of lines before the next row.
    lines: usize,
}

impl<'a> Rows<'a> {
    /// The rows of `list`.
    ///
    /// Errors when it cannot be read.
    pub(super) fn of(list: &'a SubscriberList) -> Result<Self, Problems> {
        let text = LineReader::after(&list.content, &list.heading).map_err(|error| list.read_error(&error))?;
        let text = text.ok_or_else(|| list.changed())?;
        let lines = line_ends(&list.heading);
        Ok(Self {
            list,
            reader: reader(ReplayReader::new(text), list.delimiter),
            record: StringRecord::new(),
            used: 0,
            lines,
        })
    }

    /// Returns what has been read of the list so far.
    pub(super) fn text(&self) -> &LineReader<'a> {
        self.reader.get_ref().inner()
    }

    /// The cells of the row that was returned last.
    pub(super) fn cells(&self) -> &StringRecord {
        &self.record
    }

    /// The text of the record that was read last, with the line ends around it.
    fn record_text(&mut self) -> &str {
        let end = usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
        let length = end - self.used;
        self.used = end;
        str::from_utf8(self.reader.get_mut().consume(length)).expect("records of text end between characters")
    }
}

impl Iterator for Rows<'_> {
    /// Errors if the list cannot be read any further.
    type Item = Result<ListRow, Problems>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.reader.read_record(&mut self.record) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(self.list.read_error(&error.into()))),
            }
            let text = self.record_text();
            // The reader skips blank lines before a row, and the second half of the line end before it.
            let row = text.trim_start_matches(['\r', '\n']);
            let (before, within) = (line_ends(&text[..text.len() - row.len()]), line_ends(row));
            let text = row.trim_end_matches(['\r', '\n']).to_owned();
            let line = self.lines + before + 1;
            self.lines += before + within;
            // Spreadsheets write emptied rows as separators without values.
            if self.record.iter().all(|cell| cell.trim().is_empty())
                && Cells::find(&text, self.list.delimiter).open_quote.is_none()
                && (self.record.len() > 1 || text.trim().is_empty())
            {
                continue;
            }
            let entry = self.list.entry(&self.record, RowText { line, text: &text });
            return Some(Ok(ListRow { line, text, entry }));
        }
    }
}

/// The rows of a list, read again.
pub(super) struct VerifiedRows<'a> {
    rows: Rows<'a>,
    digest: &'a str,
    over: bool,
}

impl<'a> VerifiedRows<'a> {
    /// The rows of `list`, which had the SHA-256 `digest` when it was read before.
    ///
    /// Errors when it cannot be read.
    pub(super) fn of(list: &'a SubscriberList, digest: &'a str) -> Result<Self, Problems> {
        Ok(Self { rows: Rows::of(list)?, digest, over: false })
    }
}

impl Iterator for VerifiedRows<'_> {
    /// Errors if the list cannot be read any further, or, at its end, if it has changed.
    type Item = Result<ListRow, Problems>;

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

impl SubscriberList {
    /// The rows, in order, one at a time.
    ///
    /// Errors when the list cannot be read.
    pub fn rows(&self) -> Result<Rows<'_>, Problems> {
        Rows::of(self)
    }

    /// Returns the subscriber of the row `record`.
    fn entry(&self, record: &StringRecord, row: RowText<'_>) -> Result<ListedSubscriber, Rejection> {
        if row.text.contains('"') {
            self.check_quotes(row)?;
        }
        // Some programs write extra separators at the end of each row, which become empty cells
        // beyond the heading.
        let filled = record.len() - record.iter().rev().take_while(|cell| cell.trim().is_empty()).count();
        let columns = self.columns.all.len();
        if filled > columns || record.len() < columns {
            return Err(self.wrong_cell_count(if filled > columns { filled } else { record.len() }, row).into());
        }
        let mut address = None;
        let mut skip = None;
        let mut left_out_as = None;
        let mut fields = BTreeMap::new();
        let mut parts = Vec::new();
        for (index, (column, cell)) in self.columns.all.iter().zip(record).enumerate() {
            let cell = if self.own.is_some() { own_export::unquoted(cell) } else { cell };
            let cell = cell.trim_matches([' ', '\t']);
            let reason = match column {
                Column::Email => {
                    self.check_characters(index, cell, row)?;
                    address = Some(self.address(index, cell, row)?);
                    None
                }
                Column::Field { name, part, is_shown } => {
                    match part {
                        _ if cell.is_empty() => {}
                        Some(part) => {
                            self.check_characters(index, cell, row)?;
                            parts.push((*part, name, cell));
                        }
                        None if *is_shown => {
                            self.check_characters(index, cell, row)?;
                            fields.entry(name.clone()).or_insert_with(|| cell.to_owned());
                        }
                        // Values that no letter shows are kept only if they are valid, because a
                        // letter could show them later.
                        None if is_allowed(cell) => _ = fields.entry(name.clone()).or_insert_with(|| cell.to_owned()),
                        None => {}
                    }
                    None
                }
                Column::Configured => {
                    let is_subscribed = self.columns.subscribed.contains(&unclear::compare_key(cell));
                    if !is_subscribed {
                        left_out_as = Some(cell.to_owned());
                    }
                    (!is_subscribed).then_some(SkipReason::NotSubscribed)
                }
                column => status::reason(column, cell).map_err(|_| self.bad_status(index, cell, row))?,
            };
            skip = skip.max(reason);
        }
        let address = address.expect("a list without an email column is not read");
        if address.domain() == DELETED_BY_SUBSTACK {
            skip = skip.max(Some(SkipReason::Unsubscribed));
        }
        insert_name(&mut fields, &parts, &address);
        Ok(ListedSubscriber { subscriber: Subscriber { address, fields }, skip, excluded_value: left_out_as })
    }

    /// The address in a cell.
    fn address(&self, index: usize, cell: &str, row: RowText<'_>) -> Result<EmailAddress, Rejection> {
        // In an export of ours the apostrophes are taken back already.
        let apostrophe = if self.own.is_none() { confusable::check_apostrophe(cell) } else { None };
        if let Some(what) = apostrophe.or_else(|| confusable::check_address(cell)) {
            let message = format!("`{}` is not an address: {}", confusable::escape_invisible(cell), what.message);
            let diagnostic = Diagnostic::error(message, &self.source(row), self.cell(index, row));
            return Err(diagnostic.help(what.help).into());
        }
        EmailAddress::parse(cell).map_err(|error| self.bad_address(index, cell, &error.to_string(), row).into())
    }
}

/// Adds the name joined from the `parts` of a row to its `fields`, and each part under its own
/// name.
fn insert_name(fields: &mut BTreeMap<String, String>, parts: &[(NamePart, &String, &str)], address: &EmailAddress) {
    if parts.is_empty() {
        return;
    }
    let address = address.to_string();
    let mut whole = NameParts::default();
    for (part, column, cell) in parts {
        if let Some(name) = person_name::clean_name(cell, &address) {
            whole.add(*part, &name);
            fields.entry((*column).clone()).or_insert(name);
        }
    }
    if let Some(name) = whole.into_full_name() {
        fields.entry("name".to_owned()).or_insert(name);
    }
}
