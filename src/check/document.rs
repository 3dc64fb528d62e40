//! The HTML of a letter as a tree of elements, flat and in document order, with what is wrong in its structure.

use std::borrow::Cow;

use crate::markup::css::{self, Declaration};
use crate::markup::{StartTag, Token, tokens, unescaped};

/// A letter's HTML.
#[derive(Debug, Default)]
pub(super) struct Document<'a> {
    /// Every element, in the order of its start tag.
    pub(super) elements: Vec<Element<'a>>,
    /// Every stretch of text, in order, escapes undone; style sheets are none.
    pub(super) texts: Vec<Text<'a>>,
    /// Comments, conditional ones too, and the doctype, as written.
    pub(super) asides: Vec<&'a str>,
    /// The contents of `style` elements.
    pub(super) sheets: Vec<&'a str>,
    /// What is wrong with how tags pair up.
    pub(super) faults: Vec<String>,
}

/// An element.
#[derive(Debug)]
pub(super) struct Element<'a> {
    /// Its name, as written.
    pub(super) name: &'a str,
    /// Its attributes, escapes undone.
    pub(super) attributes: Vec<(&'a str, Cow<'a, str>)>,
    /// Its classes, as written.
    pub(super) classes: Vec<&'a str>,
    /// The declarations of its `style` attribute.
    pub(super) style: Vec<Declaration<'a>>,
    /// The element it stands in.
    pub(super) parent: Option<usize>,
    /// The first element after it that does not stand in it.
    pub(super) after: usize,
    /// Where its start tag stands in the HTML.
    pub(super) start: usize,
}

/// A stretch of text.
#[derive(Debug)]
pub(super) struct Text<'a> {
    /// The element it stands in.
    pub(super) element: usize,
    /// What it says.
    pub(super) words: Cow<'a, str>,
}

/// Elements that hold nothing (WHATWG HTML, "void elements").
const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Elements between whose tags text falls out of the table.
const NO_TEXT: [&str; 5] = ["table", "tbody", "thead", "tfoot", "tr"];

impl<'a> Element<'a> {
    /// The value of the attribute `name`.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_ref())
    }

    /// Whether it is called one of `names`.
    pub(super) fn is(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.name.eq_ignore_ascii_case(name))
    }

    /// The last declaration of `property` in its `style` attribute.
    pub(super) fn declaration(&self, property: &str) -> Option<&Declaration<'a>> {
        self.style.iter().rev().find(|declaration| declaration.property == property)
    }
}

impl<'a> Document<'a> {
    /// Reads a document.
    pub(super) fn read(html: &'a str) -> Self {
        let mut document = Self::default();
        let mut open: Vec<usize> = Vec::new();
        let mut at = 0;
        for token in tokens(html) {
            match token {
                Token::Start(tag) => document.start(tag, at, &mut open),
                Token::End(tag) => document.end(tag, &mut open),
                Token::Aside(text) => document.asides.push(text),
                Token::Style(css) => document.sheets.push(css),
                Token::Text(written) => document.text(written, open.last().copied()),
            }
            at += written_length(token);
        }
        while let Some(index) = open.pop() {
            document.faults.push(format!("`<{}>` is never closed", document.elements[index].name));
            document.elements[index].after = document.elements.len();
        }
        document
    }

    fn start(&mut self, tag: StartTag<'a>, at: usize, open: &mut Vec<usize>) {
        let attributes: Vec<_> = tag.attributes().map(|(name, value)| (name, unescaped(value))).collect();
        let written = |wanted: &str| {
            let mut attributes = tag.attributes();
            attributes.find_map(|(name, value)| name.eq_ignore_ascii_case(wanted).then_some(value)).unwrap_or_default()
        };
        let element = Element {
            name: tag.name(),
            attributes,
            classes: written("class").split_ascii_whitespace().collect(),
            // Values are compared, never shown to a browser: the escapes of quotes may stay.
            style: css::declarations(written("style")),
            parent: open.last().copied(),
            after: self.elements.len() + 1,
            start: at,
        };
        if !element.is(&VOID) && !tag.is_self_closing() {
            open.push(self.elements.len());
        }
        self.elements.push(element);
    }

