//! Shortens subject and preview text to the width that an inbox shows.

use unicode_width::UnicodeWidthChar;

/// The columns of one line on a phone 390 px wide, for the subject or the preview text.
pub(super) const PHONE_COLUMNS: usize = 40;

/// The columns that subject and preview text share in a desktop inbox 1,024 px wide.
pub(super) const DESKTOP_COLUMNS: usize = 100;

/// The visible part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Truncated<'a> {
    /// The beginning of the text that fits.
    pub(super) shown: &'a str,
    /// Whether there is more text.
    pub(super) is_cut: bool,
}

/// Shortens `text` to `columns`, in which wide characters count two. A shortened text leaves one column for an ellipsis.
pub(super) fn truncate(text: &str, columns: usize) -> Truncated<'_> {
    let mut used = 0;
    let mut end = 0;
    for (at, character) in text.char_indices() {
        let width = character.width().unwrap_or(0);
        if used + width > columns {
            return Truncated { shown: text[..end].trim_end().trim_end_matches('\u{200d}'), is_cut: true };
        }
        used += width;
        // A character without a width combines with the one before it.
        if used < columns {
            end = at + character.len_utf8();
        }
    }
    Truncated { shown: text, is_cut: false }
}

/// The columns of `text`.
pub(super) fn width(text: &str) -> usize {
    text.chars().filter_map(UnicodeWidthChar::width).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_truncated_at_the_end_of_the_line() {
        let cases = [
            ("", "", false),
            ("twelve chars", "twelve chars", false),
            ("twelve chars!", "twelve char", true),
            ("a line, cut at a space", "a line, cut", true),
            ("分散システムの話", "分散システ", true),
            ("e\u{301}e\u{301}e\u{301}", "e\u{301}e\u{301}e\u{301}", false),
        ];
        for (text, shown, is_cut) in cases {
            assert_eq!(truncate(text, 12), Truncated { shown, is_cut }, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_visible_part_fits_and_is_a_prefix(text in "\\PC*", limit in 1_usize..60) {
            let Truncated { shown, is_cut } = truncate(&text, limit);
            prop_assert!(text.starts_with(shown));
            prop_assert!(width(shown) + usize::from(is_cut) <= limit);
        }
    }
}
