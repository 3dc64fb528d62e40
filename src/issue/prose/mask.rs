//! Keeps characters of a Markdown text from being markup: each becomes a private-use character, which no text contains,
//! and back in what the parser returns.

use std::borrow::Cow;
use std::ops::Range;

use super::bare_address;
use super::rewritten::Rewritten;
use crate::issue::slots;

/// The characters that are masked, each with its mask. `&#xe000;` and its like never become one: see [`mask`].
const MASKS: [(char, char); 4] = [('*', '\u{E001}'), ('_', '\u{E002}'), ('~', '\u{E003}'), ('|', '\u{E004}')];

/// The length of a mask in bytes; each is in the place of one byte.
pub(super) const MASK_LENGTH: usize = 3;

/// Stands between the address of a picture and its size: `img/a.png =600x400`.
pub(super) const BEFORE_SIZE: char = '\u{E005}';

/// Returns `markdown` with these characters masked: what could be emphasis in a bare address, the bar in a slot, which
/// would end the cell of a table, and the space before the size of a picture, which would end the address.
pub(super) fn mask(markdown: &str) -> Rewritten {
    let mut wanted: Vec<(usize, char)> = Vec::new();
    // An entity could make a mask. Such a text is refused, so it does not matter how it is read.
    if !markdown.contains("&#") || !has_private_entity(markdown) {
        for address in bare_address::find(markdown) {
            // `<ada@example.org>` is markup of its own.
            if !markdown[..address.place.start].ends_with('<') {
                wanted.extend(masks_in(markdown, address.place, "*_~"));
            }
        }
        for slot in slots_in(markdown) {
            wanted.extend(masks_in(markdown, slot, "|"));
        }
        wanted.extend(sizes_in(markdown).map(|at| (at, BEFORE_SIZE)));
        wanted.sort_unstable();
        wanted.dedup_by_key(|(at, _)| *at);
    }
    let mut masked = Rewritten::default();
    let mut done = 0;
    for (at, mask) in wanted {
        masked.push(&markdown[done..at], done..at);
        masked.push(mask.encode_utf8(&mut [0; 4]), at..at + 1);
        done = at + 1;
    }
    masked.push(&markdown[done..], done..markdown.len());
    if !masked.text.ends_with('\n') {
        // Without it the parser does not see that a definition such as `[a]: <https://example.org>` ends.
        masked.push("\n", markdown.len()..markdown.len());
    }
    masked
}

/// Returns `text`, which the parser returned, without masks.
pub(super) fn unmask(text: &str) -> Cow<'_, str> {
    let original = |character| MASKS.iter().find(|(_, mask)| *mask == character).map(|(original, _)| *original);
    if !text.contains(|character| original(character).is_some() || character == BEFORE_SIZE) {
        return Cow::Borrowed(text);
    }
    let unmasked = |character| if character == BEFORE_SIZE { ' ' } else { original(character).unwrap_or(character) };
    Cow::Owned(text.chars().map(unmasked).collect())
}

/// Returns the places of the masks of `text` in [`unmask`] of it.
pub(super) fn mask_places(text: &str) -> Vec<usize> {
    let masks = text.char_indices().filter(|(_, character)| ('\u{E001}'..=BEFORE_SIZE).contains(character));
    masks.enumerate().map(|(count, (at, _))| at - count * (MASK_LENGTH - 1)).collect()
}

/// Returns the places in `range` of the ASCII characters `wanted` that no backslash precedes, with their masks.
fn masks_in<'m>(markdown: &'m str, range: Range<usize>, wanted: &'m str) -> impl Iterator<Item = (usize, char)> + 'm {
    let start = range.start;
    markdown[range].char_indices().filter_map(move |(at, character)| {
        let (_, mask) = MASKS.iter().find(|(original, _)| *original == character && wanted.contains(*original))?;
        (!markdown[..start + at].ends_with('\\')).then_some((start + at, *mask))
    })
}

/// Returns the ranges of slots.
fn slots_in(markdown: &str) -> impl Iterator<Item = Range<usize>> {
    markdown.match_indices(slots::OPENING).filter_map(|(start, opening)| {
        let inside = start + opening.len();
        let length = markdown[inside..].find(['{', '}', '\n'])?;
        markdown[inside + length..].starts_with('}').then_some(start..inside + length)
    })
}

/// Returns the places of the spaces before sizes: `](address =600x400`.
fn sizes_in(markdown: &str) -> impl Iterator<Item = usize> {
    markdown.match_indices(" =").map(|(at, _)| at).filter(|at| {
        let size = markdown[at + 2..].split([' ', ')', '\n']).next().unwrap_or_default();
        let is_size =
            size.contains('x') && size.len() < 16 && size.bytes().all(|byte| byte == b'x' || byte.is_ascii_digit());
        let address = markdown[..*at].rsplit([' ', '\n']).next().unwrap_or_default();
        is_size && address.contains("](")
    })
}

/// Whether a numeric entity in `markdown` is a private-use character of the Basic Multilingual Plane.
fn has_private_entity(markdown: &str) -> bool {
    markdown.match_indices("&#").any(|(at, _)| {
        let entity = &markdown[at + 2..];
        let (digits, radix) = entity.strip_prefix(['x', 'X']).map_or((entity, 10), |digits| (digits, 16));
        let digits = &digits[..digits.len() - digits.trim_start_matches(|digit: char| digit.is_digit(radix)).len()];
        u32::from_str_radix(digits, radix).is_ok_and(|code| (0xE000..=0xF8FF).contains(&code))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(markdown: &str) -> String {
        let masked = mask(markdown);
        let rest = masked.text.strip_suffix('\n').unwrap();
        assert_eq!(unmask(rest), markdown);
        rest.chars()
            .map(|character| if ('\u{E000}'..='\u{F8FF}').contains(&character) { '#' } else { character })
            .collect()
    }

    #[test]
    fn bare_addresses_slots_and_sizes_hold_no_markup() {
        for (markdown, expected) in [
            ("*https://example.org/a_b*c* _d_", "*https://example.org/a#b#c* _d_"),
            ("<https://example.org/a_b> <a_b@example.org>", "<https://example.org/a_b> <a_b@example.org>"),
            (
                "{subscriber.name|a} | b {subscriber.x\\|b} {subscriber.y|",
                "{subscriber.name#a} | b {subscriber.x\\|b} {subscriber.y|",
            ),
            ("![a](img/b.png =600x400) a =600x400", "![a](img/b.png#=600x400) a =600x400"),
            ("&#xe001; {subscriber.name|a}", "&#xe001; {subscriber.name|a}"),
        ] {
            assert_eq!(masked(markdown), expected, "{markdown}");
        }
    }
}
