//! Decides the direction of a block whose text reads in the other direction than the letter around it, such as an English
//! quotation in a Hebrew letter. The `dir` attribute is written out, because some mail clients do not know `auto`.

use std::borrow::Cow;

use unicode_bidi::{BidiClass, bidi_class};

use crate::model::{Block, Direction, Inline, Table};

/// Returns the direction of a block of `text` in a letter that reads in the direction `outer`: that of its first strong
/// letter outside isolates (UAX 9, P2 and P3), if at least half of its letters agree. So a Persian sentence that begins
/// with the name of a program stays Persian. Addresses do not count.
pub(super) fn of_text(text: &str, outer: Direction) -> Direction {
    let (mut first, mut left_to_right, mut right_to_left, mut isolates) = (None, 0_usize, 0_usize, 0_usize);
    for character in text.split_whitespace().filter(|word| !is_address(word)).flat_map(str::chars) {
        // Of ASCII, only letters have a direction of their own, and need no table.
        let class = match character {
            'a'..='z' | 'A'..='Z' => BidiClass::L,
            '\0'..='\x7f' => continue,
            _ => bidi_class(character),
        };
        let direction = match class {
            BidiClass::LRI | BidiClass::RLI | BidiClass::FSI => {
                isolates += 1;
                continue;
            }
            BidiClass::PDI => {
                isolates = isolates.saturating_sub(1);
                continue;
            }
            BidiClass::L if isolates == 0 => Direction::LeftToRight,
            BidiClass::R | BidiClass::AL if isolates == 0 => Direction::RightToLeft,
            _ => continue,
        };
        first = first.or(Some(direction));
        match direction {
            Direction::LeftToRight => left_to_right += 1,
            Direction::RightToLeft => right_to_left += 1,
        }
    }
    let is_most = match first {
        None => false,
        Some(Direction::LeftToRight) => left_to_right >= right_to_left,
        Some(Direction::RightToLeft) => right_to_left >= left_to_right,
    };
    first.filter(|_| is_most).unwrap_or(outer)
}

/// The mark that ends a name in Latin letters whose last characters have no direction (LRM).
const MARK: char = '\u{200e}';

/// Returns `text`, which reads in `direction`, with names such as `C++`, `C#` and `TLA+` kept whole: at the end of a name, signs
/// go with the text around it (UAX 9, N2), and from right to left they would stand before it.
pub(super) fn with_whole_names(text: &str, direction: Direction) -> Cow<'_, str> {
    let is_sign = |character| matches!(character, '+' | '#');
    if direction == Direction::LeftToRight || !text.contains(is_sign) {
        return Cow::Borrowed(text);
    }
    let is_inside = |next: char| is_sign(next) || next.is_ascii_alphanumeric();
    let (mut marked, mut is_after_letter) = (String::with_capacity(text.len() + MARK.len_utf8()), false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        marked.push(character);
        is_after_letter = character.is_ascii_alphabetic() || (is_sign(character) && is_after_letter);
        if is_after_letter && is_sign(character) && !characters.peek().copied().is_some_and(is_inside) {
            marked.push(MARK);
        }
    }
    Cow::Owned(marked)
}

/// Returns whether `word` is an address of a page or for mail.
pub(super) fn is_address(word: &str) -> bool {
    (word.contains("://") || word.contains('@') || word.starts_with("www.")) && !word.contains(char::is_whitespace)
}

/// Returns the direction of a block of `words`, as [`of_text`] does. Code does not count: it is Latin in every language.
pub(super) fn of_words(words: &[Inline], outer: Direction) -> Direction {
    let mut text = String::new();
    add_words(words, &mut text);
    of_text(&text, outer)
}

/// Returns the direction of `blocks` together.
pub(super) fn of_blocks(blocks: &[Block], outer: Direction) -> Direction {
    let mut text = String::new();
    add_blocks(blocks, &mut text);
    of_text(&text, outer)
}

