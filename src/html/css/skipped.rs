//! Finds everything in a style sheet that a browser skips: the rest of the text after a mistake in the signs.
//!
//! The net is the parser itself. What it skips is reported, and only the words for it are looked for; so a mistake
//! without words of its own is still found.

use std::ops::Range;

use cssparser::{
    AtRuleParser, CowRcStr, DeclarationParser, ParseError, Parser, ParserState, QualifiedRuleParser,
    RuleBodyItemParser, RuleBodyParser, StyleSheetParser, Token,
};

use super::mistake::{CssMistake, CssMistakeKind};
use super::tokens::tokens;
use super::unclosed::unclosed;

/// Returns the mistakes in `css`, in their order.
pub(crate) fn mistakes(css: &str) -> Vec<CssMistake> {
    let mut inspector = Inspector { css, found: unclosed(css), depth: 0 };
    inspector.rules(&mut Parser::new(css));
    let mut found = inspector.found;
    // A text without an end has swallowed the brace.
    let cut = found.iter().filter(|mistake| mistake.kind == CssMistakeKind::UnclosedText);
    let cut: Vec<usize> = cut.map(|mistake| mistake.range.start).collect();
    found.retain(|mistake| {
        !matches!(mistake.kind, CssMistakeKind::Unclosed(_)) || !cut.iter().any(|&at| at > mistake.range.start)
    });
    found.sort_by_key(|mistake| mistake.range.start);
    found.dedup_by_key(|mistake| mistake.range.start);
    found
}

/// Reads a style sheet for what is skipped in it.
struct Inspector<'a> {
    css: &'a str,
    found: Vec<CssMistake>,
    /// The number of rules around.
    depth: usize,
}

impl<'a> Inspector<'a> {
    fn rules(&mut self, input: &mut Parser<'a>) {
        let skipped: Vec<&str> = StyleSheetParser::new(input, self).filter_map(|item| Some(item.err()?.1)).collect();
        self.skipped(skipped, false);
    }

    fn declarations(&mut self, input: &mut Parser<'a>) {
        self.depth += 1;
        let skipped: Vec<&str> = RuleBodyParser::new(input, self).filter_map(|item| Some(item.err()?.1)).collect();
        self.depth -= 1;
        self.skipped(skipped, true);
    }

    fn skipped(&mut self, texts: Vec<&'a str>, is_in_block: bool) {
        for text in texts {
            let text = text.trim().trim_end_matches(';');
            // A sign that closes nothing is found by its pair.
            if !text.is_empty() && text != "}" {
                let is_declaration = is_in_block || text.starts_with("//");
                let kind = if is_declaration { kind_of_skipped(text) } else { CssMistakeKind::Skipped };
                self.add(range_in(self.css, text), kind);
            }
        }
    }

    fn add(&mut self, range: Range<usize>, kind: CssMistakeKind) {
        self.found.push(CssMistake { range, kind });
    }

    /// Looks for a sign that no selector has between `start` and the brace.
    fn selectors(&mut self, start: usize, end: usize) {
        let prelude = &self.css[start..end];
        let mut brackets = 0_usize;
        let mut before = None;
        for (token, range) in tokens(prelude) {
            let at = start + range.start;
            let kind = match &token {
                Token::SquareBracketBlock | Token::Function(_) | Token::ParenthesisBlock => {
                    brackets += 1;
                    None
                }
                Token::CloseSquareBracket | Token::CloseParenthesis => {
                    brackets = brackets.saturating_sub(1);
                    None
                }
                _ if brackets > 0 => None,
                Token::Delim('/') if before == Some(Token::Delim('/')) => Some(CssMistakeKind::LineComment),
                // The brace is reported; what follows is the selector.
                Token::Delim('/') | Token::CloseCurlyBracket => None,
                Token::Semicolon
                | Token::AtKeyword(_)
                | Token::Number { .. }
                | Token::Dimension { .. }
                | Token::Percentage { .. }
                | Token::QuotedString(_)
                | Token::BadString(_) => Some(CssMistakeKind::Selector),
                Token::Delim(sign) => (!".*>+~|&".contains(*sign)).then_some(CssMistakeKind::Selector),
                _ => None,
            };
            if let Some(kind) = kind {
                // A comment to the end of the line; for others, all of it.
                let range = match kind {
                    CssMistakeKind::LineComment => {
                        let line = self.css[at..].find('\n').map_or(end, |line| at + line);
                        at - 1..line.min(end)
                    }
                    _ => range_in(self.css, prelude.trim()),
                };
                self.add(range, kind);
                return;
            }
            if !matches!(token, Token::Comment(_)) {
                before = Some(token);
            }
        }
        if prelude.trim().is_empty() || prelude.trim_end().ends_with(',') {
            self.add(start..end.max(start + 1).min(self.css.len()), CssMistakeKind::Selector);
        }
    }
}

