//! Rewrites a letter token by token as a client does.

use std::collections::HashMap;

use super::client::{Client, DarkMode};
use super::mso::{self, ConditionalComment};
use super::rules::ElementSupport;
use super::{sheet, thunderbird_dark};
use crate::html::css;
use crate::html::token::{Edit, StartTag, Token, escape_attribute, tokens, unescape};

/// Returns the letter `html` as `client` works with it; `dark` if the client is in dark mode.
///
/// Colours are not inverted: see [`Client::dark_mode`].
pub fn rewrite_for(html: &str, client: Client, dark: bool) -> String {
    let mut rewriting = Rewriter {
        client,
        dark,
        written: String::with_capacity(html.len()),
        styles: HashMap::new(),
        sheets: 0,
        hidden: false,
        in_xml: false,
    };
    rewriting.run(html);
    rewriting.written
}

struct Rewriter<'h> {
    client: Client,
    dark: bool,
    written: String,
    /// The `style` attributes so far as the client reads them, by element and value: most are alike.
    styles: HashMap<(&'h str, &'h str), Edit>,
    /// The bytes of the style sheets so far.
    sheets: usize,
    /// Whether this part is for all clients but Word.
    hidden: bool,
    /// Whether this part is settings for Word.
    in_xml: bool,
}

impl<'h> Rewriter<'h> {
    fn run(&mut self, html: &'h str) {
        for token in tokens(html) {
            if self.client.is_word() && self.word_takes(token) {
                continue;
            }
            match token {
                Token::Start(tag) => self.start(tag),
                Token::Style(css) => self.style(css),
                Token::End(tag) => self.end(tag),
                Token::Comment(text) | Token::Text(text) => self.written.push_str(text),
            }
        }
    }

    /// Handles the tokens that Word treats in its own way. Returns whether `token` is one.
    fn word_takes(&mut self, token: Token<'h>) -> bool {
        match token {
            Token::Comment(comment) => {
                match mso::parse(comment) {
                    ConditionalComment::ForWord(content) if !self.hidden => self.run(content),
                    ConditionalComment::HiddenFromWord => self.hidden = true,
                    ConditionalComment::EndOfHidden => self.hidden = false,
                    ConditionalComment::ForWord(_) => {}
                    ConditionalComment::Ordinary => return false,
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

    fn start(&mut self, tag: StartTag<'h>) {
        let name = tag.name().to_ascii_lowercase();
        let edited = tag.edited(|attribute, value| self.attribute(tag.name(), attribute, value));
        let attributes = &edited[1 + name.len()..];
        match self.client.element_support(&name) {
            ElementSupport::Unwrapped => {}
            ElementSupport::Renamed(other) => self.written.extend(["<", other, attributes]),
            ElementSupport::Kept if name == "body" && self.client.replaces_body() => {
                self.written.push_str("<body style=\"margin:0\"><div");
                // `css-at-media-prefers-color-scheme`, note 3.
                if self.client == Client::OutlookCom && self.dark {
                    self.written.push_str(" data-ogsc=\"\" data-ogsb=\"\"");
                }
                self.written.push_str(attributes);
            }
            ElementSupport::Kept => self.written.push_str(&edited),
        }
        if self.removes_colours() && name == "head" {
            self.written.extend(["<style>", thunderbird_dark::THEME, "</style>"]);
        }
    }

    /// Whether it removes colours that do not go with its dark theme.
    fn removes_colours(&self) -> bool {
        self.dark && self.client.dark_mode() == DarkMode::ColoursRemoved
    }

    fn end(&mut self, tag: &str) {
        let name = end_name(tag).to_ascii_lowercase();
        match self.client.element_support(&name) {
            ElementSupport::Unwrapped => {}
            ElementSupport::Renamed(other) => self.written.extend(["</", other, ">"]),
            ElementSupport::Kept if name == "body" && self.client.replaces_body() => {
                self.written.push_str("</div></body>");
            }
            ElementSupport::Kept => self.written.push_str(tag),
        }
    }

    fn attribute(&mut self, element: &'h str, name: &str, value: &'h str) -> Edit {
        if name.eq_ignore_ascii_case("style") {
            let (client, removes_colours) = (self.client, self.removes_colours());
            let read = || style_attribute(value, &element.to_ascii_lowercase(), client, removes_colours);
            return self.styles.entry((element, value)).or_insert_with(read).clone();
        }
        let is_picture = element.eq_ignore_ascii_case("img") && name.eq_ignore_ascii_case("src");
        let goes = if is_picture {
            !self.client.shows_picture(&unescape(value))
        } else {
            self.removes_colours()
                && thunderbird_dark::removes_attribute(&element.to_ascii_lowercase(), &name.to_ascii_lowercase())
        };
        if goes { Edit::Remove } else { Edit::Keep }
    }

    fn style(&mut self, css: &str) {
        let sheet = css::parse_style_sheet(css);
        if self.client.reads_style_sheet(css, &sheet, self.sheets) {
            self.written.push_str(&sheet::style_sheet_as_read(&sheet, self.client, self.removes_colours()));
        }
        self.sheets += css.len();
    }
}

/// Returns what `client` makes of the attribute `style` of `element`, whose name is in lower case.
fn style_attribute(style: &str, element: &str, client: Client, removes_colours: bool) -> Edit {
    if !client.reads_style_attribute(style) {
        return Edit::Remove;
    }
    let written = escape_attribute(&sheet::style_as_read(&unescape(style), element, client, removes_colours));
    if written.is_empty() { Edit::Remove } else { Edit::Replace(written.into()) }
}

/// Whether an element holds settings for Word, which are not shown.
fn is_settings(name: &str) -> bool {
    ["noscript", "xml"].iter().any(|settings| name.eq_ignore_ascii_case(settings))
}

fn end_name(tag: &str) -> &str {
    tag.trim_start_matches("</").trim_end_matches('>').trim()
}
