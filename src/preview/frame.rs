//! The letter as the preview's frame shows it: the exact HTML, changed only as the view asks. Pure.
//!
//! The `.html`, source and message views never pass through here: they are the bytes themselves.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::view::Scheme;
use crate::markup::{Edit, StartTag, Token, colour, find_ignoring_case, tokens, unescaped};

/// How the frame shows a letter.
pub(super) struct Frame<'a> {
    /// The colour scheme of the reader's client.
    pub(super) scheme: Scheme,
    /// Whether the client shows pictures.
    pub(super) images: bool,
    /// Addresses of pictures that are not published yet, and where the preview serves them.
    pub(super) own_images: &'a BTreeMap<String, String>,
}

impl Frame<'_> {
    /// The document for the frame.
    ///
    /// - Links open beside the preview, not inside the frame.
    /// - The newsletter's own pictures come from `issues/img`.
    /// - `prefers-color-scheme` rules hold or not as the scheme says, whatever the browser prefers.
    /// - Without pictures, sources and background pictures go, so that alternative texts show.
    /// - In forced dark, the lightness of every colour is turned round and the letter's own dark rules do not hold.
    pub(super) fn of(&self, html: &str) -> String {
        let mut written = String::with_capacity(html.len() + 512);
        for token in tokens(html) {
            match token {
                Token::Start(tag) => {
                    written.push_str(&tag.edited(|name, value| self.attribute(tag, name, value)));
                    if tag.name().eq_ignore_ascii_case("head") {
                        written.push_str("<base target=\"_blank\">");
                    }
                }
                Token::Style(css) => written.push_str(&self.sheet(css)),
                Token::End(end) if end.eq_ignore_ascii_case("</head>") => {
                    written.push_str(self.last_sheet());
                    written.push_str(end);
                }
                Token::Text(text) | Token::End(text) | Token::Aside(text) => written.push_str(text),
            }
        }
        written
    }

    fn attribute(&self, tag: StartTag<'_>, name: &str, value: &str) -> Edit {
        let replaced = match name.to_ascii_lowercase().as_str() {
            "src" | "srcset" | "background" if !self.images => return Edit::Remove,
            "src" if tag.name().eq_ignore_ascii_case("img") => match self.own_images.get(unescaped(value).as_ref()) {
                Some(path) => Cow::Owned(path.clone()),
                None => return Edit::Keep,
            },
            "media" => self.media(value),
            "style" => self.declaration_list(value),
            "bgcolor" | "color" | "text" | "link" if self.scheme == Scheme::Forced => colour::inverted(value),
            _ => return Edit::Keep,
        };
        match replaced {
            Cow::Borrowed(_) => Edit::Keep,
            Cow::Owned(value) => Edit::Replace(value),
        }
    }

    /// A style sheet, rule by rule: what stands before a `{` is a selector or a media query, the rest declarations.
    fn sheet(&self, css: &str) -> String {
        let mut written = String::with_capacity(css.len());
        for statement in css.split_inclusive(['{', '}', ';']) {
            if statement.ends_with('{') {
                written.push_str(&self.media(statement));
            } else {
                written.push_str(&self.declaration(statement));
            }
        }
        written
    }

    fn declaration_list<'a>(&self, style: &'a str) -> Cow<'a, str> {
        let written: String = style.split_inclusive(';').map(|declaration| self.declaration(declaration)).collect();
        if written == style { Cow::Borrowed(style) } else { Cow::Owned(written) }
    }

    fn declaration<'a>(&self, declaration: &'a str) -> Cow<'a, str> {
        let Some((property, value)) = declaration.split_once(':') else { return Cow::Borrowed(declaration) };
        let is_background = property.trim().to_ascii_lowercase().starts_with("background");
        if !self.images && is_background && find_ignoring_case(value, "url(").is_some() {
            return Cow::Borrowed(&declaration[declaration.trim_end_matches([';', '}']).len()..]);
        }
        if self.scheme != Scheme::Forced {
            return Cow::Borrowed(declaration);
        }
        match colour::inverted(value) {
            Cow::Borrowed(_) => Cow::Borrowed(declaration),
            Cow::Owned(value) => Cow::Owned(format!("{property}:{value}")),
        }
    }

    /// A media query with `prefers-color-scheme` answered for the chosen scheme.
    fn media<'a>(&self, query: &'a str) -> Cow<'a, str> {
        // A client that forces dark mode reports light, which is why it forces.
        let prefers_dark = self.scheme == Scheme::Dark;
        let mut written = Cow::Borrowed(query);
        let mut from = 0;
        while let Some((range, asks_dark)) = scheme_feature(&written, from) {
            let answer = if asks_dark == prefers_dark { "(min-width: 0px)" } else { "(max-width: 0px)" };
            from = range.start + answer.len();
            written.to_mut().replace_range(range, answer);
        }
        written
    }

    /// What the frame adds after the letter's own styles.
    fn last_sheet(&self) -> &'static str {
        match self.scheme {
            Scheme::Light => "<style>:root{color-scheme:only light!important}</style>",
            Scheme::Dark => "<style>:root{color-scheme:only dark!important}</style>",
            // Where the letter sets nothing, the client's own ground and ink show.
            Scheme::Forced => {
                "<style>:root{color-scheme:only light!important;background:#191919;color:#f4f4f4}</style>"
            }
        }
    }
}

