//! HTML as `letter` serialises it, and style sheets and colours in it: read just deep enough for the preview to change
//! attributes and style sheets and leave every other byte alone, and for checks to look at them. Not an HTML parser: what
//! it does not understand it passes on. [`caniemail`] knows which mail client supports what of it.

pub(crate) mod caniemail;
pub(crate) mod colour;
pub(crate) mod css;

use std::borrow::Cow;

/// A piece of a document. All pieces of a document, one after the other, are the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// A start tag, from `<` to `>`.
    Start(StartTag<'a>),
    /// What stands between `<style>` and `</style>`.
    Style(&'a str),
    /// An end tag, from `</` to `>`.
    End(&'a str),
    /// A comment (conditional comments too) or a doctype, from `<!` to `>`.
    Aside(&'a str),
    /// Text, as it is written.
    Text(&'a str),
}

/// A start tag as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StartTag<'a> {
    source: &'a str,
}

/// What becomes of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Edit {
    /// It stays as it is.
    Keep,
    /// It goes.
    Remove,
    /// It gets this value, already escaped for double quotes.
    Replace(String),
}

/// Cuts a document into its tokens.
pub(crate) fn tokens(html: &str) -> Tokens<'_> {
    Tokens { rest: html, in_style: false }
}

/// The iterator of [`tokens`].
pub(crate) struct Tokens<'a> {
    rest: &'a str,
    in_style: bool,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        if std::mem::take(&mut self.in_style) {
            let end = find_ignoring_case(self.rest, "</style").unwrap_or(self.rest.len());
            if end > 0 {
                return Some(Token::Style(self.take(end)));
            }
        }
        let to = |end: &str| self.rest.find(end).map_or(self.rest.len(), |at| at + end.len());
        Some(if self.rest.starts_with("<!--") {
            Token::Aside(self.take(to("-->")))
        } else if let Some(length) = start_tag_length(self.rest) {
            let tag = StartTag { source: self.take(length) };
            self.in_style = tag.name().eq_ignore_ascii_case("style");
            Token::Start(tag)
        } else if self.rest.starts_with("</") {
            Token::End(self.take(to(">")))
        } else if self.rest.starts_with("<!") {
            Token::Aside(self.take(to(">")))
        } else {
            let lone = usize::from(self.rest.starts_with('<'));
            let length = self.rest[lone..].find('<').map_or(self.rest.len(), |at| at + lone);
            Token::Text(self.take(length))
        })
    }
}

impl<'a> Tokens<'a> {
    fn take(&mut self, length: usize) -> &'a str {
        let (token, rest) = self.rest.split_at(length);
        self.rest = rest;
        token
    }
}

impl<'a> StartTag<'a> {
    /// Its name, as written.
    pub(crate) fn name(&self) -> &'a str {
        let after = &self.source[1..];
        &after[..after.find(is_after_name).unwrap_or(after.len())]
    }

    /// Its attributes, names and values as written.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let (source, mut at) = (self.source, 1 + self.name().len());
        std::iter::from_fn(move || {
            let attribute = attribute(source, at)?;
            at = attribute.end;
            Some((attribute.name, attribute.value))
        })
    }

    /// The whole tag as written.
    pub(crate) fn as_str(&self) -> &'a str {
        self.source
    }

    /// Whether it ends itself: `<br/>`.
    pub(crate) fn is_self_closing(&self) -> bool {
        self.source.ends_with("/>")
    }

    /// The tag with every attribute, its name and its value as written, put to `edit`.
    pub(crate) fn edited(&self, mut edit: impl FnMut(&str, &str) -> Edit) -> String {
        let mut written = String::with_capacity(self.source.len());
        let mut at = 1 + self.name().len();
        written.push_str(&self.source[..at]);
        while let Some(attribute) = attribute(self.source, at) {
            match edit(attribute.name, attribute.value) {
                Edit::Keep => written.push_str(&self.source[at..attribute.end]),
                Edit::Remove => {}
                Edit::Replace(value) => {
                    written.push(' ');
                    written.push_str(attribute.name);
                    written.push_str("=\"");
                    written.push_str(&value);
                    written.push('"');
                }
            }
            at = attribute.end;
        }
        written.push_str(&self.source[at..]);
        written
    }
}

struct Attribute<'a> {
    name: &'a str,
    value: &'a str,
    /// Where it ends in the tag, its closing quote included.
    end: usize,
}

