//! Reads a style sheet into its rules and at-rules.

use cssparser::{
    AtRuleParser, CowRcStr, ParseError, Parser, ParserState, QualifiedRuleParser, SourcePosition, StyleSheetParser,
    Token,
};

use super::declaration::{Declaration, read_declarations};
use super::media::asks_for_dark;

/// A style sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct StyleSheet<'a> {
    /// The rules, in order. Rules nested in another rule are left out.
    pub(crate) rules: Vec<StyleRule<'a>>,
    /// The at-rules, in order, with a block (`@media`) or without (`@import`).
    pub(crate) at_rules: Vec<AtRule<'a>>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StyleRule<'a> {
    /// The preludes of the at-rules around it, outermost first: `@media (max-width: 599px)`.
    pub(crate) at_rules: Vec<&'a str>,
    /// Its selectors.
    pub(crate) selectors: Vec<&'a str>,
    /// Its declarations.
    pub(crate) declarations: Vec<Declaration<'a>>,
}

impl StyleRule<'_> {
    /// Whether it applies only on devices in dark mode.
    pub(crate) fn is_dark(&self) -> bool {
        self.at_rules.iter().any(|prelude| asks_for_dark(prelude))
    }
}

/// An at-rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AtRule<'a> {
    /// Its prelude, up to the brace or semicolon, after those of the at-rules around it, outermost first.
    pub(crate) path: Vec<&'a str>,
    /// The text between its braces, if it has any.
    pub(crate) block: Option<&'a str>,
}

impl<'a> AtRule<'a> {
    /// Returns its prelude.
    pub(crate) fn prelude(&self) -> &'a str {
        self.path.last().copied().unwrap_or_default()
    }

    /// Whether it is inside another at-rule.
    pub(crate) fn is_nested(&self) -> bool {
        self.path.len() > 1
    }
}

/// Reads a style sheet as a browser does: invalid parts are skipped.
pub(crate) fn parse_style_sheet(css: &str) -> StyleSheet<'_> {
    let mut reader = SheetReader { css, around: Vec::new(), sheet: StyleSheet::default() };
    reader.rules(&mut Parser::new(css));
    reader.sheet
}

struct SheetReader<'a> {
    css: &'a str,
    /// The preludes of the at-rules it is inside, outermost first.
    around: Vec<&'a str>,
    sheet: StyleSheet<'a>,
}

impl<'a> SheetReader<'a> {
    fn rules(&mut self, input: &mut Parser<'a>) {
        // The items are rules, which are kept in `self`, and errors, which are skipped.
        StyleSheetParser::new(input, self).for_each(drop);
    }

    /// Adds the at-rule with the prelude from `start` to `end`, and returns its index.
    fn at_rule(&mut self, start: &ParserState, end: SourcePosition) -> usize {
        let prelude = self.css[start.position().byte_index()..end.byte_index()].trim_end();
        let path = self.around.iter().copied().chain([prelude]).collect();
        self.sheet.at_rules.push(AtRule { path, block: None });
        self.sheet.at_rules.len() - 1
    }
}

impl<'a> QualifiedRuleParser<'a> for SheetReader<'a> {
    type Prelude = Vec<&'a str>;
    type QualifiedRule = ();
    type Error = ();

    /// Returns the selectors. Commas in parentheses, as in `:not(a, b)`, separate none.
    fn parse_prelude(&mut self, input: &mut Parser<'a>) -> Result<Vec<&'a str>, ParseError<()>> {
        let mut selectors = Vec::new();
        // A stray brace before a rule makes browsers drop it. It is read without, so that a check can report the rule.
        while input.try_parse(expect_closing_brace).is_ok() {}
        input.skip_whitespace();
        let mut start = input.position();
        loop {
            // Also skips the rest of a function or block, so that `end` is after it.
            input.skip_whitespace();
            let end = input.position();
            match input.next() {
                Ok(Token::Comma) => {
                    selectors.push(input.slice(start..end).trim());
                    start = input.position();
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
        selectors.push(input.slice_from(start).trim());
        Ok(selectors)
    }

    fn parse_block(
        &mut self,
        selectors: Vec<&'a str>,
        _: &ParserState,
        input: &mut Parser<'a>,
    ) -> Result<(), ParseError<()>> {
        let declarations = read_declarations(self.css, input);
        self.sheet.rules.push(StyleRule { at_rules: self.around.clone(), selectors, declarations });
        Ok(())
    }
}

fn expect_closing_brace(input: &mut Parser<'_>) -> Result<(), ParseError<()>> {
    match input.next()? {
        Token::CloseCurlyBracket => Ok(()),
        _ => Err(ParseError::unexpected_token()),
    }
}

impl<'a> AtRuleParser<'a> for SheetReader<'a> {
    type Prelude = SourcePosition;
    type AtRule = ();
    type Error = ();

    /// Returns the end of the prelude.
    fn parse_prelude(&mut self, _: CowRcStr<'a>, input: &mut Parser<'a>) -> Result<SourcePosition, ParseError<()>> {
        while input.next().is_ok() {}
        Ok(input.position())
    }

    fn rule_without_block(&mut self, end: SourcePosition, start: &ParserState) -> Result<(), ()> {
        self.at_rule(start, end);
        Ok(())
    }

    /// Reads the rules inside. An at-rule with declarations (`@font-face`, `@page`) has none.
    fn parse_block(
        &mut self,
        end: SourcePosition,
        start: &ParserState,
        input: &mut Parser<'a>,
    ) -> Result<(), ParseError<()>> {
        let index = self.at_rule(start, end);
        let inside = input.position();
        self.around.push(self.sheet.at_rules[index].prelude());
        self.rules(input);
        self.around.pop();
        self.sheet.at_rules[index].block = Some(input.slice_from(inside).trim());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rules_and_at_rules_are_read_with_what_is_around_them() {
        let css = "@import 'x';/* a { } */ a:not(.b, i), b > c{color:red}@media (x) { @supports (y) { p { margin:0 } } td{} }";
        let sheet = parse_style_sheet(css);
        let rules: Vec<_> =
            sheet.rules.iter().map(|rule| (rule.at_rules.join(" "), rule.selectors.join("|"))).collect();
        assert_eq!(
            rules,
            [("", "a:not(.b, i)|b > c"), ("@media (x) @supports (y)", "p"), ("@media (x)", "td")]
                .map(|(at, selectors)| (at.to_owned(), selectors.to_owned()))
        );
        let at_rules: Vec<_> = sheet.at_rules.iter().map(|at| (at.path.join(" "), at.block.map(str::len))).collect();
        let expected = [("@import 'x'", None), ("@media (x)", Some(37)), ("@media (x) @supports (y)", Some(14))];
        assert_eq!(at_rules, expected.map(|(path, block)| (path.to_owned(), block)));
    }

    #[test]
    fn a_rule_after_a_stray_brace_is_read() {
        let sheet = parse_style_sheet("a{} }} b, c { color: red }");
        assert_eq!(sheet.rules[1].selectors, ["b", "c"]);
    }

    #[test]
    fn deeply_nested_at_rules_do_not_overflow_the_stack() {
        let css = "@media x {".repeat(10_000) + "a { color: red }";
        assert!(parse_style_sheet(&css).at_rules.len() > 10);
    }

    proptest! {
        #[test]
        fn no_text_panics(css in "([{}:;,()'\"!@a-z \n\\\\]|/\\*|\\*/|é)*") {
            for one in parse_style_sheet(&css).rules.iter().flat_map(|rule| &rule.declarations) {
                prop_assert!(css[one.offset..].starts_with(one.source));
            }
        }
    }
}
