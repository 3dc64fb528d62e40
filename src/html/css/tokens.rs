//! Splits CSS into tokens. Every byte belongs to one token, so that a change to one leaves the others the same.

use std::ops::Range;

use cssparser::{Parser, Token};

/// Returns the tokens of `css` with their ranges, also those inside blocks and functions. Comments and white space are
/// tokens.
pub(crate) fn tokens(css: &str) -> Tokens<'_> {
    Tokens { css, base: 0, parser: Parser::new(css) }
}

/// The iterator of [`tokens`].
pub(crate) struct Tokens<'a> {
    css: &'a str,
    /// The offset in `css` at which the input of `parser` starts.
    base: usize,
    parser: Parser<'a>,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (Token<'a>, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.base + self.parser.position().byte_index();
        let token = self.parser.next_including_whitespace_and_comments().ok()?.clone();
        let end = self.base + self.parser.position().byte_index();
        if opens_block(&token) {
            // The parser would skip the block. Its own way to descend takes a stack frame per block, and the depth of
            // a style sheet is not limited.
            self.base = end;
            self.parser = Parser::new(&self.css[end..]);
        }
        Some((token, start..end))
    }
}

/// Whether `token` opens a block, as a function does.
pub(crate) fn opens_block(token: &Token<'_>) -> bool {
    matches!(token, Token::Function(_) | Token::ParenthesisBlock | Token::SquareBracketBlock | Token::CurlyBracketBlock)
}

/// Whether `token` closes a block.
pub(crate) fn closes_block(token: &Token<'_>) -> bool {
    matches!(token, Token::CloseParenthesis | Token::CloseSquareBracket | Token::CloseCurlyBracket)
}

/// Returns `open`, which opens a parenthesis, and the `tokens` up to the one that closes it; `None` without that.
pub(crate) fn up_to_closing_parenthesis<'a>(
    open: (Token<'a>, Range<usize>),
    tokens: &mut Tokens<'a>,
) -> Option<Vec<(Token<'a>, Range<usize>)>> {
    let (mut reference, mut depth) = (vec![open], 1_usize);
    while depth > 0 {
        let next = tokens.next()?;
        depth = depth_after(&next.0, depth);
        reference.push(next);
    }
    Some(reference)
}

/// Returns the index of the token that closes the parenthesis `tokens[open]` opens.
pub(crate) fn closing_parenthesis(tokens: &[(Token<'_>, Range<usize>)], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    tokens.iter().enumerate().skip(open).find_map(|(index, (token, _))| {
        depth = depth_after(token, depth);
        (depth == 0).then_some(index)
    })
}

/// Returns how many parentheses are open after `token`, of `depth` before it.
fn depth_after(token: &Token<'_>, depth: usize) -> usize {
    match token {
        Token::Function(_) | Token::ParenthesisBlock => depth + 1,
        Token::CloseParenthesis => depth - 1,
        _ => depth,
    }
}

/// Returns the tokens of a value without white space and comments, each with its text.
pub(crate) fn value_tokens(value: &str) -> impl Iterator<Item = (Token<'_>, &str)> {
    tokens(value)
        .filter(|(token, _)| !matches!(token, Token::WhiteSpace(_) | Token::Comment(_)))
        .map(|(token, range)| (token, &value[range]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn strings_urls_and_comments_are_one_token_each() {
        let css = "a{b:'};' url(data:x;{y) /* ; */}";
        let written: Vec<_> = tokens(css).map(|(_, range)| &css[range]).collect();
        assert_eq!(written, ["a", "{", "b", ":", "'};'", " ", "url(data:x;{y)", " ", "/* ; */", "}"]);
    }

    #[test]
    fn deeply_nested_blocks_do_not_overflow_the_stack() {
        assert_eq!(tokens(&"(".repeat(100_000)).count(), 100_000);
    }

    proptest! {
        #[test]
        fn every_byte_is_in_one_token(css in "([{}()\\[\\];:,'\"!@a-z \n\\\\]|url\\(|/\\*|\\*/|<!--|\\PC)*") {
            let mut end = 0;
            for (_, range) in tokens(&css) {
                prop_assert_eq!(range.start, end);
                end = range.end;
            }
            prop_assert_eq!(end, css.len());
        }
    }
}
