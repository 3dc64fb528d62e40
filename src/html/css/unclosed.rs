//! Finds blocks, texts and comments of a style sheet that are not closed, or closed and never opened.

use cssparser::Token;

use super::mistake::{CssMistake, CssMistakeKind};
use super::tokens::{closes_block, opens_block, tokens};

/// Returns everything in `css` that is opened and not closed, and the reverse.
pub(super) fn unclosed(css: &str) -> Vec<CssMistake> {
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut found = Vec::new();
    for (token, range) in tokens(css) {
        let written = &css[range.clone()];
        let is_cut = match token {
            Token::BadString(_) | Token::BadUrl(_) => true,
            Token::Comment(_) => !written.ends_with("*/") || written.len() < 4,
            // At the end of the text the parser closes them.
            Token::QuotedString(_) => written.len() < 2 || !written.ends_with(&written[..1]),
            Token::UnquotedUrl(_) => !written.ends_with(')'),
            _ => false,
        };
        if is_cut {
            let end = written.find('\n').map_or(range.end, |line| range.start + line);
            found.push(CssMistake { range: range.start..end, kind: CssMistakeKind::UnclosedText });
        }
        if opens_block(&token) {
            open.push((written.chars().next_back().unwrap_or('{'), range.end - 1));
        } else if closes_block(&token) {
            // A brace also ends what is open inside it.
            let closed = match token {
                Token::CloseCurlyBracket => '{',
                Token::CloseSquareBracket => '[',
                _ => '(',
            };
            match open.iter().rposition(|(sign, _)| *sign == closed) {
                Some(at) => found.extend(open.drain(at..).skip(1).map(unclosed_sign)),
                None if closed == '{' => {
                    found.push(CssMistake { range, kind: CssMistakeKind::StrayBrace });
                }
                None => found.push(CssMistake { range, kind: CssMistakeKind::Skipped }),
            }
        }
    }
    found.extend(open.into_iter().map(unclosed_sign));
    found
}

fn unclosed_sign((sign, at): (char, usize)) -> CssMistake {
    CssMistake { range: at..at + 1, kind: CssMistakeKind::Unclosed(sign) }
}
