//! Finds the cells of a row in the text of the file. The `csv` crate reads their values but keeps only the place of the
//! row.

use std::io::Read;
use std::ops::Range;

/// The hint for a quote left open.
pub(in crate::subscribers) const CLOSE_QUOTE: &str = "close it, or double it (`\"\"`) for the character itself";

/// The cells of one row.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::subscribers) struct Cells {
    /// Byte ranges, quotes included.
    pub(in crate::subscribers) ranges: Vec<Range<usize>>,
    /// The position of a quote that is never closed.
    pub(in crate::subscribers) open_quote: Option<usize>,
}

impl Cells {
    /// Finds the cells of `row`, the text of one row without its line end, by the rules of the
    /// `csv` crate: a quote opens only at the start of a cell, two quotes are one, and text after a
    /// closing quote belongs to the cell.
    pub(in crate::subscribers) fn find(row: &str, delimiter: u8) -> Self {
        let bytes = row.as_bytes();
        let mut ranges = Vec::new();
        let mut start = 0;
        let mut opened = None;
        let mut closed = None;
        for (at, &byte) in bytes.iter().enumerate() {
            match (byte, opened, closed) {
                (b'"', Some(begin), _) => {
                    closed = Some((begin, at));
                    opened = None;
                }
                (b'"', None, _) if at == start => opened = Some(at),
                // A doubled quote: the cell continues.
                (b'"', None, Some((begin, end))) if end + 1 == at => opened = Some(begin),
                (_, None, _) if byte == delimiter => {
                    ranges.push(start..at);
                    start = at + 1;
                }
                _ => {}
            }
        }
        ranges.push(start..bytes.len());
        Self { ranges, open_quote: opened }
    }
}

/// Returns the separator of the cells of `line`, the heading: the most frequent of comma,
/// semicolon, tab and bar outside quotes, or a comma if there is none.
pub(in crate::subscribers) fn delimiter(line: &str) -> u8 {
    // Every second piece is inside quotes.
    let count =
        |delimiter: u8| line.split('"').step_by(2).flat_map(str::bytes).filter(|&byte| byte == delimiter).count();
    // In reverse order, because `max_by_key` keeps the last of equals.
    *b"|\t;,".iter().max_by_key(|&&delimiter| count(delimiter)).unwrap_or(&b',')
}

/// Returns a CSV reader that accepts rows of any length.
pub(in crate::subscribers) fn reader<R: Read>(text: R, delimiter: u8) -> csv::Reader<R> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_delimiter_is_the_one_the_heading_uses() {
        let cases = [
            ("email", b','),
            ("email,name", b','),
            ("email;name", b';'),
            ("email\tname", b'\t'),
            ("email|name", b'|'),
            ("\"last, first\";email", b';'),
            ("email;name;\"a,b,c,d\"", b';'),
        ];
        for (line, expected) in cases {
            assert_eq!(delimiter(line), expected, "{line}");
        }
    }

    #[test]
    fn a_quote_left_open_is_found() {
        let cells = Cells::find("a@example.org,\"Ada\nb@example.org,Bo", b',');
        assert_eq!(cells, Cells { ranges: vec![0..13, 14..35], open_quote: Some(14) });
    }

    proptest! {
        #[test]
        fn cells_are_cut_where_the_csv_crate_cuts_them(row in "[a\",; \n]{1,40}") {
            let mut reader =
                csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(row.as_bytes());
            let mut record = csv::StringRecord::new();
            let read = reader.read_record(&mut record).unwrap();
            let end = usize::try_from(reader.position().byte()).unwrap();
            let first = row[..end].trim_matches('\n');
            // Trimming cannot distinguish a quoted line end at the end of the row from the row's
            // own.
            prop_assume!(read && !row[..end].ends_with("\n\n") && !first.is_empty());
            let cells = Cells::find(first, b',');
            prop_assert!(cells.open_quote.is_none() || end == row.len(), "a row that ends before the list has no open quote");
            prop_assume!(cells.open_quote.is_none());
            prop_assert_eq!(cells.ranges.len(), record.len());
        }
    }
}
