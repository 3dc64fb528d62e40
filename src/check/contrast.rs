//! Finds text that does not contrast with its background.

use std::collections::BTreeSet;

use super::issue_context::IssueContext;
use super::rule::Finding;
use crate::diagnostic::quote;
use crate::html::colour;
use crate::html::computed_style::ComputedStyle;
use crate::model::Colour;
use crate::templates::colour::{LEGIBLE, hex, ratio};

/// The least contrast of large text with its background (WCAG 2.2, success criterion 1.4.3).
const LEGIBLE_LARGE: f64 = 3.0;

/// A text with too little contrast.
pub(super) struct LowContrast<'s> {
    element: usize,
    words: &'s str,
    /// The colour in its style, which a client may change.
    declared: Colour,
    colour: Colour,
    background: Colour,
    ratio: f64,
    needed: f64,
}

/// Finds the texts with too little contrast, one of each pair of colours. `seen` turns a style of `styles` into the one
/// that a client shows.
pub(super) fn low_contrast<'s>(
    context: &'s IssueContext<'_>,
    styles: &[ComputedStyle],
    seen: impl Fn(&ComputedStyle) -> ComputedStyle,
) -> Vec<LowContrast<'s>> {
    let mut pairs = BTreeSet::new();
    let mut found = Vec::new();
    for text in &context.document.texts {
        let style = seen(&styles[text.element]);
        let words = text.content.trim();
        // Text in the colour of its background is hidden, and reported by another rule.
        if words.is_empty() || context.light_styles()[text.element].is_invisible() {
            continue;
        }
        let needed = if style.is_large_text() { LEGIBLE_LARGE } else { LEGIBLE };
        let ratio = ratio(style.colour, style.background);
        if ratio < needed && pairs.insert((hex(style.colour), hex(style.background))) {
            found.push(LowContrast {
                element: text.element,
                words,
                declared: styles[text.element].colour,
                colour: style.colour,
                background: style.background,
                ratio,
                needed,
            });
        }
    }
    found
}

impl LowContrast<'_> {
    /// Turns it into a finding; `what` is the start of the message.
    pub(super) fn finding(self, context: &IssueContext<'_>, what: &str) -> Finding {
        let (colour, background) = (hex(self.colour), hex(self.background));
        let around = std::iter::once(self.element).chain(context.document.ancestors(self.element));
        let mut styled =
            around.filter_map(|index| Some((index, context.document.elements[index].declaration("color")?)));
        // In dark mode the colour is set by another rule.
        let place = match styled.next() {
            Some((index, declaration)) if colour::parse_opaque(declaration.value) == Some(self.declared) => {
                context.place_of_style(declaration, index)
            }
            _ => context.place_in_sheet(&colour),
        };
        let Self { ratio, needed, .. } = self;
        Finding::new(format!("{what}: {colour} on {background} is {ratio:.2} to 1, {}", quote(self.words)))
            .at(place)
            .help(format!("it must be at least {needed} to 1"))
    }
}
