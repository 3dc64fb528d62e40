//! Reads the declarations of a `style` attribute or of a rule.

use cssparser::{
    AtRuleParser, CowRcStr, DeclarationParser, ParseError, Parser, ParserState, QualifiedRuleParser,
    RuleBodyItemParser, RuleBodyParser, Token, parse_important,
};

use super::tokens::value_tokens;

/// A property and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Declaration<'a> {
    /// Its name, lower case unless it is a custom property.
    pub(crate) property: String,
    /// Its value without `!important`.
    pub(crate) value: &'a str,
    /// Everything after the colon, as written.
    pub(crate) raw_value: &'a str,
    /// Whether it is `!important`.
    pub(crate) important: bool,
    /// The declaration, as written.
    pub(crate) source: &'a str,
    /// Its offset in the text it was read from.
    pub(crate) offset: usize,
}

impl Declaration<'_> {
    /// Returns the value in pixels if it is a single length in `px`, or a bare zero.
    pub(crate) fn pixels(&self) -> Option<f64> {
        parse_pixels(self.value)
    }
}

/// Reads a single length in `px`, or a bare zero.
pub(crate) fn parse_pixels(value: &str) -> Option<f64> {
    let mut tokens = value_tokens(value);
    let (token, written) = tokens.next()?;
    tokens.next().is_none().then(|| pixels(&token, written)).flatten()
}

/// Returns the length `token` in pixels if its unit is `px`, or if it is a bare zero.
pub(crate) fn pixels(token: &Token<'_>, written: &str) -> Option<f64> {
    match token {
        Token::Number { value: 0.0, .. } => Some(0.0),
        Token::Dimension { unit, .. } if unit.eq_ignore_ascii_case("px") => {
            // The token holds the number in single precision only.
            written[..written.len() - "px".len()].parse().ok()
        }
        _ => None,
    }
}

/// Reads the declarations of a `style` attribute.
pub(crate) fn parse_declarations(text: &str) -> Vec<Declaration<'_>> {
    read_declarations(text, &mut Parser::new(text))
}

/// Reads the declarations of the block of `css` that `input` is at. Nested rules are skipped.
pub(super) fn read_declarations<'a>(css: &'a str, input: &mut Parser<'a>) -> Vec<Declaration<'a>> {
    RuleBodyParser::new(input, &mut BlockReader { css }).flatten().flatten().collect()
}

/// Reads the items of a rule's block: declarations, and `None` for a nested rule.
struct BlockReader<'a> {
    css: &'a str,
}

impl<'a> DeclarationParser<'a> for BlockReader<'a> {
    type Declaration = Option<Declaration<'a>>;
    type Error = ();

    fn parse_value(
        &mut self,
        name: CowRcStr<'a>,
        input: &mut Parser<'a>,
        start: &ParserState,
    ) -> Result<Self::Declaration, ParseError<()>> {
        let is_custom = name.starts_with("--");
        let value_start = input.position().byte_index();
        let mut before_important = None;
        loop {
            input.skip_whitespace();
            let token_start = input.position().byte_index();
            if input.try_parse(parse_important).is_ok() {
                before_important = Some(token_start);
                continue;
            }
            match input.next() {
                // `a:hover { }` is a nested rule (CSS Syntax 3, "consume a declaration").
                Ok(Token::CurlyBracketBlock) if !is_custom => return Err(ParseError::unexpected_token()),
                Ok(_) => before_important = None,
                Err(_) => break,
            }
        }
        let (start, end) = (start.position().byte_index(), input.position().byte_index());
        Ok(Some(Declaration {
            // Only the names of custom properties are case-sensitive.
            property: if is_custom { name.to_string() } else { name.to_ascii_lowercase() },
            value: self.css[value_start..before_important.unwrap_or(end)].trim(),
            raw_value: self.css[value_start..end].trim_end(),
            important: before_important.is_some(),
            source: self.css[start..end].trim_end(),
            offset: start,
        }))
    }
}

impl<'a> QualifiedRuleParser<'a> for BlockReader<'a> {
    type Prelude = ();
    type QualifiedRule = Option<Declaration<'a>>;
    type Error = ();

    fn parse_prelude(&mut self, input: &mut Parser<'a>) -> Result<(), ParseError<()>> {
        while input.next().is_ok() {}
        Ok(())
    }

    fn parse_block(
        &mut self,
        (): (),
        _: &ParserState,
        input: &mut Parser<'a>,
    ) -> Result<Self::QualifiedRule, ParseError<()>> {
        while input.next().is_ok() {}
        Ok(None)
    }
}

/// Rejects nested at-rules, so that they are skipped.
impl<'a> AtRuleParser<'a> for BlockReader<'a> {
    type Prelude = ();
    type AtRule = Option<Declaration<'a>>;
    type Error = ();
}

impl<'a> RuleBodyItemParser<'a, Option<Declaration<'a>>, ()> for BlockReader<'a> {
    fn parse_declarations(&self) -> bool {
        true
    }

    fn parse_qualified(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<(String, &str, bool, usize)> {
        let declarations = parse_declarations(text).into_iter();
        declarations.map(|one| (one.property, one.value, one.important, one.offset)).collect()
    }

    #[test]
    fn declarations_are_read_with_their_places() {
        assert_eq!(
            read("Color : RED!Important;; font:16px/26px 'a;b', url(x;y) ;broken"),
            [("color".to_owned(), "RED", true, 0), ("font".to_owned(), "16px/26px 'a;b', url(x;y)", false, 24)]
        );
    }

    #[test]
    fn nested_rules_are_skipped() {
        let read = read("color: red; a:hover { top: 0 } @media x { left: 0 } --Own: {a:b}; right: 0");
        let properties: Vec<_> = read.iter().map(|(property, ..)| property.as_str()).collect();
        assert_eq!(properties, ["color", "--Own", "right"]);
    }

    #[test]
    fn only_lengths_in_px_are_pixels() {
        assert_eq!(
            ["0", "16px", " 1.5PX", "1em", "auto", "1px 2px"].map(parse_pixels),
            [Some(0.0), Some(16.0), Some(1.5), None, None, None]
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(css in "([{}:;,()'\"!@a-z \n\\\\]|/\\*|\\*/|é)*") {
            for one in parse_declarations(&css) {
                prop_assert!(css[one.offset..].starts_with(one.source));
            }
        }
    }
}
