//! Rewrites a text and keeps the places of the original.

use std::ops::Range;

/// A text made from another one.
#[derive(Debug, Default)]
pub(super) struct Rewritten {
    /// The new text.
    pub(super) text: String,
    /// For each stretch of the new text, in order, its first byte and the range of the original it was made from.
    stretches: Vec<(usize, Range<usize>)>,
}

impl Rewritten {
    /// Adds `words` in place of the bytes `original`, or as a copy of them.
    pub(super) fn push(&mut self, words: &str, original: Range<usize>) {
        if !words.is_empty() {
            self.stretches.push((self.text.len(), original));
            self.text.push_str(words);
        }
    }

    /// Returns the range of the original from which `range` was made.
    pub(super) fn original(&self, range: Range<usize>) -> Range<usize> {
        let start = self.original_byte(range.start);
        // The end is the byte behind the last one; what was left out after it is not part of it.
        let end = if range.is_empty() { start } else { self.original_byte(range.end - 1) + 1 };
        let last = self.stretch(range.end.saturating_sub(1)).map_or(end, |(_, original)| original.end);
        start..end.clamp(start, last.max(start))
    }

    fn original_byte(&self, at: usize) -> usize {
        let Some((first, original)) = self.stretch(at) else { return 0 };
        (original.start + (at - first)).min(original.end)
    }

    fn stretch(&self, at: usize) -> Option<&(usize, Range<usize>)> {
        let behind = self.stretches.partition_point(|(first, _)| *first <= at);
        behind.checked_sub(1).and_then(|index| self.stretches.get(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_back_past_what_was_left_out_and_replaced() {
        // `ab` is kept, `--` left out, `cd` kept, `*` becomes three bytes, `é` is kept.
        let mut rewritten = Rewritten::default();
        rewritten.push("ab", 0..2);
        rewritten.push("cd", 4..6);
        rewritten.push("\u{e001}", 6..7);
        rewritten.push("é", 7..9);
        assert_eq!(rewritten.text, "abcd\u{e001}é");
        for (new, original) in
            [(0..2, 0..2), (1..3, 1..5), (2..4, 4..6), (4..7, 6..7), (7..9, 7..9), (0..9, 0..9), (9..9, 9..9)]
        {
            assert_eq!(rewritten.original(new.clone()), original, "{new:?}");
        }
        assert_eq!(Rewritten::default().original(0..0), 0..0);
    }
}
