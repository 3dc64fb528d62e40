//! Wraps lines of the text part between words, where Unicode allows it, and never inside a web address.

use textwrap::WordSeparator;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::script::{may_end_line_between, needs_dictionary};
use super::slot_characters::SlotCharacters;
use crate::templates::korean::is_hangul;

/// Breaks `text` into lines of at most `columns`; a `\n` in it always ends a line. A word that is too long for a line
/// is broken anywhere, unless it is a web address. No line ends in a space.
pub(super) fn wrap(text: &str, columns: usize, slot_characters: &SlotCharacters) -> Vec<String> {
    text.split('\n').flat_map(|paragraph| fill(&words(paragraph, columns, slot_characters), columns)).collect()
}

/// Returns the columns that `text` takes on a terminal; a slot takes those of its expected value.
pub(super) fn width(text: &str, slot_characters: &SlotCharacters) -> usize {
    text.chars().filter_map(|character| slot_characters.columns(character)).fold(text.width(), |width, columns| {
        // A marker itself takes one column.
        width + columns - columns.min(1)
    })
}

/// A piece of text that is not broken, and the space after it.
struct Chunk<'a> {
    text: &'a str,
    space: &'a str,
    columns: usize,
}

fn words<'a>(paragraph: &'a str, columns: usize, slot_characters: &SlotCharacters) -> Vec<Chunk<'a>> {
    let mut words = Vec::new();
    for spaced in WordSeparator::AsciiSpace.find_words(paragraph) {
        let columns_taken = width(spaced.word, slot_characters);
        // Unicode would only break ASCII words at hyphens, and hyphenated words read better unbroken. It would break
        // Korean words between any two syllables.
        let is_kept = spaced.word.is_ascii() || spaced.word.contains(is_hangul);
        if is_web_address(spaced.word) || (is_kept && columns_taken <= columns) {
            words.push(Chunk { text: spaced.word, space: spaced.whitespace, columns: columns_taken });
            continue;
        }
        for part in parts(spaced.word) {
            for text in pieces(part, columns, slot_characters) {
                words.push(Chunk { text, space: "", columns: width(text, slot_characters) });
            }
        }
        if let Some(last) = words.last_mut() {
            last.space = spaced.whitespace;
        }
    }
    words
}

/// Splits `word` where Unicode allows the end of a line, but not beside a Korean letter.
fn parts(word: &str) -> Vec<&str> {
    let (mut parts, mut start, mut end) = (Vec::new(), 0, 0);
    // Where Thai words end is in a dictionary that the segmenter does not have: to it, they are words of letters.
    let as_letters: String = word.chars().map(|letter| if needs_dictionary(letter) { 'ᚠ' } else { letter }).collect();
    let word_of_letters = if as_letters.len() == word.len() { as_letters.as_str() } else { word };
    for part in WordSeparator::UnicodeBreakProperties.find_words(word_of_letters) {
        let is_beside_hangul = word[..end].ends_with(is_hangul) || part.word.starts_with(is_hangul);
        if end > start && !is_beside_hangul {
            parts.push(&word[start..end]);
            start = end;
        }
        end += part.word.len();
    }
    parts.push(&word[start..]);
    parts
}

fn is_web_address(word: &str) -> bool {
    word.contains("://") || word.contains("mailto:")
}

/// Splits `word` where it would be longer than a line, between what a reader sees as characters.
fn pieces<'a>(word: &'a str, columns: usize, slot_characters: &SlotCharacters) -> Vec<&'a str> {
    if width(word, slot_characters) <= columns {
        return vec![word];
    }
    let (mut pieces, mut start, mut taken) = (Vec::new(), 0, 0);
    for (at, unit) in units(word) {
        let wide = width(unit, slot_characters);
        if taken + wide > columns && at > start {
            pieces.push(&word[start..at]);
            (start, taken) = (at, 0);
        }
        taken += wide;
    }
    pieces.push(&word[start..]);
    pieces
}