/// The attribute after `at` in `source`, the spaces before it belonging to it.
fn attribute(source: &str, at: usize) -> Option<Attribute<'_>> {
    let start = skip(source, at, |byte| byte.is_ascii_whitespace() || byte == b'/');
    let name_end = skip(source, start, |byte| !byte.is_ascii_whitespace() && !b"=/>".contains(&byte));
    if name_end == start {
        return None;
    }
    let name = &source[start..name_end];
    let equals = skip(source, name_end, |byte| byte.is_ascii_whitespace());
    if source.as_bytes().get(equals) != Some(&b'=') {
        return Some(Attribute { name, value: "", end: name_end });
    }
    let value_start = skip(source, equals + 1, |byte| byte.is_ascii_whitespace());
    if let Some(&quote @ (b'"' | b'\'')) = source.as_bytes().get(value_start) {
        let inside = value_start + 1;
        let end = skip(source, inside, |byte| byte != quote);
        return (end < source.len()).then(|| Attribute { name, value: &source[inside..end], end: end + 1 });
    }
    let end = skip(source, value_start, |byte| !byte.is_ascii_whitespace() && byte != b'>');
    Some(Attribute { name, value: &source[value_start..end], end })
}

/// How long the start tag is that `text` begins with; `None` when it begins with none, or with one that never ends.
fn start_tag_length(text: &str) -> Option<usize> {
    let after = text.strip_prefix('<')?;
    if !after.starts_with(|character: char| character.is_ascii_alphabetic()) {
        return None;
    }
    let mut at = 1 + after.find(is_after_name)?;
    while let Some(attribute) = attribute(text, at) {
        at = attribute.end;
    }
    at = skip(text, at, |byte| byte.is_ascii_whitespace() || byte == b'/');
    (text.as_bytes().get(at) == Some(&b'>')).then_some(at + 1)
}

/// The first byte from `at` that does not `belong`. Every byte that stops a scan is ASCII, so the answer is always a
/// character boundary.
fn skip(text: &str, at: usize, belongs: impl Fn(u8) -> bool) -> usize {
    text.as_bytes()[at..].iter().position(|&byte| !belongs(byte)).map_or(text.len(), |length| at + length)
}

fn is_after_name(character: char) -> bool {
    character.is_ascii_whitespace() || matches!(character, '/' | '>')
}

/// Text or an attribute's value with the escapes undone that a letter is serialised with.
pub(crate) fn unescaped(written: &str) -> Cow<'_, str> {
    if !written.contains('&') {
        return Cow::Borrowed(written);
    }
    let undone = written.replace("&quot;", "\"").replace("&#39;", "'").replace("&nbsp;", "\u{a0}");
    Cow::Owned(undone.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

/// Where ASCII `needle` first stands in `text`, capitals or not.
pub(crate) fn find_ignoring_case(text: &str, needle: &str) -> Option<usize> {
    text.as_bytes().windows(needle.len()).position(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written_again(html: &str) -> String {
        tokens(html)
            .map(|token| match token {
                Token::Start(tag) => tag.edited(|_, _| Edit::Keep),
                Token::Style(text) | Token::End(text) | Token::Aside(text) | Token::Text(text) => text.to_owned(),
            })
            .collect()
    }

    #[test]
    fn attributes_are_kept_replaced_and_removed() {
        let html = r#"<p>1 < 2</p><img src="a.png" alt='the > sign' width=10 hidden/><!-- <img src="b"> -->"#;
        let edited: String = tokens(html)
            .map(|token| match token {
                Token::Start(tag) => tag.edited(|name, value| match (name, value) {
                    ("src", "a.png") => Edit::Replace("/img/a.png".to_owned()),
                    ("width", "10") => Edit::Remove,
                    _ => Edit::Keep,
                }),
                Token::Style(text) | Token::End(text) | Token::Aside(text) | Token::Text(text) => text.to_owned(),
            })
            .collect();
        assert_eq!(edited, r#"<p>1 < 2</p><img src="/img/a.png" alt='the > sign' hidden/><!-- <img src="b"> -->"#);
    }

    #[test]
    fn a_style_sheet_is_one_token_whatever_stands_in_it() {
        let html = "<STYLE type=\"text/css\">a > b { content: \"<p>\" }</STYLE><p>x";
        let found: Vec<_> = tokens(html).filter(|token| matches!(token, Token::Style(_))).collect();
        assert_eq!(found, [Token::Style("a > b { content: \"<p>\" }")]);
    }

    proptest! {
        #[test]
        fn what_is_kept_is_written_as_it_was(html in "([<>/=\"' a-z!-]|<style>|</style>|<!--|-->|<img src=|é|\\PC)*") {
            prop_assert_eq!(written_again(&html), html);
        }
    }
}
