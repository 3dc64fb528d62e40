//! Reads a selector into the parts that clients support differently.

use cssparser::Token;

use crate::html::css::tokens::tokens;

/// The parts of a selector, also those inside functions such as `:not()`. Names are in lower case.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct SelectorParts {
    /// The names of elements.
    pub(super) elements: Vec<String>,
    /// The names of pseudo-classes and pseudo-elements: `hover`, `not`.
    pub(super) pseudo_classes: Vec<String>,
    /// The attribute selectors.
    pub(super) attributes: Vec<AttributePart>,
    /// Whether it has a combinator other than the descendant's space.
    pub(super) has_combinator: bool,
    /// Whether it has the universal selector `*`.
    pub(super) is_universal: bool,
}

/// An attribute selector.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct AttributePart {
    /// The name of the attribute.
    pub(super) name: String,
    /// The operator before the value, if it has a value.
    pub(super) operator: Option<&'static str>,
}

impl SelectorParts {
    /// Reads a selector.
    pub(super) fn parse(selector: &str) -> Self {
        let mut parts = Self::default();
        let mut is_in_brackets = false;
        let mut previous = Token::WhiteSpace(" ");
        for (token, _) in tokens(selector) {
            match &token {
                Token::SquareBracketBlock => {
                    is_in_brackets = true;
                    parts.attributes.push(AttributePart::default());
                }
                Token::CloseSquareBracket => is_in_brackets = false,
                inside if is_in_brackets => {
                    if let Some(attribute) = parts.attributes.last_mut() {
                        attribute.add(inside);
                    }
                }
                Token::Delim('*') => parts.is_universal = true,
                Token::Delim('>' | '+' | '~') => parts.has_combinator = true,
                Token::Ident(name) | Token::Function(name) if previous == Token::Colon => {
                    parts.pseudo_classes.push(name.to_ascii_lowercase());
                }
                Token::Ident(name) if previous != Token::Delim('.') => parts.elements.push(name.to_ascii_lowercase()),
                _ => {}
            }
            previous = token;
        }
        parts
    }
}

impl AttributePart {
    fn add(&mut self, token: &Token<'_>) {
        match token {
            Token::Ident(name) if self.name.is_empty() => self.name = name.to_ascii_lowercase(),
            Token::Delim('=') => self.operator = Some("="),
            Token::IncludeMatch => self.operator = Some("~="),
            Token::DashMatch => self.operator = Some("|="),
            Token::PrefixMatch => self.operator = Some("^="),
            Token::SuffixMatch => self.operator = Some("$="),
            Token::SubstringMatch => self.operator = Some("*="),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_is_read_by_its_tokens() {
        let parts = SelectorParts::parse("Div.a:not(p)::before > [title*='x:y>*[']:HOVER #b");
        let attributes = vec![AttributePart { name: "title".to_owned(), operator: Some("*=") }];
        let expected = SelectorParts {
            elements: vec!["div".to_owned(), "p".to_owned()],
            pseudo_classes: vec!["not".to_owned(), "before".to_owned(), "hover".to_owned()],
            attributes,
            has_combinator: true,
            is_universal: false,
        };
        assert_eq!(parts, expected);
    }
}
