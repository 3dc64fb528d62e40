//! Text that does not stand out from its ground.

use std::collections::BTreeSet;

use super::paint::Paint;
use super::words::quoted;
use super::{Finding, Subject};
use crate::markup::colour;
use crate::model::Colour;
use crate::templates::colour::{LEGIBLE, hex, ratio};

/// The least contrast of large text with its ground (WCAG 2.2, success criterion 1.4.3).
const LEGIBLE_LARGE: f64 = 3.0;

/// A text of too little contrast.
pub(super) struct Faint<'s> {
    element: usize,
    words: &'s str,
    /// As its style says; what a client makes of it may differ.
    declared: Colour,
    colour: Colour,
    ground: Colour,
    ratio: f64,
    needed: f64,
}

/// The texts of too little contrast, `paints` being seen as `seen` says: one of each pair of colours.
pub(super) fn faint<'s>(subject: &'s Subject<'_>, paints: &[Paint], seen: impl Fn(&Paint) -> Paint) -> Vec<Faint<'s>> {
    let mut pairs = BTreeSet::new();
    let mut found = Vec::new();
    for text in &subject.document.texts {
        let paint = seen(&paints[text.element]);
        let words = text.words.trim();
        // What is as dark as its ground on paper is hidden, which another rule is about.
        if words.is_empty() || subject.light()[text.element].is_invisible() {
            continue;
        }
        let needed = if paint.is_large() { LEGIBLE_LARGE } else { LEGIBLE };
        let ratio = ratio(paint.colour, paint.ground);
        if ratio < needed && pairs.insert((hex(paint.colour), hex(paint.ground))) {
            found.push(Faint {
                element: text.element,
                words,
                declared: paints[text.element].colour,
                colour: paint.colour,
                ground: paint.ground,
                ratio,
                needed,
            });
        }
    }
    found
}

impl Faint<'_> {
    /// The finding of it; `what` it is called.
    pub(super) fn finding(self, subject: &Subject<'_>, what: &str) -> Finding {
        let (ink, ground) = (hex(self.colour), hex(self.ground));
        let around = std::iter::once(self.element).chain(subject.document.around(self.element));
        let mut styled =
            around.filter_map(|index| Some((index, subject.document.elements[index].declaration("color")?)));
        // In the dark the colour is that of another rule.
        let place = match styled.next() {
            Some((index, style)) if colour::opaque(style.value) == Some(self.declared) => {
                subject.place_of_style(style, index)
            }
            _ => subject.place_in_sheet(&ink),
        };
        let Self { ratio, needed, .. } = self;
        Finding::new(format!("{what}: {ink} on {ground} is {ratio:.2} to 1, {}", quoted(self.words)))
            .at(place)
            .help(format!("{needed} to 1 is the least"))
    }
}
