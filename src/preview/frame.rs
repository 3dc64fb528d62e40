//! Adapts the HTML of a letter to the view: links, local pictures, colour scheme. The `.html`, source and
//! message views do not use it; they show the exact bytes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::archive_links::is_external;
use super::view::ShownScheme;
use crate::html::colour;
use crate::html::css::{SchemeFeature, Statement, scheme_features, statements};
use crate::html::token::{Edit, StartTag, Token, escape_attribute, find_ignoring_case, tokens, unescape};

/// Where the links of a framed page open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LinkTarget {
    /// All in a new tab: those of a letter.
    NewTab,
    /// Those to other sites in a new tab, the page's own in the frame: those of the archive.
    OwnInFrame,
}

/// The view of a letter or another page in a frame.
pub(super) struct Frame<'a> {
    /// The colour scheme.
    pub(super) scheme: ShownScheme,
    /// Whether pictures are shown.
    pub(super) images: bool,
    /// For each local picture, the published address and the one in the preview.
    pub(super) local_images: &'a BTreeMap<String, String>,
    /// Where its links open.
    pub(super) links: LinkTarget,
}

impl Frame<'_> {
    /// The document for the frame.
    ///
    /// - Links open in a new tab, not inside the frame, unless they lead to another page of the archive.
    /// - The newsletter's own pictures come from `issues/img`.
    /// - `prefers-color-scheme` rules apply according to the scheme, not to the browser's preference.
    /// - Without pictures, sources and background pictures are removed, so that alternative texts are shown.
    /// - In forced dark mode, the lightness of every colour is inverted and the letter's own dark rules do not apply.
    pub(super) fn render(&self, html: &str) -> String {
        let mut written = String::with_capacity(html.len() + 512);
        for token in tokens(html) {
            match token {
                Token::Start(tag) => {
                    let edited = tag.edited(|name, value| self.attribute(tag, name, value));
                    match edited.strip_suffix('>').filter(|_| self.opens_elsewhere(tag)) {
                        Some(open) => written.extend([open, " target=\"_blank\">"]),
                        None => written.push_str(&edited),
                    }
                    if self.links == LinkTarget::NewTab && tag.name().eq_ignore_ascii_case("head") {
                        written.push_str("<base target=\"_blank\">");
                    }
                }
                Token::Style(css) => written.push_str(&self.sheet(css)),
                Token::End(end) if end.eq_ignore_ascii_case("</head>") => {
                    written.push_str(self.last_sheet());
                    written.push_str(end);
                }
                Token::Text(text) | Token::End(text) | Token::Comment(text) => written.push_str(text),
            }
        }
        written
    }

    /// A style sheet of the page, in a file of its own.
    pub(super) fn style_sheet(&self, css: &str) -> String {
        self.sheet(css).into_owned()
    }

    /// Whether a link of the archive leads to another site.
    fn opens_elsewhere(&self, tag: StartTag<'_>) -> bool {
        let is_href = |(name, value): (&str, &str)| name.eq_ignore_ascii_case("href") && is_external(&unescape(value));
        self.links == LinkTarget::OwnInFrame && tag.name().eq_ignore_ascii_case("a") && tag.attributes().any(is_href)
    }

    fn attribute(&self, tag: StartTag<'_>, name: &str, value: &str) -> Edit {
        let replaced = match name.to_ascii_lowercase().as_str() {
            "src" | "srcset" | "background" if !self.images => return Edit::Remove,
            "src" if tag.name().eq_ignore_ascii_case("img") => match self.local_images.get(unescape(value).as_ref()) {
                Some(path) => Cow::Owned(path.clone()),
                None => return Edit::Keep,
            },
            "media" => self.media(value),
            "style" => match self.sheet(&unescape(value)) {
                Cow::Borrowed(_) => return Edit::Keep,
                Cow::Owned(written) => Cow::Owned(escape_attribute(&written)),
            },
            "bgcolor" | "color" | "text" | "link" if self.scheme == ShownScheme::Forced => colour::inverted(value),
            _ => return Edit::Keep,
        };
        match replaced {
            Cow::Borrowed(_) => Edit::Keep,
            Cow::Owned(value) => Edit::Replace(value.into()),
        }
    }

    /// Returns a style sheet, or the declarations of a `style` attribute, statement by statement.
    fn sheet<'a>(&self, css: &'a str) -> Cow<'a, str> {
        let statements = statements(css).into_iter();
        let written: String = statements
            .map(|statement| match statement {
                Statement::Prelude(prelude) => self.media(prelude),
                Statement::Declaration(declaration) => self.declaration(declaration),
            })
            .collect();
        if written == css { Cow::Borrowed(css) } else { Cow::Owned(written) }
    }

    fn declaration<'a>(&self, declaration: &'a str) -> Cow<'a, str> {
        let Some((property, value)) = declaration.split_once(':') else { return Cow::Borrowed(declaration) };
        let is_background = property.trim().to_ascii_lowercase().starts_with("background");
        if !self.images && is_background && find_ignoring_case(value, "url(").is_some() {
            return Cow::Borrowed(&declaration[declaration.trim_end_matches([';', '}']).len()..]);
        }
        if self.scheme != ShownScheme::Forced {
            return Cow::Borrowed(declaration);
        }
        match colour::inverted(value) {
            Cow::Borrowed(_) => Cow::Borrowed(declaration),
            Cow::Owned(value) => Cow::Owned(format!("{property}:{value}")),
        }
    }

    /// Returns a media query with `prefers-color-scheme` answered for the chosen scheme.
    fn media<'a>(&self, query: &'a str) -> Cow<'a, str> {
        // A client that forces dark mode reports light to the letter.
        let prefers_dark = self.scheme == ShownScheme::Dark;
        let mut written = Cow::Borrowed(query);
        for SchemeFeature { range, is_dark } in scheme_features(query).into_iter().rev() {
            let result = if is_dark == prefers_dark { "(min-width: 0px)" } else { "(max-width: 0px)" };
            written.to_mut().replace_range(range, result);
        }
        written
    }

    /// The style sheet added after those of the letter.
    fn last_sheet(&self) -> &'static str {
        match self.scheme {
            ShownScheme::Light => "<style>:root{color-scheme:only light!important}</style>",
            ShownScheme::Dark => "<style>:root{color-scheme:only dark!important}</style>",
            // The client's own background and text colour, for letters that set none.
            ShownScheme::Forced => {
                "<style>:root{color-scheme:only light!important;background:#191919;color:#f4f4f4}</style>"
            }
        }
    }
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

    fn framed(scheme: ShownScheme, images: bool) -> String {
        let own = BTreeMap::from([("https://example.org/img/a.png?x=1&y=2".to_owned(), "/img/a.png".to_owned())]);
        Frame { scheme, images, local_images: &own, links: LinkTarget::NewTab }.render(LETTER)
    }

    #[test]
    fn light_answers_the_media_queries_and_shows_own_pictures() {
        assert_eq!(
            framed(ShownScheme::Light, true),
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
    fn links_within_the_archive_stay_in_the_frame() {
        let own = BTreeMap::new();
        let archive =
            Frame { scheme: ShownScheme::Light, images: true, local_images: &own, links: LinkTarget::OwnInFrame };
        assert_eq!(
            archive.render(
                "<head></head><a href=\"../index.html\">a</a><a href=\"https://example.org/?a&amp;b\" id=\"b\">b</a>"
            ),
            concat!(
                "<head><style>:root{color-scheme:only light!important}</style></head>",
                "<a href=\"../index.html\">a</a><a href=\"https://example.org/?a&amp;b\" id=\"b\" target=\"_blank\">b</a>",
            )
        );
    }

    #[test]
    fn strings_and_addresses_in_style_sheets_are_not_cut() {
        let own = BTreeMap::new();
        let dark = Frame { scheme: ShownScheme::Forced, images: true, local_images: &own, links: LinkTarget::NewTab };
        let unshown =
            Frame { scheme: ShownScheme::Light, images: false, local_images: &own, links: LinkTarget::NewTab };
        let html = concat!(
            "<style>a::after{content:'} #fff; color:#fff'}b{background:#fff url(data:image/png;base64,b#fff)}</style>",
            "<p style=\"background:url(&quot;data:image/svg+xml;#fff&quot;) #fff;color:#000\">",
        );
        assert_eq!(
            dark.render(html),
            concat!(
                "<style>a::after{content:'} #fff; color:#fff'}b{background:#191919 url(data:image/png;base64,b#fff)}</style>",
                "<p style=\"background:url(&quot;data:image/svg+xml;#fff&quot;) #191919;color:#f4f4f4\">",
            )
        );
        assert_eq!(
            unshown.render(html),
            "<style>a::after{content:'} #fff; color:#fff'}b{}</style><p style=\";color:#000\">"
        );
    }

    #[test]
    fn without_pictures_every_source_goes() {
        assert_eq!(
            framed(ShownScheme::Dark, false),
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
            framed(ShownScheme::Forced, true),
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
