//! Lays out tables in the text part.

use super::slot_characters::SlotCharacters;
use super::wrap::{width, wrap};
use crate::model::Alignment;

/// The space between two columns.
const GAP: &str = "  ";

/// Returns the table with a line for each row and its header underlined; `None` if that is wider than `columns`.
pub(super) fn aligned_columns(
    header: &[String],
    rows: &[Vec<String>],
    alignments: &[Alignment],
    columns: usize,
    slot_characters: &SlotCharacters,
) -> Option<Vec<String>> {
    let all = || std::iter::once(header).chain(rows.iter().map(Vec::as_slice));
    let widest = |column: usize| {
        all().filter_map(|row| row.get(column)).map(|cell| width(cell, slot_characters)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(widest).collect();
    let taken = widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1);
    (taken <= columns).then_some(())?;
    let line = |row: &[String]| {
        let cells = row.iter().zip(&widths).zip(alignments);
        let padded: Vec<String> =
            cells.map(|((cell, width), alignment)| pad(cell, *width, *alignment, slot_characters)).collect();
        padded.join(GAP).trim_end().to_owned()
    };
    let rule = widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join(GAP);
    Some([line(header), rule].into_iter().chain(rows.iter().map(|row| line(row))).collect())
}

/// Returns the rows with a blank line between them, each cell as `Header: value`; empty cells are left out.
pub(super) fn labelled_rows(
    header: &[String],
    rows: &[Vec<String>],
    columns: usize,
    slot_characters: &SlotCharacters,
) -> Vec<String> {
    let mut lines = Vec::new();
    for row in rows {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        for (name, cell) in header.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
            let text = if name.is_empty() { cell.clone() } else { format!("{name}: {cell}") };
            lines.extend(wrap(&text, columns, slot_characters));
        }
    }
    lines
}

fn pad(cell: &str, columns: usize, alignment: Alignment, slot_characters: &SlotCharacters) -> String {
    let free = columns.saturating_sub(width(cell, slot_characters));
    let before = match alignment {
        Alignment::Start | Alignment::Left => 0,
        Alignment::Centre => free / 2,
        Alignment::Right => free,
    };
    format!("{}{cell}{}", " ".repeat(before), " ".repeat(free - before))
}