/// Where `(prefers-color-scheme: ...)` next stands in `query`, and whether it asks for dark.
fn scheme_feature(query: &str, from: usize) -> Option<(std::ops::Range<usize>, bool)> {
    let name = from + find_ignoring_case(&query[from..], "prefers-color-scheme")?;
    let start = name - (query[..name].len() - query[..name].trim_end().strip_suffix('(')?.len());
    let end = name + query[name..].find(')')? + 1;
    let asks_dark = find_ignoring_case(&query[name..end], "dark").is_some();
    Some((start..end, asks_dark))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: &str = concat!(
        "<!DOCTYPE html><html><head><title>t</title><style>#fff{color:#fff}",
        "@media (prefers-color-scheme: dark) and (max-width:600px){p{color:white!important}}",
        "@media (prefers-color-scheme:light){p{background:url(x.png) #000}}</style></head>",
        "<body bgcolor=\"#ffffff\" style=\"background-image: url(y.png); color: #000\">",
        "<p>@media (prefers-color-scheme: dark)</p>",
        "<img src=\"https://example.org/img/a.png?x=1&amp;y=2\" alt=\"a\"><img src=\"https://cdn.example.net/b.png\" alt=\"b\">",
        "</body></html>",
    );

    fn framed(scheme: Scheme, images: bool) -> String {
        let own = BTreeMap::from([("https://example.org/img/a.png?x=1&y=2".to_owned(), "/img/a.png".to_owned())]);
        Frame { scheme, images, own_images: &own }.of(LETTER)
    }

    #[test]
    fn light_answers_the_media_queries_and_shows_own_pictures() {
        assert_eq!(
            framed(Scheme::Light, true),
            concat!(
                "<!DOCTYPE html><html><head><base target=\"_blank\"><title>t</title><style>#fff{color:#fff}",
                "@media (max-width: 0px) and (max-width:600px){p{color:white!important}}",
                "@media (min-width: 0px){p{background:url(x.png) #000}}</style>",
                "<style>:root{color-scheme:only light!important}</style></head>",
                "<body bgcolor=\"#ffffff\" style=\"background-image: url(y.png); color: #000\">",
                "<p>@media (prefers-color-scheme: dark)</p>",
                "<img src=\"/img/a.png\" alt=\"a\"><img src=\"https://cdn.example.net/b.png\" alt=\"b\">",
                "</body></html>",
            )
        );
    }

    #[test]
    fn without_pictures_every_source_goes() {
        assert_eq!(
            framed(Scheme::Dark, false),
            concat!(
                "<!DOCTYPE html><html><head><base target=\"_blank\"><title>t</title><style>#fff{color:#fff}",
                "@media (min-width: 0px) and (max-width:600px){p{color:white!important}}",
                "@media (max-width: 0px){p{}}</style>",
                "<style>:root{color-scheme:only dark!important}</style></head>",
                "<body bgcolor=\"#ffffff\" style=\"; color: #000\">",
                "<p>@media (prefers-color-scheme: dark)</p>",
                "<img alt=\"a\"><img alt=\"b\"></body></html>",
            )
        );
    }

    #[test]
    fn forced_dark_turns_colours_round_but_not_selectors_or_text() {
        assert_eq!(
            framed(Scheme::Forced, true),
            concat!(
                "<!DOCTYPE html><html><head><base target=\"_blank\"><title>t</title><style>#fff{color:#191919}",
                "@media (max-width: 0px) and (max-width:600px){p{color:#191919!important}}",
                "@media (min-width: 0px){p{background:url(x.png) #f4f4f4}}</style>",
                "<style>:root{color-scheme:only light!important;background:#191919;color:#f4f4f4}</style></head>",
                "<body bgcolor=\"#191919\" style=\"background-image: url(y.png); color: #f4f4f4\">",
                "<p>@media (prefers-color-scheme: dark)</p>",
                "<img src=\"/img/a.png\" alt=\"a\"><img src=\"https://cdn.example.net/b.png\" alt=\"b\">",
                "</body></html>",
            )
        );
    }
}
