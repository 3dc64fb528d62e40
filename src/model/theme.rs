//! Describes how a newsletter looks: its colours, its faces and its ornament.

use super::colour::Colour;

/// The configured look; templates correct the contrast of its colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// The colour of links, and of the bars of quotations.
    pub accent: Colour,
    /// The colour of the plates that bear the newsletter's name and the titles of sections.
    pub flag: Colour,
    /// The faces.
    pub pairing: Pairing,
    /// Where pictures are drawn for it.
    pub ornament: Ornament,
}

impl Theme {
    /// Returns the theme of a newsletter that configures nothing but `accent`.
    pub fn of_accent(accent: Colour) -> Self {
        Self { accent, flag: accent, pairing: Pairing::Serif, ornament: Ornament::Auto }
    }
}

/// The faces of a letter, by what is read in it: small print has no serifs in either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pairing {
    /// A face with serifs.
    Serif,
    /// A face without.
    Sans,
}

impl Pairing {
    /// Every pairing, with its name in configurations and style sheets.
    pub const ALL: [(&'static str, Self); 2] = [("serif", Self::Serif), ("sans", Self::Sans)];

    /// Returns its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Serif => "serif",
            Self::Sans => "sans",
        }
    }
}

/// Where pictures stand that are drawn from the name, the flag's colour and the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ornament {
    /// Where an issue has no picture of its own.
    Auto,
    /// Above every letter too.
    Always,
    /// Nowhere.
    None,
}

impl Ornament {
    /// Every value, with its name in configurations.
    pub const ALL: [(&'static str, Self); 3] = [("auto", Self::Auto), ("always", Self::Always), ("none", Self::None)];
}
