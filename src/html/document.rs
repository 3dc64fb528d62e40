//! Reads the HTML of a letter into a flat tree: its elements in document order and its texts. The tags are taken as
//! written, without the repairs of a browser, because the checks report what is there.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::html::css::{self, Declaration};
use crate::html::token::{StartTag, Token, tokens, unescape};

/// A letter's HTML.
#[derive(Debug, Default)]
pub(crate) struct Document<'a> {
    /// The elements, in the order of their start tags.
    pub(crate) elements: Vec<Element<'a>>,
    /// The texts, in order, character references decoded; style sheets are left out.
    pub(crate) texts: Vec<TextNode<'a>>,
    /// The contents of `style` elements.
    pub(crate) style_sheets: Vec<&'a str>,
}

/// An element.
#[derive(Debug)]
pub(crate) struct Element<'a> {
    /// Its name, as written.
    pub(crate) name: &'a str,
    /// Its attributes, character references decoded.
    pub(crate) attributes: Vec<(&'a str, Cow<'a, str>)>,
    /// Its classes, as written.
    pub(crate) classes: Vec<&'a str>,
    /// The declarations of its `style` attribute. Elements whose attributes are alike share them.
    pub(crate) style: Arc<[Declaration<'a>]>,
    /// The element around it.
    pub(crate) parent: Option<usize>,
    /// The index of the first element after it that is not inside it.
    pub(crate) subtree_end: usize,
    /// The texts inside it, which follow each other in the document.
    texts: Range<usize>,
    /// The offset of its start tag in the HTML.
    pub(crate) offset: usize,
}

/// A text between two tags.
#[derive(Debug)]
pub(crate) struct TextNode<'a> {
    /// The index of the element around it.
    pub(crate) element: usize,
    /// The text, character references decoded.
    pub(crate) content: Cow<'a, str>,
}

/// The declarations of `style` attributes by what the attributes say. Most of a letter's are alike.
type ParsedStyles<'a> = HashMap<&'a str, Arc<[Declaration<'a>]>>;

/// Elements without content (WHATWG HTML, "void elements").
const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

impl<'a> Element<'a> {
    /// Returns the value of the attribute `name`.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_ref())
    }

    /// Whether its name is one of `names`.
    pub(crate) fn is(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.name.eq_ignore_ascii_case(name))
    }

    /// Returns the last declaration of `property` in its `style` attribute.
    pub(crate) fn declaration(&self, property: &str) -> Option<&Declaration<'a>> {
        self.style.iter().rev().find(|declaration| declaration.property == property)
    }
}

impl<'a> Document<'a> {
    /// Reads a document.
    pub(crate) fn parse(html: &'a str) -> Self {
        let mut document = Self::default();
        let mut open: Vec<usize> = Vec::new();
        let mut styles = HashMap::new();
        let mut at = 0;
        for token in tokens(html) {
            match token {
                Token::Start(tag) => document.start(tag, at, &mut open, &mut styles),
                Token::End(tag) => document.end(tag, &mut open),
                Token::Comment(_) => {}
                Token::Style(css) => document.style_sheets.push(css),
                Token::Text(written) => document.text(written, open.last().copied()),
            }
            at += token.as_str().len();
        }
        while let Some(index) = open.pop() {
            document.close(index);
        }
        document
    }

    fn start(&mut self, tag: StartTag<'a>, at: usize, open: &mut Vec<usize>, styles: &mut ParsedStyles<'a>) {
        let (mut attributes, mut style, mut classes) = (Vec::new(), None, None);
        for (name, value) in tag.attributes() {
            // Not decoded: the inliner writes quotes inside a style as `'`, which needs no escape.
            if style.is_none() && name.eq_ignore_ascii_case("style") {
                style = Some(value);
            } else if classes.is_none() && name.eq_ignore_ascii_case("class") {
                classes = Some(value);
            }
            attributes.push((name, unescape(value)));
        }
        let style = style.unwrap_or_default();
        let style = styles.entry(style).or_insert_with(|| css::parse_declarations(style).into());
        let element = Element {
            name: tag.name(),
            attributes,
            classes: classes.unwrap_or_default().split_ascii_whitespace().collect(),
            style: Arc::clone(style),
            parent: open.last().copied(),
            subtree_end: self.elements.len() + 1,
            texts: self.texts.len()..self.texts.len(),
            offset: at,
        };
        if !element.is(&VOID) && !tag.is_self_closing() {
            open.push(self.elements.len());
        }
        self.elements.push(element);
    }

