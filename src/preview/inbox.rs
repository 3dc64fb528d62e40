//! What an inbox shows of a letter before it is opened.

use unicode_width::UnicodeWidthChar;

/// Columns of one line on a phone of 390 px: the subject, or the preview text.
pub(super) const PHONE_COLUMNS: usize = 40;

/// Columns subject and preview text share in the one line of a desktop list 1,024 px wide.
pub(super) const DESKTOP_COLUMNS: usize = 100;

/// A text and the part of it that is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cut<'a> {
    /// What is seen.
    pub(super) shown: &'a str,
    /// Whether there is more.
    pub(super) is_cut: bool,
}

/// The beginning of `text` that fits in `columns`, wide characters counting two; when not all of it fits, one column
/// is left for an ellipsis.
pub(super) fn cut(text: &str, columns: usize) -> Cut<'_> {
    let mut used = 0;
    let mut end = 0;
    for (at, character) in text.char_indices() {
        let width = character.width().unwrap_or(0);
        if used + width > columns {
            return Cut { shown: text[..end].trim_end().trim_end_matches('\u{200d}'), is_cut: true };
        }
        used += width;
        // A character without a width belongs to the one before it.
        if used < columns {
            end = at + character.len_utf8();
        }
    }
    Cut { shown: text, is_cut: false }
}

/// How many columns `text` takes.
pub(super) fn columns(text: &str) -> usize {
    text.chars().filter_map(UnicodeWidthChar::width).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_cut_where_the_line_ends() {
        let cases = [
            ("", "", false),
            ("twelve chars", "twelve chars", false),
            ("twelve chars!", "twelve char", true),
            ("a line, cut at a space", "a line, cut", true),
            ("分散システムの話", "分散システ", true),
            ("e\u{301}e\u{301}e\u{301}", "e\u{301}e\u{301}e\u{301}", false),
        ];
        for (text, shown, is_cut) in cases {
            assert_eq!(cut(text, 12), Cut { shown, is_cut }, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_fits_and_is_a_beginning(text in "\\PC*", columns_at_hand in 1_usize..60) {
            let Cut { shown, is_cut } = cut(&text, columns_at_hand);
            prop_assert!(text.starts_with(shown));
            prop_assert!(columns(shown) + usize::from(is_cut) <= columns_at_hand);
        }
    }
}
