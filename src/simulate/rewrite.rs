//! A letter, token by token, into what a client makes of it.

use super::habits::Element;
use super::mso::{self, Aside};
use super::{Client, sheet};
use crate::markup::css;
use crate::markup::{Edit, StartTag, Token, tokens, unescaped};

/// The letter `html` as `client` shows it; `dark` when the reader has set the client to dark.
///
/// Colours are left to whoever shows it: see [`Client::in_dark`].
pub fn letter(html: &str, client: Client, dark: bool) -> String {
    let mut rewriting =
        Rewriting { client, dark, written: String::with_capacity(html.len()), sheets: 0, hidden: false, in_xml: false };
    rewriting.run(html);
    rewriting.written
}

struct Rewriting {
    client: Client,
    dark: bool,
    written: String,
    /// Bytes of style sheets so far.
    sheets: usize,
    /// Whether what stands here is for everybody but Word.
    hidden: bool,
    /// Whether what stands here is settings for Word.
    in_xml: bool,
}

impl Rewriting {
    fn run(&mut self, html: &str) {
        for token in tokens(html) {
            if self.client.is_word() && self.word_takes(token) {
                continue;
            }
            match token {
                Token::Start(tag) => self.start(tag),
                Token::Style(css) => self.style(css),
                Token::End(tag) => self.end(tag),
                Token::Aside(text) | Token::Text(text) => self.written.push_str(text),
            }
        }
    }

    /// Whether a token is Word's own business.
    fn word_takes(&mut self, token: Token<'_>) -> bool {
        match token {
            Token::Aside(comment) => {
                match mso::read(comment) {
                    Aside::Shown(content) if !self.hidden => self.run(content),
                    Aside::HideFromHere => self.hidden = true,
                    Aside::HideNoMore => self.hidden = false,
                    Aside::Shown(_) => {}
                    Aside::Plain => return false,
                }
                true
            }
            Token::Start(tag) if is_settings(tag.name()) => {
                self.in_xml |= tag.name().eq_ignore_ascii_case("xml");
                true
            }
            Token::End(tag) if is_settings(end_name(tag)) => {
                self.in_xml &= !end_name(tag).eq_ignore_ascii_case("xml");
                true
            }
            _ => self.hidden || self.in_xml,
        }
    }

    fn start(&mut self, tag: StartTag<'_>) {
        let name = tag.name().to_ascii_lowercase();
        let edited = tag.edited(|attribute, value| self.attribute(&name, attribute, value));
        let attributes = &edited[1 + name.len()..];
        match self.client.element(&name) {
            Element::Unwrapped => {}
            Element::Renamed(other) => self.written.extend(["<", other, attributes]),
            Element::Stays if name == "body" && self.client.replaces_body() => {
                self.written.push_str("<body style=\"margin:0\"><div");
                // `css-at-media-prefers-color-scheme`, note 3.
                if self.client == Client::OutlookCom && self.dark {
                    self.written.push_str(" data-ogsc=\"\" data-ogsb=\"\"");
                }
                self.written.push_str(attributes);
            }
            Element::Stays => self.written.push_str(&edited),
        }
    }

    fn end(&mut self, tag: &str) {
        let name = end_name(tag).to_ascii_lowercase();
        match self.client.element(&name) {
            Element::Unwrapped => {}
            Element::Renamed(other) => self.written.extend(["</", other, ">"]),
            Element::Stays if name == "body" && self.client.replaces_body() => self.written.push_str("</div></body>"),
            Element::Stays => self.written.push_str(tag),
        }
    }

    fn attribute(&self, element: &str, name: &str, value: &str) -> Edit {
        if element == "img" && name.eq_ignore_ascii_case("src") && !self.client.shows_picture(&unescaped(value)) {
            return Edit::Remove;
        }
        if !name.eq_ignore_ascii_case("style") {
            return Edit::Keep;
        }
        if !self.client.reads_style(value) {
            return Edit::Remove;
        }
        let written = sheet::style_as_read(&unescaped(value), element, self.client);
        if written.is_empty() {
            return Edit::Remove;
        }
        Edit::Replace(written.replace('&', "&amp;").replace('"', "&quot;"))
    }

    fn style(&mut self, css: &str) {
        let sheet = css::sheet(css);
        if self.client.reads_sheet(css, &sheet, self.sheets) {
            self.written.push_str(&sheet::as_read(&sheet, self.client));
        }
        self.sheets += css.len();
    }
}

/// Elements with settings for Word, in which nothing is to be shown.
fn is_settings(name: &str) -> bool {
    ["noscript", "xml"].iter().any(|settings| name.eq_ignore_ascii_case(settings))
}

fn end_name(tag: &str) -> &str {
    tag.trim_start_matches("</").trim_end_matches('>').trim()
}
