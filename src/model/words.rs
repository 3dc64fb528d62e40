//! Holds the texts that letters and the archive add to the author's own.

use std::collections::BTreeMap;

use super::word::Word;

/// The separators between names of months: commas of any script.
pub const MONTH_SEPARATORS: [char; 4] = [',', '،', '、', '，'];

/// What ends a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FullStop {
    /// The sign; may be empty.
    pub sign: &'static str,
    /// What stands between two sentences.
    pub space: &'static str,
}

impl FullStop {
    /// Returns `sentence` with the sign, if it does not end with a punctuation mark already.
    pub fn after(self, sentence: &str) -> String {
        let sentence = sentence.trim_end();
        let is_ended = sentence.ends_with(['.', '!', '?', '…', '。', '！', '？', '۔', '؟', '।', ',', '،', '、', '，']);
        format!("{sentence}{}", if is_ended { "" } else { self.sign })
    }
}

/// The texts of a newsletter: English, except for those it replaces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    own: BTreeMap<Word, String>,
}

impl Words {
    /// English, but for `own`.
    pub fn new(own: BTreeMap<Word, String>) -> Self {
        Self { own }
    }

    /// Returns the text of `word`.
    pub fn of(&self, word: Word) -> &str {
        self.own.get(&word).map_or(word.english(), String::as_str)
    }

    /// Whether the newsletter replaces `word`.
    pub fn replaces(&self, word: Word) -> bool {
        self.own.contains_key(&word)
    }

    /// Returns `text` with its ASCII digits written as the newsletter writes digits.
    pub fn with_digits(&self, text: &str) -> String {
        let Some(digits) = self.own.get(&Word::Digits) else { return text.to_owned() };
        let own = |digit: char| digits.chars().nth(digit.to_digit(10)? as usize);
        text.chars().map(|letter| own(letter).unwrap_or(letter)).collect()
    }

    /// Returns the sign between the facts of a line. The zeros of Arabic and Persian are dots: between two numbers, a point
    /// would be read as one.
    pub fn between(&self) -> &'static str {
        let digits = self.own.get(&Word::Digits);
        if digits.is_some_and(|digits| digits.contains(['\u{660}', '\u{6f0}'])) { "–" } else { "·" }
    }

    /// Returns the sign that ends a sentence in the language of the words, with the space behind it: by their script, as
    /// nothing else is known of it. Thai has none.
    pub fn full_stop(&self) -> FullStop {
        let is_in = |letters: std::ops::RangeInclusive<char>| {
            self.of(Word::SentTo).chars().any(|letter| letters.contains(&letter))
        };
        let (sign, space) = match () {
            () if is_in('\u{3040}'..='\u{30ff}') || is_in('\u{4e00}'..='\u{9fff}') => ("。", ""),
            () if is_in('\u{900}'..='\u{9ff}') => ("।", " "),
            () if is_in('\u{e00}'..='\u{e7f}') => ("", " "),
            () => (".", " "),
        };
        FullStop { sign, space }
    }

    /// The same, with values in its gaps.
    pub fn filled(&self, word: Word, values: &[(&str, &str)]) -> String {
        let mut text = String::new();
        let mut rest = self.of(word);
        // One after the other: what a value says in braces is its own.
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            rest = after;
            let value =
                values.iter().find_map(|(gap, value)| Some((value, after.strip_prefix(gap)?.strip_prefix('}')?)));
            match value {
                Some((value, after)) => {
                    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
                    text.push_str(&if is_number { self.with_digits(value) } else { (*value).to_owned() });
                    rest = after;
                }
                None => text.push('{'),
            }
        }
        text + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_once() {
        let own = BTreeMap::from([(Word::Writer, "{name} {writes} {newsletter} {".to_owned())]);
        let words = Words::new(own);
        assert_eq!(words.filled(Word::Writer, &[("newsletter", "{name}"), ("name", "Ada")]), "Ada {writes} {name} {");
        assert_eq!(words.filled(Word::Read, &[("minutes", "9")]), "9 min");
        assert_eq!(Word::Writer.gaps().collect::<Vec<_>>(), ["newsletter", "name"]);
    }

    #[test]
    fn every_word_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<&str> = Word::ALL.iter().map(|(_, name, _)| *name).collect();
        assert_eq!(names.len(), Word::ALL.len());
    }
}