    fn end(&mut self, tag: &str, open: &mut Vec<usize>) {
        let name = tag.trim_start_matches("</").trim_end_matches('>').trim();
        let Some(depth) = open.iter().rposition(|&index| self.elements[index].is(&[name])) else { return };
        for index in open.drain(depth..) {
            self.close(index);
        }
    }

    fn close(&mut self, index: usize) {
        let (elements, texts) = (self.elements.len(), self.texts.len());
        let element = &mut self.elements[index];
        element.subtree_end = elements;
        element.texts.end = texts;
    }

    fn text(&mut self, written: &'a str, element: Option<usize>) {
        let Some(element) = element else { return };
        self.texts.push(TextNode { element, content: unescape(written) });
    }

    /// Returns the elements with one of `names`, with their indices.
    pub(crate) fn elements_named<'s>(&'s self, names: &'s [&str]) -> impl Iterator<Item = (usize, &'s Element<'a>)> {
        self.elements.iter().enumerate().filter(move |(_, element)| element.is(names))
    }

    /// Returns the texts inside the element `index`.
    pub(crate) fn texts_within(&self, index: usize) -> &[TextNode<'a>] {
        &self.texts[self.elements[index].texts.clone()]
    }

    /// Returns the text inside the element `index`, with single spaces.
    pub(crate) fn text_content(&self, index: usize) -> String {
        let words: String = self.texts_within(index).iter().map(|text| text.content.as_ref()).collect();
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Returns the name a screen reader announces for the element `index`: its text and the alternative texts of its
    /// pictures.
    pub(crate) fn accessible_name(&self, index: usize) -> String {
        let element = &self.elements[index];
        if let Some(label) = element.attribute("aria-label").filter(|label| !label.trim().is_empty()) {
            return label.trim().to_owned();
        }
        let pictures = self.elements[index..element.subtree_end].iter().filter(|inner| inner.is(&["img"]));
        let alternatives = pictures.filter_map(|picture| picture.attribute("alt")).map(str::trim);
        let words = self.text_content(index);
        let parts: Vec<&str> =
            [words.as_str()].into_iter().chain(alternatives).filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    }

    /// Returns the elements around the element `index`, from the innermost outwards.
    pub(crate) fn ancestors(&self, index: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.elements[index].parent, |&outer| self.elements[outer].parent)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn elements_and_texts_are_read() {
        let html = "<!DOCTYPE html><div><p style=\"color:red\">a &amp; <b>b</b><br></p><img alt=\"c\"></div><!-- d -->";
        let document = Document::parse(html);
        let tree: Vec<_> = document.elements.iter().map(|one| (one.name, one.parent, one.subtree_end)).collect();
        assert_eq!(
            tree,
            [("div", None, 5), ("p", Some(0), 4), ("b", Some(1), 3), ("br", Some(1), 4), ("img", Some(0), 5)]
        );
        assert_eq!(document.text_content(1), "a & b");
        assert_eq!(document.accessible_name(0), "a & b c");
        assert_eq!(document.elements[1].declaration("color").map(|one| one.value), Some("red"));
        assert_eq!(&html[document.elements[4].offset..][..4], "<img");
    }

    #[test]
    fn tags_that_do_not_pair_up_are_tolerated() {
        let tree = |html| -> Vec<(String, usize)> {
            let document = Document::parse(html);
            document.elements.iter().map(|element| (element.name.to_owned(), element.subtree_end)).collect()
        };
        assert_eq!(tree("<p><b>x</p></i><i>"), [("p".to_owned(), 2), ("b".to_owned(), 2), ("i".to_owned(), 3)]);
        assert_eq!(tree("x<div>"), [("div".to_owned(), 1)]);
    }

    proptest! {
        #[test]
        fn no_html_panics(html in "([<>/=\"' a-z!-]|<p>|</p>|<style>|</style>|<!--|-->|é)*") {
            let document = Document::parse(&html);
            for index in 0..document.elements.len() {
                prop_assert!(document.elements[index].subtree_end <= document.elements.len());
                document.accessible_name(index);
            }
        }
    }
}
