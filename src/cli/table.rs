//! Lays out tables for a terminal.

use crate::format;

/// Returns the lines of `table`: columns as wide as their widest cell, two spaces between.
pub(super) fn aligned<const N: usize>(table: &[[String; N]]) -> Vec<String> {
    let width = |column: usize| table.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |row: &[String; N]| {
        let cells: Vec<_> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    };
    table.iter().map(line).collect()
}

/// Returns a count, or a dash for none.
pub(super) fn dash(count: u64) -> String {
    if count == 0 { "-".to_owned() } else { format::count(count) }
}
