//! Slots while a letter is rendered: each is one private-use character, which neither templates, nor the inliner, nor
//! line wrapping touch, and which no content holds because the loaders refuse it. Afterwards the text is cut there.

use std::cell::RefCell;
use std::ops::RangeInclusive;

use anyhow::ensure;
use unicode_width::UnicodeWidthStr as _;

use crate::model::{Piece, Slot, Slotted};

/// The private use area of the Basic Multilingual Plane (Unicode 16, section 23.5).
const RESERVED: RangeInclusive<char> = '\u{e000}'..='\u{f8ff}';

/// How many characters that is.
const CAPACITY: usize = 0x1900;

/// Columns of the text part kept free for a subscriber's address: most are no longer.
const ADDRESS_COLUMNS: usize = 26;

/// The slots of a letter, each with the character that stands for it.
#[derive(Debug, Default)]
pub(super) struct Markers(RefCell<Vec<Slot>>);

impl Markers {
    /// Whether `character` could be a marker.
    pub(super) fn is_reserved(character: char) -> bool {
        RESERVED.contains(&character)
    }

    /// The character that stands for `slot`; equal slots share one.
    pub(super) fn mark(&self, slot: &Slot) -> char {
        let mut slots = self.0.borrow_mut();
        let index = slots.iter().position(|known| known == slot).unwrap_or_else(|| {
            slots.push(slot.clone());
            slots.len() - 1
        });
        // Too many share the last one; `cut` refuses such a letter.
        RESERVED.clone().nth(index).unwrap_or(*RESERVED.end())
    }

    /// Columns to keep free for what `character` stands for; `None` when it is no marker.
    pub(super) fn columns(&self, character: char) -> Option<usize> {
        Some(match self.slot(character)? {
            Slot::Field { fallback, .. } => fallback.width(),
            Slot::Address => ADDRESS_COLUMNS,
            Slot::UnsubscribeUrl => 1,
        })
    }

    /// `text` cut at its markers.
    ///
    /// Errors when a letter has more different slots than there are markers.
    pub(super) fn cut(&self, text: &str) -> anyhow::Result<Slotted> {
        let count = self.0.borrow().len();
        ensure!(
            count <= CAPACITY,
            "{count} different subscriber fields in one letter; {CAPACITY} is the most it can hold"
        );
        let mut pieces = Vec::new();
        for stretch in text.split_inclusive(Self::is_reserved) {
            let last = stretch.char_indices().next_back();
            let slot = last.and_then(|(at, character)| Some((at, self.slot(character)?)));
            let literal = slot.as_ref().map_or(stretch, |&(at, _)| &stretch[..at]);
            if !literal.is_empty() {
                pieces.push(Piece::Literal(literal.to_owned()));
            }
            pieces.extend(slot.map(|(_, slot)| Piece::Slot(slot)));
        }
        Ok(Slotted(pieces))
    }

    fn slot(&self, character: char) -> Option<Slot> {
        let index = u32::from(character).checked_sub(u32::from(*RESERVED.start()))?;
        self.0.borrow().get(index as usize).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_its_markers_stand() {
        let markers = Markers::default();
        let (address, link) = (markers.mark(&Slot::Address), markers.mark(&Slot::UnsubscribeUrl));
        assert_eq!(markers.mark(&Slot::Address), address, "equal slots share a marker");
        let cut = markers.cut(&format!("{address}a{link}{link}b")).unwrap();
        let expected = [
            Piece::Slot(Slot::Address),
            Piece::Literal("a".into()),
            Piece::Slot(Slot::UnsubscribeUrl),
            Piece::Slot(Slot::UnsubscribeUrl),
            Piece::Literal("b".into()),
        ];
        assert_eq!(cut.0, expected);
    }

    #[test]
    fn more_fields_than_markers_are_refused() {
        let markers = Markers::default();
        for index in 0..=6400 {
            markers.mark(&Slot::Field { column: "name".into(), fallback: index.to_string() });
        }
        let expected = "6401 different subscriber fields in one letter; 6400 is the most it can hold";
        assert_eq!(markers.cut("").unwrap_err().to_string(), expected);
    }
}
