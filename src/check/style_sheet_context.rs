//! The view that rules about a newsletter's own style sheets get.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::selector_marks::{ReducedSelector, mark_number};
use crate::diagnostic::{Place, SourceFile};
use crate::html::css::variables::Variables;
use crate::html::css::{self, StyleRule, StyleSheet};
use crate::html::document::Document;
use crate::templates::colour::PROPERTIES;

/// The documents that a style sheet is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StyleSheetUse {
    /// Letters, in mail clients: `letter.css`.
    Letter,
    /// The web archive, in browsers: `web.css`.
    Archive,
}

/// A style sheet of the newsletter's own.
#[derive(Debug, Clone, Copy)]
pub struct OwnStyleSheet<'a> {
    /// The file.
    pub source: &'a Arc<SourceFile>,
    /// The documents it is for.
    pub used_for: StyleSheetUse,
    /// Documents that together have everything it can style, with the rules of [`with_marks`](super::with_marks) inlined.
    /// Empty if they cannot be made.
    pub documents: &'a [String],
}

/// A style sheet as rules see it.
pub(super) struct StyleSheetContext<'a> {
    source: &'a Arc<SourceFile>,
    pub(super) used_for: StyleSheetUse,
    pub(super) sheet: StyleSheet<'a>,
    pub(super) documents: Vec<Document<'a>>,
    /// The selectors of all rules, in order.
    pub(super) selectors: Vec<SelectorInContext<'a>>,
}

/// A selector, and what it selects.
pub(super) struct SelectorInContext<'a> {
    /// The selector, as written.
    pub(super) text: &'a str,
    /// The index of its rule.
    pub(super) rule: usize,
    /// The selector without the state of a reader or client.
    pub(super) reduced: ReducedSelector,
    /// The elements it selects: the index of the document, and that of the element.
    pub(super) elements: Vec<(usize, usize)>,
}

impl<'a> StyleSheetContext<'a> {
    pub(super) fn new(own: &OwnStyleSheet<'a>) -> Self {
        let sheet = css::parse_style_sheet(&own.source.text);
        let documents: Vec<Document<'a>> = own.documents.iter().map(|html| Document::parse(html)).collect();
        let mut selectors: Vec<SelectorInContext<'a>> = Vec::new();
        for (rule, style_rule) in sheet.rules.iter().enumerate() {
            selectors.extend(style_rule.selectors.iter().map(|text| SelectorInContext {
                text,
                rule,
                reduced: ReducedSelector::of(text),
                elements: Vec::new(),
            }));
        }
        for (document, parsed) in documents.iter().enumerate() {
            for (element, tag) in parsed.elements.iter().enumerate() {
                for number in tag.style.iter().filter_map(|declaration| mark_number(&declaration.property)) {
                    if let Some(selector) = selectors.get_mut(number) {
                        selector.elements.push((document, element));
                    }
                }
            }
        }
        Self { source: own.source, used_for: own.used_for, sheet, documents, selectors }
    }

    /// Returns the text of the style sheet.
    pub(super) fn css(&self) -> &'a str {
        &self.source.text
    }

    /// Returns a range of the style sheet as a place.
    pub(super) fn place(&self, span: Range<usize>) -> Place {
        Place { source: Arc::clone(self.source), span }
    }

    /// Returns the place of `part`, a slice of the style sheet.
    pub(super) fn place_of(&self, part: &str) -> Place {
        let start = (part.as_ptr() as usize).saturating_sub(self.css().as_ptr() as usize);
        self.place(start..start + part.len())
    }

    /// Returns the rule of a selector.
    pub(super) fn rule_of(&self, selector: &SelectorInContext<'_>) -> &StyleRule<'a> {
        &self.sheet.rules[selector.rule]
    }

    /// Returns the custom properties that the style sheet defines, and those that are always there.
    pub(super) fn variables(&self) -> Variables<'_> {
        let mut variables = Variables::defined_in(&self.sheet);
        for colour in PROPERTIES {
            variables.set_default(colour, "#000000".to_owned());
        }
        variables
    }

    /// Returns the classes and identifiers that documents have, with their sign, and the names of their elements.
    pub(super) fn names(&self) -> BTreeSet<String> {
        let elements = self.documents.iter().flat_map(|document| &document.elements);
        let names = elements.flat_map(|element| {
            let classes = element.classes.iter().map(|class| format!(".{class}"));
            let id = element.attribute("id").map(|id| format!("#{id}"));
            classes.chain(id).chain([element.name.to_ascii_lowercase()])
        });
        names.collect()
    }
}
