//! Converts the positions of the Markdown parser, which are lines and columns, into byte ranges of the text.

use std::ops::Range;

use comrak::nodes::{LineColumn, Sourcepos};

/// A text and the places of its lines.
pub(super) struct SourceLines<'t> {
    text: &'t str,
    /// The byte at which each line begins.
    starts: Vec<usize>,
}

impl<'t> SourceLines<'t> {
    /// Finds the lines of `text`, which end in `\n`.
    pub(super) fn new(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    /// Returns the text at `range`, if it is a range of it.
    pub(super) fn text(&self, range: Range<usize>) -> Option<&'t str> {
        self.text.get(range)
    }

    /// Returns the byte range of `position`, whose lines and columns count from 1, columns in bytes, and whose end is
    /// its last byte. A position that is not in the text (the parser is out by some columns behind a tab in a list)
    /// becomes the nearest range that is.
    pub(super) fn range(&self, position: Sourcepos) -> Range<usize> {
        let start = self.text.floor_char_boundary(self.byte(position.start));
        let end = self.text.ceil_char_boundary((self.byte(position.end) + 1).min(self.text.len()));
        start..end.max(start)
    }

    fn byte(&self, place: LineColumn) -> usize {
        let line = place.line.saturating_sub(1).min(self.starts.len() - 1);
        (self.starts[line] + place.column.saturating_sub(1)).min(self.text.len())
    }

    /// Returns the place of `words` in the line `index` lines below the one at byte `start`.
    pub(super) fn place_in_line(&self, start: usize, index: usize, words: &str) -> Range<usize> {
        let first = self.starts.partition_point(|&line| line <= start).saturating_sub(1);
        let begin = self.starts.get(first + index).map_or(self.text.len(), |&line| line.max(start));
        let line = self.text[begin..].split('\n').next().unwrap_or_default();
        let at = begin + line.find(words).unwrap_or_default();
        at..(at + words.len()).min(begin + line.len())
    }
}
