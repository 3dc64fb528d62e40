//! Lays out tables for a terminal.

use anstyle::Style;

use super::style::{HEAD, styled};
use crate::format;

/// A cell of a table: its text, and how it looks.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    text: String,
    style: Style,
    /// What follows the text without a width of its own: a command at the end of a line.
    more: String,
}

impl Cell {
    /// Returns a cell that looks as `style` says.
    pub(super) fn styled(style: Style, text: impl Into<String>) -> Self {
        Self { text: text.into(), style, more: String::new() }
    }

    /// Adds `more` behind the text, which may have styles of its own. It is for the last column, which needs no width.
    pub(super) fn followed_by(mut self, more: impl Into<String>) -> Self {
        self.more = more.into();
        self
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty() && self.more.is_empty()
    }

    /// The text in its style, filled with spaces up to `width` columns.
    fn padded(&self, width: usize) -> String {
        let Self { text, style, more } = self;
        let spaces = " ".repeat(width.saturating_sub(text.chars().count()));
        let text = if style.is_plain() { text.clone() } else { styled(*style, text) };
        format!("{text}{more}{spaces}")
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::styled(Style::new(), text)
    }
}

/// Returns the heads of columns.
pub(super) fn heads<const N: usize>(names: [&str; N]) -> [Cell; N] {
    names.map(|name| Cell::styled(HEAD, name))
}

/// Returns the lines of `table`: columns as wide as their widest cell, two spaces between.
pub(super) fn aligned<const N: usize>(table: &[[Cell; N]]) -> Vec<String> {
    let width = |column: usize| table.iter().map(|row| row[column].text.chars().count()).max().unwrap_or_default();
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |row: &[Cell; N]| {
        let last = row.iter().rposition(|cell| !cell.is_empty()).unwrap_or_default();
        let columns = row.iter().zip(widths).take(last + 1).enumerate();
        let cells = columns.map(|(column, (cell, width))| cell.padded(if column == last { 0 } else { width }));
        cells.collect::<Vec<_>>().join("  ")
    };
    table.iter().map(line).collect()
}

/// Returns a count, or a dash for none.
pub(super) fn dash(count: u64) -> String {
    if count == 0 { "-".to_owned() } else { format::count(count) }
}
