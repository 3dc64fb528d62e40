//! Derives from a newsletter's name what all its ornaments have in common.

use super::numbers::Numbers;
use super::palette::{Ink, Pair, Palette};
use super::shape::Shape;
use crate::model::Colour;

/// The style shared by all ornaments of a newsletter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Style {
    /// The shape of most tiles, and that of the others.
    pub(super) shapes: [Shape; 2],
    pub(super) rhythm: Rhythm,
    pub(super) palette: Palette,
    /// Three pairs of colours. The first two have the accent, and the first has half of the tiles.
    pub(super) pairs: [Pair; 3],
}

/// How a motif of two columns goes on, as in a frieze.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rhythm {
    /// It is repeated.
    Repeated,
    /// Each tile is turned by a quarter from motif to motif.
    Rotating,
    /// Every other one is mirrored.
    Mirrored,
    /// Every other one stands upside down.
    Reversed,
}

/// Shapes with much ground or much figure in one piece.
const CALM: [Shape; 4] = [Shape::Quarter, Shape::Leaf, Shape::Half, Shape::Wedge];
/// Shapes with several edges. Two of them together flicker.
const LIVELY: [Shape; 3] = [Shape::Arc, Shape::Bow, Shape::Pipe];

impl Style {
    pub(super) fn new(name: &str, accent: Colour) -> Self {
        let mut numbers = Numbers::new(&[b"style", name.as_bytes()]);
        let palette = Palette::new(accent);
        Self {
            shapes: shapes(&mut numbers),
            rhythm: rhythm(&mut numbers),
            pairs: pairs(&mut numbers, palette),
            palette,
        }
    }
}

fn shapes(numbers: &mut Numbers) -> [Shape; 2] {
    let all = [CALM.as_slice(), &LIVELY].concat();
    let first = numbers.pick(&all);
    let suits = |other: &Shape| *other != first && !(LIVELY.contains(&first) && LIVELY.contains(other));
    let others: Vec<_> = all.iter().copied().filter(suits).collect();
    [first, numbers.pick(&others)]
}

fn rhythm(numbers: &mut Numbers) -> Rhythm {
    numbers.pick(&[Rhythm::Repeated, Rhythm::Rotating, Rhythm::Mirrored, Rhythm::Reversed])
}

/// Returns two pairs with the accent, by which a reader knows a newsletter, and one more of any kind.
fn pairs(numbers: &mut Numbers, palette: Palette) -> [Pair; 3] {
    let (with_accent, without): (Vec<_>, Vec<_>) = palette.pairs().into_iter().partition(|pair| pair.has(Ink::Accent));
    // On a white page, a picture that is mostly paper has no edge.
    let leading: Vec<_> = with_accent.iter().copied().filter(|pair| pair.ground != Ink::Paper).collect();
    let first = numbers.pick(&leading);
    let others: Vec<_> = with_accent.into_iter().filter(|pair| *pair != first).collect();
    let second = numbers.pick(&others);
    let others: Vec<_> = others.into_iter().filter(|pair| *pair != second).chain(without).collect();
    [first, second, numbers.pick(&others)]
}
