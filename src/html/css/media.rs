//! Finds the conditions on the reader's colour scheme in media queries.

use std::ops::Range;

use cssparser::Token;

use super::tokens::{closing_parenthesis, tokens};

/// A condition `(prefers-color-scheme: ...)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SchemeFeature {
    /// Its range in the query, parentheses included.
    pub(crate) range: Range<usize>,
    /// Whether it requires the dark scheme, not the light one.
    pub(crate) is_dark: bool,
}

/// Returns the conditions on the colour scheme in `query`, a media query or the prelude of an at-rule.
pub(crate) fn scheme_features(query: &str) -> Vec<SchemeFeature> {
    let tokens: Vec<_> = tokens(query).collect();
    let mut found = Vec::new();
    for (open, (token, range)) in tokens.iter().enumerate() {
        if *token != Token::ParenthesisBlock {
            continue;
        }
        let Some(close) = closing_parenthesis(&tokens, open) else { break };
        let mut words = tokens[open..close].iter().filter_map(|(token, _)| match token {
            Token::Ident(word) => Some(word.as_ref()),
            _ => None,
        });
        if words.next().is_some_and(|name| name.eq_ignore_ascii_case("prefers-color-scheme")) {
            let is_dark = words.any(|value| value.eq_ignore_ascii_case("dark"));
            found.push(SchemeFeature { range: range.start..tokens[close].1.end, is_dark });
        }
    }
    found
}

/// Whether `query` has a condition on the dark scheme.
pub(crate) fn asks_for_dark(query: &str) -> bool {
    scheme_features(query).iter().any(|feature| feature.is_dark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_found_at_any_depth() {
        let query = "@media (max-width: 9px) and (not (Prefers-Color-Scheme : DARK)), (prefers-color-scheme:light)";
        let found: Vec<_> = scheme_features(query).into_iter().map(|one| (&query[one.range], one.is_dark)).collect();
        assert_eq!(found, [("(Prefers-Color-Scheme : DARK)", true), ("(prefers-color-scheme:light)", false)]);
        assert!(!asks_for_dark("@media (prefers-contrast: more)"));
    }
}