/// Returns the kind of a mistake by what was skipped inside a block.
fn kind_of_skipped(text: &str) -> CssMistakeKind {
    if text.starts_with("//") {
        return CssMistakeKind::LineComment;
    }
    if text.starts_with('@') {
        return CssMistakeKind::NestedAtRule;
    }
    let mut signs = tokens(text).map(|(token, _)| token).filter(|token| !matches!(token, Token::WhiteSpace(_)));
    match (signs.next(), signs.next()) {
        (Some(Token::Ident(_)), Some(Token::Colon)) | (None, _) => CssMistakeKind::Skipped,
        (Some(Token::Ident(_)), _) => CssMistakeKind::MissingColon,
        _ => CssMistakeKind::Skipped,
    }
}

/// Returns the range of `part`, a slice of `css`.
fn range_in(css: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(css.as_ptr() as usize);
    start..start + part.len()
}

impl<'a> QualifiedRuleParser<'a> for Inspector<'a> {
    type Prelude = Range<usize>;
    type QualifiedRule = ();
    type Error = ();

    fn parse_prelude(&mut self, input: &mut Parser<'a>) -> Result<Range<usize>, ParseError<()>> {
        input.skip_whitespace();
        let start = input.position().byte_index();
        while input.next().is_ok() {}
        Ok(start..input.position().byte_index())
    }

    fn parse_block(
        &mut self,
        prelude: Range<usize>,
        _: &ParserState,
        input: &mut Parser<'a>,
    ) -> Result<(), ParseError<()>> {
        let written = self.css[prelude.clone()].trim_end();
        if self.depth > 0 {
            // What is before it, without its semicolon, is read as a part of its selector.
            let last = written.rsplit('\n').next().unwrap_or(written).trim_start();
            let end = prelude.start + written.len();
            let range = end - last.len()..end;
            let is_comment = written.starts_with("//");
            self.add(range, if is_comment { CssMistakeKind::LineComment } else { CssMistakeKind::NestedRule });
        } else {
            self.selectors(prelude.start, prelude.end);
        }
        self.declarations(input);
        Ok(())
    }
}

/// At-rules whose blocks have rules.
const WITH_RULES: [&str; 7] = ["container", "document", "layer", "media", "scope", "starting-style", "supports"];

impl<'a> AtRuleParser<'a> for Inspector<'a> {
    /// Whether the block has rules.
    type Prelude = Option<bool>;
    type AtRule = ();
    type Error = ();

    fn parse_prelude(&mut self, name: CowRcStr<'a>, input: &mut Parser<'a>) -> Result<Option<bool>, ParseError<()>> {
        if self.depth > 0 {
            return Err(ParseError::unexpected_token());
        }
        while input.next().is_ok() {}
        let has_rules = WITH_RULES.iter().any(|known| name.eq_ignore_ascii_case(known));
        // The selectors of keyframes are percentages, and those of other blocks are not known here.
        let has_declarations = ["font-face", "page", "property", "counter-style"];
        let has_declarations = has_declarations.iter().any(|known| name.eq_ignore_ascii_case(known));
        Ok(if has_rules { Some(true) } else { has_declarations.then_some(false) })
    }

    fn rule_without_block(&mut self, _: Option<bool>, _: &ParserState) -> Result<(), ()> {
        Ok(())
    }

    fn parse_block(
        &mut self,
        has_rules: Option<bool>,
        _: &ParserState,
        input: &mut Parser<'a>,
    ) -> Result<(), ParseError<()>> {
        match has_rules {
            Some(true) => self.rules(input),
            Some(false) => self.declarations(input),
            None => while input.next().is_ok() {},
        }
        Ok(())
    }
}

