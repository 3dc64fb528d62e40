//! Represents slots while a letter is rendered. Each is one private-use character, which passes through templates,
//! inliner and line wrapping unchanged and cannot be in the content, because the loaders refuse it. The finished text is
//! split at these characters.

use std::cell::RefCell;
use std::ops::RangeInclusive;

use anyhow::ensure;
use unicode_width::UnicodeWidthStr as _;

use crate::model::{Piece, Slot, Slotted};

/// The private use area of the Basic Multilingual Plane (Unicode 16, section 23.5).
const RESERVED: RangeInclusive<char> = '\u{e000}'..='\u{f8ff}';

/// The first byte of the first of them in UTF-8; no character before them has it.
const FIRST_BYTE: u8 = 0xee;

/// The number of these characters.
const CAPACITY: usize = 0x1900;

/// Columns of the text part kept free for a subscriber's address; few are longer.
const ADDRESS_COLUMNS: usize = 26;

/// The slots of a letter; the index of each gives its character.
#[derive(Debug, Default)]
pub(super) struct SlotCharacters(RefCell<Vec<Slot>>);

impl SlotCharacters {
    /// Whether `character` could be a marker.
    pub(super) fn is_reserved(character: char) -> bool {
        RESERVED.contains(&character)
    }

    /// Returns the character for `slot`; equal slots share one.
    pub(super) fn marker(&self, slot: &Slot) -> char {
        let mut slots = self.0.borrow_mut();
        let index = slots.iter().position(|known| known == slot).unwrap_or_else(|| {
            slots.push(slot.clone());
            slots.len() - 1
        });
        // Surplus slots share the last one; `split` refuses such a letter.
        RESERVED.clone().nth(index).unwrap_or(*RESERVED.end())
    }

    /// Returns the columns to keep free for the slot of `character`; `None` if it is not a marker.
    pub(super) fn columns(&self, character: char) -> Option<usize> {
        Some(match self.slot(character)? {
            Slot::Field { fallback, .. } => fallback.width(),
            Slot::Address => ADDRESS_COLUMNS,
            Slot::UnsubscribeUrl => 1,
        })
    }

    /// Splits `text` at its slot characters.
    ///
    /// Errors if the letter has more different slots than there are slot characters.
    pub(super) fn split(&self, text: &str) -> anyhow::Result<Slotted> {
        let count = self.0.borrow().len();
        ensure!(count <= CAPACITY, "{count} different subscriber fields in one letter; the limit is {CAPACITY}");
        let (mut pieces, mut literal, mut searched) = (Vec::new(), 0, 0);
        while let Some(at) = text.as_bytes()[searched..].iter().position(|byte| *byte >= FIRST_BYTE) {
            let at = searched + at;
            let Some(character) = text[at..].chars().next() else { break };
            searched = at + character.len_utf8();
            if let Some(slot) = self.slot(character) {
                pieces.extend((literal < at).then(|| Piece::Literal(text[literal..at].to_owned())));
                pieces.push(Piece::Slot(slot));
                literal = searched;
            }
        }
        pieces.extend((literal < text.len()).then(|| Piece::Literal(text[literal..].to_owned())));
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
    fn a_text_is_split_at_its_markers() {
        let slot_characters = SlotCharacters::default();
        let (address, link) = (slot_characters.marker(&Slot::Address), slot_characters.marker(&Slot::UnsubscribeUrl));
        assert_eq!(slot_characters.marker(&Slot::Address), address, "equal slots share a marker");
        let split = slot_characters.split(&format!("{address}a{link}{link}b")).unwrap();
        let expected = [
            Piece::Slot(Slot::Address),
            Piece::Literal("a".into()),
            Piece::Slot(Slot::UnsubscribeUrl),
            Piece::Slot(Slot::UnsubscribeUrl),
            Piece::Literal("b".into()),
        ];
        assert_eq!(split.0, expected);
    }

    #[test]
    fn more_fields_than_markers_are_refused() {
        let slot_characters = SlotCharacters::default();
        for index in 0..=6400 {
            slot_characters.marker(&Slot::Field { column: "name".into(), fallback: index.to_string() });
        }
        let expected = "6401 different subscriber fields in one letter; the limit is 6400";
        assert_eq!(slot_characters.split("").unwrap_err().to_string(), expected);
    }
}
