//! Where the cells of a row stand in the file. The `csv` crate reads their values but keeps only the row's place.

use std::ops::Range;

/// The cells of one row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cells {
    /// Byte ranges, quotes included.
    pub(super) ranges: Vec<Range<usize>>,
    /// Where a quote opens that nothing closes.
    pub(super) open_quote: Option<usize>,
}

impl Cells {
    /// Finds the cells of `row`, the text of one row without its line end, by the rules of the `csv` crate: a quote opens
    /// at the start of a cell only, two are one, whatever follows a closing quote belongs to the cell.
    pub(super) fn find(row: &str, delimiter: u8) -> Self {
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
                // A doubled quote: the cell goes on.
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

/// What separates the cells of `line`, the heading: whichever of comma, semicolon and tab stands there most often outside
/// quotes. A comma when there is none.
pub(super) fn delimiter(line: &str) -> u8 {
    // Between quotes is every second piece.
    let count =
        |delimiter: u8| line.split('"').step_by(2).flat_map(str::bytes).filter(|&byte| byte == delimiter).count();
    // From the last choice to the first, because `max_by_key` keeps the last of equals.
    *b"\t;,".iter().max_by_key(|&&delimiter| count(delimiter)).unwrap_or(&b',')
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
            // A quoted line end at the row's own end is the one thing trimming cannot tell apart.
            prop_assume!(read && !row[..end].ends_with("\n\n") && !first.is_empty());
            let cells = Cells::find(first, b',');
            prop_assert!(cells.open_quote.is_none() || end == row.len(), "a row that ends before the list has no open quote");
            prop_assume!(cells.open_quote.is_none());
            prop_assert_eq!(cells.ranges.len(), record.len());
        }
    }
}
