//! Derives the four colours of an ornament from the accent, and the pairs of them in which a shape is seen.

use super::contrast::{VISIBLE, contrast};
use crate::model::Colour;

/// A colour of an ornament.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ink {
    /// The accent as it is.
    Accent,
    /// The accent, darkened.
    Deep,
    /// The accent, lightened.
    Pale,
    /// The tint of the letter, nearly white.
    Paper,
}

/// A shape's colour and that of the ground around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) figure: Ink,
    pub(super) ground: Ink,
}

impl Pair {
    /// The discs of a number.
    pub(super) const BINARY: Self = pair(Ink::Paper, Ink::Deep);

    /// Whether one of the two is `ink`.
    pub(super) fn has(self, ink: Ink) -> bool {
        self.figure == ink || self.ground == ink
    }
}

/// The pairs that may be used, each where its contrast allows.
const PAIRS: [Pair; 10] = [
    pair(Ink::Paper, Ink::Accent),
    pair(Ink::Accent, Ink::Paper),
    pair(Ink::Pale, Ink::Accent),
    pair(Ink::Accent, Ink::Pale),
    pair(Ink::Deep, Ink::Accent),
    pair(Ink::Accent, Ink::Deep),
    pair(Ink::Pale, Ink::Deep),
    pair(Ink::Deep, Ink::Pale),
    pair(Ink::Paper, Ink::Deep),
    pair(Ink::Deep, Ink::Paper),
];

/// The colour mixed into [`Ink::Deep`].
const BLACK: Colour = Colour { red: 0x14, green: 0x16, blue: 0x1b };
const WHITE: Colour = Colour { red: 0xff, green: 0xff, blue: 0xff };
const PAPER: Colour = Colour { red: 0xf6, green: 0xf3, blue: 0xee };

/// The colours of one newsletter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Palette {
    accent: Colour,
    deep: Colour,
    pale: Colour,
}

impl Palette {
    pub(super) fn new(accent: Colour) -> Self {
        // A bright accent is a figure on black, as its flag has black text; a brown or an olive would look dirty.
        let depth = if contrast(accent, PAPER) < VISIBLE { 86 } else { 62 };
        Self { accent, deep: mix(accent, BLACK, depth, 100), pale: mix(accent, WHITE, 72, 100) }
    }

    /// Returns the colour of `ink`.
    pub(super) fn colour(&self, ink: Ink) -> Colour {
        match ink {
            Ink::Accent => self.accent,
            Ink::Deep => self.deep,
            Ink::Pale => self.pale,
            Ink::Paper => PAPER,
        }
    }

    /// Returns the pairs whose contrast is at least [`VISIBLE`]. Every accent is in two of them or more.
    pub(super) fn pairs(&self) -> Vec<Pair> {
        let is_visible = |pair: &Pair| contrast(self.colour(pair.figure), self.colour(pair.ground)) >= VISIBLE;
        PAIRS.into_iter().filter(is_visible).collect()
    }
}

/// Mixes `share` parts of `of` of `other` into `one`.
pub(super) fn mix(one: Colour, other: Colour, share: u32, of: u32) -> Colour {
    let channel = |one: u8, other: u8| {
        let sum = u32::from(one) * (of - share) + u32::from(other) * share;
        u8::try_from((sum + of / 2) / of).expect("a mean of two bytes is a byte")
    };
    Colour {
        red: channel(one.red, other.red),
        green: channel(one.green, other.green),
        blue: channel(one.blue, other.blue),
    }
}

const fn pair(figure: Ink, ground: Ink) -> Pair {
    Pair { figure, ground }
}