/// Splits `word` into the least pieces that may stand at the beginning of a line, each with its offset.
fn units(word: &str) -> impl Iterator<Item = (usize, &str)> {
    let starts: Vec<usize> = word
        .grapheme_indices(true)
        .filter(|&(at, grapheme)| {
            let before = word[..at].chars().next_back();
            let after = grapheme.chars().next();
            before.zip(after).is_none_or(|(before, after)| may_end_line_between(before, after))
        })
        .map(|(at, _)| at)
        .collect();
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([word.len()]).collect();
    starts.into_iter().zip(ends).map(|(start, end)| (start, &word[start..end]))
}

fn fill(chunks: &[Chunk], columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut taken) = (String::new(), 0);
    for word in chunks {
        if taken > 0 && taken + word.columns > columns {
            lines.push(line.trim_end().to_owned());
            (line, taken) = (String::new(), 0);
        }
        line.push_str(word.text);
        line.push_str(word.space);
        taken += word.columns + word.space.len();
    }
    lines.push(line.trim_end().to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Slot;

    fn wrapped(text: &str, columns: usize) -> Vec<String> {
        wrap(text, columns, &SlotCharacters::default())
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("two clocks never agree", 10), ["two clocks", "never", "agree"]);
        assert_eq!(wrapped("one\ntwo", 10), ["one", "two"]);
    }

    #[test]
    fn a_web_address_is_never_broken() {
        let text = "see https://example.org/a-very/long-path/indeed, then rest";
        assert_eq!(wrapped(text, 12), ["see", "https://example.org/a-very/long-path/indeed,", "then rest"]);
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken_anywhere() {
        assert_eq!(wrapped("ab abcdefghij", 4), ["ab", "abcd", "efgh", "ij"]);
    }

    #[test]
    fn wide_characters_count_twice_and_break_without_spaces() {
        assert_eq!(wrapped("分散システムの設計", 8), ["分散シス", "テムの設", "計"]);
    }

    #[test]
    fn korean_breaks_at_spaces_only() {
        let text = "이번 주에는 자료구조로 본 분산 시스템을(를) 大韓民國은 다룹니다.";
        assert_eq!(
            wrapped(text, 16),
            ["이번 주에는", "자료구조로 본", "분산", "시스템을(를)", "大韓民國은", "다룹니다."]
        );
    }

    #[test]
    fn a_korean_word_longer_than_a_line_is_broken_between_syllables() {
        assert_eq!(wrapped("가나다라마", 6), ["가나다", "라마"]);
        // The same in letters that join into syllables.
        let apart = "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}";
        assert_eq!(wrapped(apart, 3), ["\u{1112}\u{1161}\u{11ab}", "\u{1100}\u{1173}\u{11af}"]);
    }

    #[test]
    fn a_chinese_sentence_that_names_something_in_korean_still_breaks() {
        assert_eq!(wrapped("关于한국어的文章有很多", 12), ["关于한국어的", "文章有很多"]);
    }

    #[test]
    fn thai_keeps_vowels_and_marks_with_their_consonant() {
        assert_eq!(wrapped("เพื่อแก้ไขปัญหา", 5), ["เพื่อแก้", "ไขปัญ", "หา"]);
        // Never after a leading vowel, never before a following one.
        assert_eq!(wrapped("กกแก", 3), ["กก", "แก"]);
        assert_eq!(wrapped("กกกะ", 3), ["กก", "กะ"]);
        assert_eq!(wrapped("กกนำ", 3), ["กก", "นำ"]);
        assert_eq!(wrapped("ກກແກ", 3), ["ກກ", "ແກ"]);
    }

    #[test]
    fn a_character_of_several_code_points_is_not_broken() {
        assert_eq!(
            wrapped("x👩\u{200d}💻👩\u{200d}💻e\u{301}e\u{301}", 3),
            ["x👩\u{200d}💻", "👩\u{200d}💻", "e\u{301}e\u{301}"]
        );
        assert_eq!(wrapped("ខ្មែរខ្មែរ", 5), ["ខ្មែរខ្មែ", "រ"]);
    }

    #[test]
    fn a_slot_is_as_wide_as_its_fallback() {
        let slot_characters = SlotCharacters::default();
        let marker = slot_characters.marker(&Slot::Field { column: "name".into(), fallback: "dear reader".into() });
        assert_eq!(
            wrap(&format!("Hello {marker}, hi"), 18, &slot_characters),
            [format!("Hello {marker},"), "hi".into()]
        );
    }
}
