//! Marks the elements that each selector of a style sheet selects, by the inliner itself: for every selector, a rule with
//! a declaration of its own is added to the style sheet, and is then found in the elements.
//!
//! A part that depends on the reader or on a client (`:hover`, `::before`, `[data-ogsc]`) is left out of the selector.

use std::ops::Range;

use cssparser::Token;

use crate::html::css::parse_style_sheet;
use crate::html::css::tokens::tokens;
use crate::html::css::vocabulary::vocabulary;

/// The property that marks an element, up to the number of the selector.
const MARK: &str = "selector-";

/// Attributes by which Outlook.com marks what it recolours in dark mode.
const OUTLOOK_MARKS: [&str; 4] = ["data-ogsc", "data-ogsb", "data-ogac", "data-ogab"];

/// Pseudo-classes that depend on nothing but the document.
const STRUCTURAL: [&str; 17] = [
    "empty",
    "first-child",
    "first-of-type",
    "has",
    "is",
    "lang",
    "last-child",
    "last-of-type",
    "not",
    "nth-child",
    "nth-last-child",
    "nth-last-of-type",
    "nth-of-type",
    "only-child",
    "only-of-type",
    "root",
    "where",
];

/// A selector without what depends on the reader or on a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ReducedSelector {
    /// The rest of the selector.
    pub(super) text: String,
    /// The pseudo-classes that were left out: `hover`.
    pub(super) states: Vec<String>,
    /// The pseudo-elements that were left out: `before`.
    pub(super) pseudo_elements: Vec<String>,
    /// Whether an attribute of Outlook.com was left out.
    pub(super) is_for_outlook: bool,
}

impl ReducedSelector {
    /// Reads a selector without commas.
    pub(super) fn of(selector: &str) -> Self {
        let mut reduced = Self::default();
        let tokens: Vec<(Token<'_>, Range<usize>)> = tokens(selector).collect();
        let mut at = 0;
        while let Some((token, range)) = tokens.get(at) {
            let length = match token {
                Token::Colon => reduced.pseudo(&tokens[at..]),
                Token::SquareBracketBlock => reduced.attribute(&tokens[at..]),
                _ => None,
            };
            let Some(length) = length else {
                reduced.text.push_str(&selector[range.clone()]);
                at += 1;
                continue;
            };
            at += length;
            let ends = tokens.get(at).is_none_or(|(next, _)| is_between_compounds(next));
            if ends && reduced.text.chars().next_back().is_none_or(|last| " >+~(,".contains(last)) {
                reduced.text.push('*');
            }
        }
        reduced
    }

    /// Reads the pseudo-class or pseudo-element that `tokens` begin with. Returns its number of tokens if it is left out.
    fn pseudo(&mut self, tokens: &[(Token<'_>, Range<usize>)]) -> Option<usize> {
        let colons = tokens.iter().take_while(|(token, _)| *token == Token::Colon).count();
        let (name, length) = match &tokens.get(colons)?.0 {
            Token::Ident(name) => (name.to_ascii_lowercase(), 1),
            Token::Function(name) => (name.to_ascii_lowercase(), function_length(&tokens[colons..])),
            _ => return None,
        };
        if colons > 1 || vocabulary().pseudo_elements.contains(&name) {
            self.pseudo_elements.push(name);
        } else if STRUCTURAL.contains(&name.as_str()) {
            return None;
        } else {
            self.states.push(name);
        }
        Some(colons + length)
    }

    /// Returns the number of tokens of the attribute selector that `tokens` begin with if it is one of Outlook.com.
    fn attribute(&mut self, tokens: &[(Token<'_>, Range<usize>)]) -> Option<usize> {
        let is_mark = matches!(&tokens.get(1)?.0, Token::Ident(name) if OUTLOOK_MARKS.contains(&name.as_ref()));
        if !is_mark {
            return None;
        }
        self.is_for_outlook = true;
        Some(tokens.iter().position(|(token, _)| *token == Token::CloseSquareBracket)? + 1)
    }

    /// Whether a rule with this selector is moved into the elements.
    pub(super) fn is_inlined(&self) -> bool {
        self.states.is_empty() && self.pseudo_elements.is_empty() && !self.is_for_outlook
    }
}

fn is_between_compounds(token: &Token<'_>) -> bool {
    matches!(token, Token::WhiteSpace(_) | Token::Delim('>' | '+' | '~') | Token::Comma | Token::CloseParenthesis)
}

/// Returns the number of tokens of the function that `tokens` begin with.
fn function_length(tokens: &[(Token<'_>, Range<usize>)]) -> usize {
    let mut depth = 0_usize;
    for (index, (token, _)) in tokens.iter().enumerate() {
        match token {
            Token::Function(_) | Token::ParenthesisBlock => depth += 1,
            Token::CloseParenthesis => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    tokens.len()
}

/// Returns `css` after rules that mark the elements of each of its selectors, for `mark_number`.
pub fn with_marks(css: &str) -> String {
    let sheet = parse_style_sheet(css);
    let selectors = sheet.rules.iter().flat_map(|rule| &rule.selectors);
    // An invalid selector would invalidate the others with it; alone, it is skipped.
    let marks = selectors.enumerate().map(|(number, selector)| {
        format!("{} {{ {MARK}{number}: 1 }}\n", ReducedSelector::of(selector).text.replace(['{', '}'], ""))
    });
    // In front, because a block that is not closed would swallow them.
    marks.collect::<String>() + css
}

/// Returns the number of the selector whose mark the property is.
pub(super) fn mark_number(property: &str) -> Option<usize> {
    property.strip_prefix(MARK)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_depends_on_the_reader_or_a_client_is_left_out() {
        let cases = [
            ("a:hover", "a", true),
            (".a > :hover b::before", ".a > * b", true),
            ("[data-ogsc] .a", "* .a", true),
            ("td[data-ogsb=\"\"]", "td", true),
            ("li:not(:last-child):focus-within", "li:not(:last-child)", true),
            ("a:is(.x, .y):nth-child(2n + 1)", "a:is(.x, .y):nth-child(2n + 1)", false),
            ("p:first-letter", "p", true),
            ("::selection", "*", true),
            ("a:host(.b) c", "a c", true),
        ];
        for (selector, expected, is_reduced) in cases {
            let reduced = ReducedSelector::of(selector);
            assert_eq!((reduced.text.as_str(), !reduced.is_inlined()), (expected, is_reduced), "{selector}");
        }
    }

    #[test]
    fn every_selector_has_a_mark() {
        let css = "a:hover, b { top: 0 } @media x { c { top: 0 } }";
        let expected = "a { selector-0: 1 }\nb { selector-1: 1 }\nc { selector-2: 1 }\n".to_owned() + css;
        assert_eq!(with_marks(css), expected);
        assert_eq!((mark_number("selector-12"), mark_number("color")), (Some(12), None));
    }
}