    fn end(&mut self, tag: &str, open: &mut Vec<usize>) {
        let name = tag.trim_start_matches("</").trim_end_matches('>').trim();
        let Some(depth) = open.iter().rposition(|&index| self.elements[index].is(&[name])) else {
            self.faults.push(format!("`</{name}>` closes nothing"));
            return;
        };
        for index in open.drain(depth..).rev() {
            self.elements[index].after = self.elements.len();
            if !self.elements[index].is(&[name]) {
                self.faults.push(format!("`<{}>` is still open where `</{name}>` stands", self.elements[index].name));
            }
        }
    }

    fn text(&mut self, written: &'a str, element: Option<usize>) {
        let Some(element) = element else {
            if !written.trim().is_empty() {
                self.faults.push(format!("text outside every element: `{}`", written.trim()));
            }
            return;
        };
        if self.elements[element].is(&NO_TEXT) && !written.trim().is_empty() {
            self.faults.push(format!("text directly in `<{}>`: `{}`", self.elements[element].name, written.trim()));
        }
        self.texts.push(Text { element, words: unescaped(written) });
    }

    /// The elements called one of `names`, with their indices.
    pub(super) fn named<'s>(&'s self, names: &'s [&str]) -> impl Iterator<Item = (usize, &'s Element<'a>)> {
        self.elements.iter().enumerate().filter(move |(_, element)| element.is(names))
    }

    /// The texts inside the element `index`.
    pub(super) fn texts_in(&self, index: usize) -> impl Iterator<Item = &Text<'a>> {
        let inside = index..self.elements[index].after;
        self.texts.iter().filter(move |text| inside.contains(&text.element))
    }

    /// The words inside the element `index`, white space made single.
    pub(super) fn words(&self, index: usize) -> String {
        let words: String = self.texts_in(index).map(|text| text.words.as_ref()).collect();
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The name a screen reader gives the element `index`: its words and the alternative texts of its pictures.
    pub(super) fn accessible_name(&self, index: usize) -> String {
        let element = &self.elements[index];
        if let Some(label) = element.attribute("aria-label").filter(|label| !label.trim().is_empty()) {
            return label.trim().to_owned();
        }
        let pictures = self.elements[index..element.after].iter().filter(|inner| inner.is(&["img"]));
        let alternatives = pictures.filter_map(|picture| picture.attribute("alt")).map(str::trim);
        let words = self.words(index);
        let parts: Vec<&str> =
            [words.as_str()].into_iter().chain(alternatives).filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    }

    /// The elements the element `index` stands in, from the nearest out.
    pub(super) fn around(&self, index: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.elements[index].parent, |&outer| self.elements[outer].parent)
    }
}

fn written_length(token: Token<'_>) -> usize {
    match token {
        Token::Start(tag) => tag.as_str().len(),
        Token::End(text) | Token::Aside(text) | Token::Style(text) | Token::Text(text) => text.len(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_document_is_its_elements_texts_and_faults() {
        let html = "<!DOCTYPE html><div><p style=\"color:red\">a &amp; <b>b</b><br></p><img alt=\"c\"></div><!-- d -->";
        let document = Document::read(html);
        let tree: Vec<_> = document.elements.iter().map(|one| (one.name, one.parent, one.after)).collect();
        assert_eq!(
            tree,
            [("div", None, 5), ("p", Some(0), 4), ("b", Some(1), 3), ("br", Some(1), 4), ("img", Some(0), 5)]
        );
        assert_eq!(document.words(1), "a & b");
        assert_eq!(document.accessible_name(0), "a & b c");
        assert_eq!(document.elements[1].declaration("color").map(|one| one.value), Some("red"));
        assert_eq!((document.asides.as_slice(), document.faults.len()), (&["<!DOCTYPE html>", "<!-- d -->"][..], 0));
        assert_eq!(&html[document.elements[4].start..][..4], "<img");
    }

    #[test]
    fn tags_that_do_not_pair_up_are_faults() {
        let faults = |html| Document::read(html).faults.join("; ");
        assert_eq!(faults("<p><b>x</p></i>"), "`<b>` is still open where `</p>` stands; `</i>` closes nothing");
        assert_eq!(faults("<div>"), "`<div>` is never closed");
        assert_eq!(
            faults("x<table><tr>y</tr></table>"),
            "text outside every element: `x`; text directly in `<tr>`: `y`"
        );
    }

    proptest! {
        #[test]
        fn any_html_is_read(html in "([<>/=\"' a-z!-]|<p>|</p>|<style>|</style>|<!--|-->|é)*") {
            let document = Document::read(&html);
            for index in 0..document.elements.len() {
                prop_assert!(document.elements[index].after <= document.elements.len());
                document.accessible_name(index);
            }
        }
    }
}
