//! Holds the Markdown of an item of a `list`, with its place in the list.

use std::ops::Range;

/// The Markdown of an item, without its marker and indentation.
pub(super) struct ItemText {
    pub(super) markdown: String,
    /// Its first line in the list, marker included.
    pub(super) first_line: Range<usize>,
    /// Where each line begins: in `markdown`, and in the list.
    lines: Vec<(usize, usize)>,
    /// The columns to which its further lines are indented.
    pub(super) indent: usize,
}

impl ItemText {
    /// Creates the item whose first line is `markdown`, at `start` of the list.
    pub(super) fn new(markdown: &str, start: usize, first_line: Range<usize>, indent: usize) -> Self {
        Self { markdown: markdown.to_owned(), first_line, lines: vec![(0, start)], indent }
    }

    /// Returns where in the list the bytes `range` of its Markdown stand.
    pub(super) fn place(&self, range: Range<usize>) -> Range<usize> {
        let place = |at: usize| {
            let line = self.lines.partition_point(|&(start, _)| start <= at).saturating_sub(1);
            self.lines.get(line).map_or(at, |&(start, in_list)| in_list + at.saturating_sub(start))
        };
        place(range.start)..place(range.end)
    }

    /// Adds a line, which stands at `in_list` of the list.
    pub(super) fn push(&mut self, line: &str, in_list: usize) {
        self.markdown.push('\n');
        self.lines.push((self.markdown.len(), in_list));
        self.markdown.push_str(line);
    }
}

/// A reference definition: `[label]: https://…`.
pub(super) struct Definition {
    /// The label as Markdown compares it.
    pub(super) label: String,
    pub(super) markdown: String,
}

/// Returns `label` as Markdown compares it: without regard to case and amounts of white space.
pub(super) fn normalized_label(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
