//! Drops the comments of a style sheet and squeezes its white space.

use cssparser::Token;

use crate::html::css::tokens::tokens;
use crate::html::css::{SplitStyleSheet, StatementEnds};

/// Returns `css` with each comment reduced to its line ends.
pub(super) fn without_comments(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    for (token, range) in tokens(css) {
        if let Token::Comment(text) = token {
            kept.push(' ');
            kept.extend(text.chars().filter(|&character| character == '\n'));
        } else {
            kept.push_str(&css[range]);
        }
    }
    kept
}

/// Returns `css` without comments, because Gmail may skip a rule that follows one, and with white space reduced to one space
/// or one line end, and to nothing after a comma.
pub(super) fn squeeze(css: &str) -> SplitStyleSheet {
    let (mut squeezed, mut ends) = (SplitStyleSheet::default(), StatementEnds::default());
    // The white space before the next token, and whether it has a line end.
    let mut gap = None;
    for (token, range) in tokens(css) {
        if let Token::WhiteSpace(text) | Token::Comment(text) = token {
            gap = Some(gap.unwrap_or_default() || text.contains('\n'));
            continue;
        }
        if let Some(has_line_end) = gap.take()
            // Most elements of a letter carry a list of fonts.
            && !squeezed.css().is_empty() && !squeezed.css().ends_with(',')
        {
            squeezed.push_str(if has_line_end { "\n" } else { " " });
        }
        squeezed.push_str(&css[range]);
        if let Some(kind) = ends.ended_by(&token) {
            squeezed.end(kind);
        }
    }
    squeezed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::html::css::statements;

    proptest! {
        #[test]
        fn a_squeezed_sheet_has_the_statements_of_its_text(css in "([{}:;,()'\"!@a-z \n\\\\]|/\\*|\\*/|url\\(|é)*") {
            let squeezed = squeeze(&css);
            prop_assert_eq!(squeezed.statements().collect::<Vec<_>>(), statements(squeezed.css()));
        }
    }
}
