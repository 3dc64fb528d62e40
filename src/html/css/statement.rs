//! Splits CSS into statements, so that one can be changed and every other byte stays the same.

use cssparser::Token;

use super::tokens::{closes_block, opens_block, tokens};

/// A piece of CSS; all pieces of a text joined are the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Statement<'a> {
    /// The selectors or the at-rule before a block, its `{` included.
    Prelude(&'a str),
    /// Anything else, up to its `;` or `}` or the end: a declaration, an at-rule without a block, or white space.
    Declaration(&'a str),
}

impl<'a> Statement<'a> {
    /// Returns it as written.
    pub(crate) fn as_str(&self) -> &'a str {
        match self {
            Self::Prelude(text) | Self::Declaration(text) => text,
        }
    }
}

/// Returns the statements of a style sheet or of a `style` attribute.
pub(crate) fn statements(css: &str) -> Vec<Statement<'_>> {
    let (mut statements, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (token, range) in tokens(css) {
        match token {
            Token::CurlyBracketBlock => statements.push(Statement::Prelude(&css[start..range.end])),
            Token::CloseCurlyBracket => statements.push(Statement::Declaration(&css[start..range.end])),
            Token::Semicolon if depth == 0 => statements.push(Statement::Declaration(&css[start..range.end])),
            other => {
                if opens_block(&other) {
                    depth += 1;
                } else if closes_block(&other) {
                    depth = depth.saturating_sub(1);
                }
                continue;
            }
        }
        (start, depth) = (range.end, 0);
    }
    if start < css.len() {
        statements.push(Statement::Declaration(&css[start..]));
    }
    statements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_urls_are_not_split() {
        let css = "@import url(a;b);a{background:url(data:image/png;base64,x{) '}';top:0}";
        assert_eq!(
            statements(css),
            [
                Statement::Declaration("@import url(a;b);"),
                Statement::Prelude("a{"),
                Statement::Declaration("background:url(data:image/png;base64,x{) '}';"),
                Statement::Declaration("top:0}"),
            ]
        );
    }
}