impl<'a> DeclarationParser<'a> for Inspector<'a> {
    type Declaration = ();
    type Error = ();

    fn parse_value(
        &mut self,
        name: CowRcStr<'a>,
        input: &mut Parser<'a>,
        start: &ParserState,
    ) -> Result<(), ParseError<()>> {
        let is_custom = name.starts_with("--");
        let first = input.position().byte_index();
        // The last word, which is a property if a colon follows.
        let mut word = None;
        let mut is_empty = true;
        loop {
            input.skip_whitespace();
            let at = input.position().byte_index();
            match input.next() {
                // `a:hover { }` is a nested rule (CSS Syntax 3, "consume a declaration").
                Ok(Token::CurlyBracketBlock) if !is_custom => return Err(ParseError::unexpected_token()),
                // No value has a colon, except those of old versions of Internet Explorer.
                Ok(Token::Colon) if !is_custom && !name.ends_with("filter") => {
                    let found = word.unwrap_or(at..at + 1);
                    self.add(found, CssMistakeKind::MissingSemicolon);
                    while input.next().is_ok() {}
                    return Ok(());
                }
                Ok(Token::Ident(text)) => word = Some(at..at + text.len()),
                Ok(_) => word = None,
                Err(_) => break,
            }
            is_empty = false;
        }
        let end = input.position().byte_index();
        if is_empty && !is_custom {
            let start = start.position().byte_index();
            self.add(start..end.max(first), CssMistakeKind::MissingValue);
        }
        Ok(())
    }
}

impl<'a> RuleBodyItemParser<'a, (), ()> for Inspector<'a> {
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

    fn found(css: &str) -> Vec<(&str, CssMistakeKind)> {
        mistakes(css).into_iter().map(|mistake| (&css[mistake.range], mistake.kind)).collect()
    }

    #[test]
    fn everything_that_is_skipped_is_a_mistake() {
        use CssMistakeKind as Kind;
        let cases: [(&str, &[(&str, Kind)]); 24] = [
            ("a { color: red } /* x */ @media x { b, .c > d { top: 0; } }", &[]),
            (".a { color: red; .b { top: 0 }", &[("{", Kind::Unclosed('{')), (".b", Kind::NestedRule)]),
            ("@media x { .a { color: red } .b { top: 0 }", &[("{", Kind::Unclosed('{'))]),
            ("a { color: red } } b { top: 0 }", &[("}", Kind::StrayBrace)]),
            ("a { color red; top: 0 }", &[("color red", Kind::MissingColon)]),
            ("a { color }", &[("color", Kind::MissingColon)]),
            ("a { color: red\n  top: 0; left: 0 }", &[("top", Kind::MissingSemicolon)]),
            ("a { color: ; top: 0 }", &[("color: ", Kind::MissingValue)]),
            ("// note\na { color: red }", &[("// note", Kind::LineComment)]),
            ("a { // note\n color: red; top: 0 }", &[("// note\n color: red", Kind::LineComment)]),
            ("a { color: red; // note\n }", &[("// note", Kind::LineComment)]),
            ("a { &:hover { top: 0 } }", &[("&:hover", Kind::NestedRule)]),
            ("a { b:hover { top: 0 } }", &[("b:hover", Kind::NestedRule)]),
            ("a { @media x { top: 0 } }", &[("@media x", Kind::NestedAtRule)]),
            ("color: red; a { top: 0 }", &[("color: red; a", Kind::Selector)]),
            ("a, { top: 0 }", &[("a, ", Kind::Selector)]),
            (".2col { top: 0 }", &[(".2col", Kind::Selector)]),
            ("a { content: 'it }\n b { top: 0 }", &[("'it }", Kind::UnclosedText), ("b", Kind::NestedRule)]),
            ("a { top: 0 } /* open", &[("/* open", Kind::UnclosedText)]),
            ("a { width: calc(1px; } b { top: 0 }", &[("(", Kind::Unclosed('('))]),
            ("a { top: 0 } b", &[("b", Kind::Skipped)]),
            ("a { !important; top: 0 }", &[("!important", Kind::Skipped)]),
            ("@font-face { font-family: X; src url(x) }", &[("src url(x)", Kind::MissingColon)]),
            ("@keyframes x { 0% { top: 0 } } a { filter: progid:X.Y(z=1); --a: {b: c} }", &[]),
        ];
        for (css, expected) in cases {
            assert_eq!(found(css), expected, "{css}");
        }
    }

    #[test]
    fn deep_blocks_do_not_overflow_the_stack() {
        assert!(!mistakes(&"a {".repeat(20_000)).is_empty());
        assert!(!mistakes(&"@media x {".repeat(20_000)).is_empty());
    }

    proptest! {
        #[test]
        fn no_text_panics(css in "([{}:;,()'\"!@&/a-z \n\\\\]|/\\*|\\*/|url\\(|é)*") {
            for mistake in mistakes(&css) {
                prop_assert!(css.get(mistake.range).is_some());
            }
        }
    }
}
