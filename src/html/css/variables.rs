//! Replaces references to custom properties by their values, because mail clients do not support them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use cssparser::Token;

use super::declaration::Declaration;
use super::statement::{SplitStyleSheet, Statement};
use super::style_sheet::{StyleSheet, parse_style_sheet};
use super::tokens::{tokens, up_to_closing_parenthesis};

/// How deep custom properties may refer to one another.
const DEPTH: usize = 8;

/// How many bytes a text may grow to when they are replaced.
pub(crate) const LARGEST: usize = 1 << 20;

/// Custom properties by name, with the dashes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variables<'a>(BTreeMap<String, Cow<'a, str>>);

/// A `var()` that cannot be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExpandError {
    /// The offset of the `var()` in the text.
    pub(crate) offset: usize,
    /// The reason.
    pub(crate) reason: ExpandErrorReason,
}

/// The reason a `var()` cannot be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ExpandErrorReason {
    /// It has no closing parenthesis.
    Unclosed,
    /// The property of this name is not defined, and there is no fallback.
    Undefined(String),
    /// Custom properties refer to one another more than this many times in a row.
    TooDeep(usize),
    /// The text would grow to more than this many bytes.
    TooLarge(usize),
}

/// Returns the definitions of custom properties in the `:root` rules of `sheet`. Those inside at-rules are left out: in
/// mail, each property has one value.
pub(crate) fn definitions<'s, 'a>(sheet: &'s StyleSheet<'a>) -> impl Iterator<Item = &'s Declaration<'a>> {
    let of_root = sheet.rules.iter().filter(|rule| rule.at_rules.is_empty() && rule.selectors == [":root"]);
    of_root.flat_map(|rule| &rule.declarations).filter(|one| one.property.starts_with("--"))
}

/// Reads the `:root` rules of `sheet` outside at-rules.
pub(crate) fn root_rules(sheet: &SplitStyleSheet) -> StyleSheet<'_> {
    let mut root = StyleSheet::default();
    let (mut end, mut depth, mut start) = (0, 0_usize, None);
    for statement in sheet.statements() {
        let text = statement.as_str();
        if matches!(statement, Statement::Prelude(_)) {
            let is_root = depth == 0 && text.trim_end_matches('{').trim() == ":root";
            start = is_root.then_some(end).or(start);
            depth += 1;
        } else if text.ends_with('}') {
            depth = depth.saturating_sub(1);
        }
        end += text.len();
        if depth == 0
            && let Some(start) = start.take()
        {
            add_rules(&mut root, sheet.css(), start..end);
        }
    }
    if let Some(start) = start {
        add_rules(&mut root, sheet.css(), start..end);
    }
    root
}

fn add_rules<'a>(sheet: &mut StyleSheet<'a>, css: &'a str, range: Range<usize>) {
    for mut rule in parse_style_sheet(&css[range.clone()]).rules {
        rule.declarations.iter_mut().for_each(|declaration| declaration.offset += range.start);
        sheet.rules.push(rule);
    }
}

impl<'a> Variables<'a> {
    /// Reads the definitions in `sheet`.
    pub(crate) fn defined_in(sheet: &StyleSheet<'a>) -> Self {
        Self(definitions(sheet).map(|one| (one.property.clone(), one.raw_value.trim().into())).collect())
    }

    /// Returns the value of the property `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(Cow::as_ref)
    }

    /// Gives the property `name` a value unless it has one.
    pub(crate) fn set_default(&mut self, name: &str, value: String) {
        self.0.entry(name.to_owned()).or_insert(Cow::Owned(value));
    }

    /// Returns `css` with every `var()` replaced.
    pub(crate) fn expand(&self, css: &str) -> Result<String, ExpandError> {
        self.expand_to_depth(css, DEPTH)
    }

    fn expand_to_depth(&self, css: &str, depth: usize) -> Result<String, ExpandError> {
        if depth == 0 {
            return Err(ExpandError { offset: 0, reason: ExpandErrorReason::TooDeep(DEPTH) });
        }
        // Most values are a colour or a length.
        if !css.contains('(') {
            return Ok(css.to_owned());
        }
        let mut tokens = tokens(css);
        let (mut expanded, mut copied) = (String::with_capacity(css.len()), 0);
        while let Some((token, range)) = tokens.next() {
            if !is_var(&token) {
                continue;
            }
            let offset = range.start;
            // A `var()` inside the fallback of another is replaced with the value.
            let reference = up_to_closing_parenthesis((token, range), &mut tokens)
                .ok_or(ExpandError { offset, reason: ExpandErrorReason::Unclosed })?;
            let value = self.value_of(css, &reference).map_err(|reason| ExpandError { offset, reason })?;
            expanded.push_str(&css[copied..offset]);
            let value = self.expand_to_depth(value, depth - 1).map_err(|error| ExpandError { offset, ..error })?;
            expanded.push_str(value.trim());
            copied = reference.last().map_or(copied, |(_, range)| range.end);
            if expanded.len() > LARGEST {
                return Err(ExpandError { offset, reason: ExpandErrorReason::TooLarge(LARGEST) });
            }
        }
        expanded.push_str(&css[copied..]);
        Ok(expanded)
    }

    /// Returns the value, or else the fallback, of the `var()` that `tokens` of `css` are.
    fn value_of<'b>(
        &'b self,
        css: &'b str,
        tokens: &[(Token<'_>, Range<usize>)],
    ) -> Result<&'b str, ExpandErrorReason> {
        let [(_, open), .., (_, close)] = tokens else { return Err(ExpandErrorReason::Unclosed) };
        let comma = tokens.iter().find(|(token, _)| *token == Token::Comma).map(|(_, range)| range);
        let name = css[open.end..comma.map_or(close.start, |comma| comma.start)].trim();
        let fallback = comma.map(|comma| &css[comma.end..close.start]);
        self.get(name).or(fallback).ok_or_else(|| ExpandErrorReason::Undefined(name.to_owned()))
    }
}

fn is_var(token: &Token<'_>) -> bool {
    matches!(token, Token::Function(name) if name.eq_ignore_ascii_case("var"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_replaced_at_any_depth() {
        let css = ":root { --a: 1px; --b: VAR(--a) 2px } @media x { :root { --a: 9px } }";
        let variables = Variables::defined_in(&parse_style_sheet(css));
        let css =
            "p { margin: calc(var( --a ) * 2) var(--none, var(--b)); content: 'var(--a)' url(var(--a)) myvar(--a) }";
        assert_eq!(
            variables.expand(css).unwrap(),
            "p { margin: calc(1px * 2) 1px 2px; content: 'var(--a)' url(var(--a)) myvar(--a) }"
        );
    }

    #[test]
    fn an_error_has_an_offset_and_a_reason() {
        let variables = Variables::defined_in(&parse_style_sheet(":root { --a: var(--a) }"));
        let error = |css: &str| variables.expand(css).map_err(|error| (error.offset, error.reason));
        assert_eq!(error("a: var(--b)"), Err((3, ExpandErrorReason::Undefined("--b".to_owned()))));
        assert_eq!(error("a: var(--b"), Err((3, ExpandErrorReason::Unclosed)));
        assert_eq!(error("a: var(--a)"), Err((3, ExpandErrorReason::TooDeep(8))));
    }
}
