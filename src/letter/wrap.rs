//! Lines of the text part: broken between words, where Unicode allows it, but never inside a web address.

use textwrap::WordSeparator;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::markers::Markers;

/// Breaks `text` into lines of at most `columns`; a `\n` in it always ends a line. A word that is too long for a line
/// is broken anywhere, unless it is a web address, which stays whole. No line ends in a space.
pub(super) fn wrap(text: &str, columns: usize, markers: &Markers) -> Vec<String> {
    text.split('\n').flat_map(|paragraph| fill(&words(paragraph, columns, markers), columns)).collect()
}

/// Columns `text` takes on a terminal, a slot those of the words expected in it.
pub(super) fn width(text: &str, markers: &Markers) -> usize {
    text.chars().filter_map(|character| markers.columns(character)).fold(text.width(), |width, columns| {
        // A marker itself counts as one.
        width + columns - columns.min(1)
    })
}

/// What stays together on a line, and the space after it.
struct Word<'a> {
    text: &'a str,
    space: &'a str,
    columns: usize,
}

fn words<'a>(paragraph: &'a str, columns: usize, markers: &Markers) -> Vec<Word<'a>> {
    let mut words = Vec::new();
    for spaced in WordSeparator::AsciiSpace.find_words(paragraph) {
        let columns_taken = width(spaced.word, markers);
        // Between ASCII letters there is nothing to break but hyphenated words, which read better whole.
        if is_web_address(spaced.word) || (spaced.word.is_ascii() && columns_taken <= columns) {
            words.push(Word { text: spaced.word, space: spaced.whitespace, columns: columns_taken });
            continue;
        }
        for part in WordSeparator::UnicodeBreakProperties.find_words(spaced.word) {
            for text in pieces(part.word, columns, markers) {
                words.push(Word { text, space: "", columns: width(text, markers) });
            }
        }
        if let Some(last) = words.last_mut() {
            last.space = spaced.whitespace;
        }
    }
    words
}

fn is_web_address(word: &str) -> bool {
    word.contains("://") || word.contains("mailto:")
}

/// `word`, cut where it would be longer than a line.
fn pieces<'a>(word: &'a str, columns: usize, markers: &Markers) -> Vec<&'a str> {
    if width(word, markers) <= columns {
        return vec![word];
    }
    let (mut pieces, mut start, mut taken) = (Vec::new(), 0, 0);
    for (at, character) in word.char_indices() {
        let wide = markers.columns(character).or_else(|| character.width()).unwrap_or(0);
        if taken + wide > columns && at > start {
            pieces.push(&word[start..at]);
            (start, taken) = (at, 0);
        }
        taken += wide;
    }
    pieces.push(&word[start..]);
    pieces
}

fn fill(words: &[Word], columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut taken) = (String::new(), 0);
    for word in words {
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
        wrap(text, columns, &Markers::default())
    }

    #[test]
    fn lines_end_between_words() {
        assert_eq!(wrapped("two clocks never agree", 10), ["two clocks", "never", "agree"]);
        assert_eq!(wrapped("one\ntwo", 10), ["one", "two"]);
    }

    #[test]
    fn a_web_address_is_never_split() {
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
    fn a_slot_is_as_wide_as_its_fallback() {
        let markers = Markers::default();
        let marker = markers.mark(&Slot::Field { column: "name".into(), fallback: "dear reader".into() });
        assert_eq!(wrap(&format!("Hello {marker}, hi"), 18, &markers), [format!("Hello {marker},"), "hi".into()]);
    }
}