/// Returns the direction of the items of a list together.
pub(super) fn of_list(items: &[Vec<Block>], outer: Direction) -> Direction {
    let mut text = String::new();
    for item in items {
        add_blocks(item, &mut text);
    }
    of_text(&text, outer)
}

/// Returns the direction of the cells of a table together.
pub(super) fn of_table(table: &Table, outer: Direction) -> Direction {
    let mut text = String::new();
    add_table(table, &mut text);
    of_text(&text, outer)
}

/// Returns the `dir` attribute of a block that reads in the direction `own`, if it needs one inside `outer`.
pub(super) fn attribute(own: Direction, outer: Direction) -> Option<&'static str> {
    (own != outer).then(|| own.attribute())
}

fn add_blocks(blocks: &[Block], text: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(words) => add_words(words, text),
            Block::List { items, .. } => items.iter().for_each(|item| add_blocks(item, text)),
            Block::Quote(quoted) => add_blocks(quoted, text),
            Block::Picture { caption, .. } => add_words(caption, text),
            Block::Table(table) => add_table(table, text),
            Block::Code(_) | Block::Rule => {}
        }
        text.push(' ');
    }
}

fn add_table(table: &Table, text: &mut String) {
    for cell in std::iter::once(&table.header).chain(&table.rows).flatten() {
        add_words(cell, text);
        text.push(' ');
    }
}

fn add_words(words: &[Inline], text: &mut String) {
    for word in words {
        match word {
            Inline::Text(words) => text.push_str(words),
            Inline::Emphasis(words)
            | Inline::Strong(words)
            | Inline::Strikethrough(words)
            | Inline::Link { text: words, .. } => add_words(words, text),
            Inline::LineBreak => text.push(' '),
            Inline::Code(_) | Inline::Slot(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LTR: Direction = Direction::LeftToRight;
    const RTL: Direction = Direction::RightToLeft;

    #[test]
    fn a_text_reads_as_its_first_strong_letter_if_most_others_agree() {
        let cases = [
            ("On clocks", [LTR, LTR]),
            ("על שעונים", [RTL, RTL]),
            ("«42: על שעונים»", [RTL, RTL]),
            // A name at the beginning changes nothing.
            ("Docker یک ابزار برای اجرای برنامه‌هاست", [LTR, RTL]),
            ("שלום is the Hebrew word for peace", [LTR, RTL]),
            // Isolates are skipped.
            ("\u{2068}Docker\u{2069} כלי", [RTL, RTL]),
            ("\u{2067}שלום\u{2069} means peace", [LTR, LTR]),
            // Addresses, numbers and signs say nothing.
            ("https://example.org/ על שעונים", [RTL, RTL]),
            ("2026 – 24 · ?", [LTR, RTL]),
            ("", [LTR, RTL]),
        ];
        for (text, expected) in cases {
            assert_eq!([LTR, RTL].map(|outer| of_text(text, outer)), expected, "{text}");
        }
    }

    #[test]
    fn a_name_that_ends_in_a_sign_keeps_it_in_text_from_right_to_left() {
        let cases = [
            ("السباق نفسه في TLA+:", "السباق نفسه في TLA+\u{200e}:"),
            ("C++ ו־C#, F# 4", "C++\u{200e} ו־C#\u{200e}, F#\u{200e} 4"),
            // Not at the end of a name.
            ("1+1, #42, א+ב, a+b", "1+1, #42, א+ב, a+b"),
            ("שלום", "שלום"),
        ];
        for (text, expected) in cases {
            assert_eq!(with_whole_names(text, RTL), expected);
            assert_eq!(with_whole_names(text, LTR), text);
        }
    }

    #[test]
    fn code_and_slots_have_no_direction() {
        let words = [Inline::Code("Box::take".into()), Inline::Text(" מחזיר".into())];
        assert_eq!(of_words(&words, RTL), RTL);
        assert_eq!(of_words(&words[..1], RTL), RTL);
    }
}
