//! Finds the texts of parsed Markdown again in the Markdown, in order.
//!
//! A text is the Markdown without its markup, with entities and escapes decoded. Word by word, each is looked for behind
//! the one before it.

use std::ops::Range;

/// The most bytes of markup before a word: a long URL in a link.
const FARTHEST: usize = 2200;

/// The most bytes of markup before a character: an entity.
const LONGEST_ENTITY: usize = 12;

/// A place in the Markdown, behind everything found so far.
pub(super) struct Cursor<'m> {
    markdown: &'m str,
    at: usize,
}

impl<'m> Cursor<'m> {
    pub(super) fn new(markdown: &'m str) -> Self {
        Self { markdown, at: 0 }
    }

    /// Returns the place.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Moves behind the next `words`, if they are near.
    pub(super) fn pass(&mut self, words: &str) {
        if let Some(range) = self.find(words) {
            self.at = range.end;
        }
    }

    /// Returns where each byte of `text` begins in the Markdown, and moves behind it.
    pub(super) fn places_of(&mut self, text: &str) -> Vec<usize> {
        let mut places = Vec::with_capacity(text.len());
        for word in text.split_inclusive(char::is_whitespace) {
            let (letters, space) = word.split_at(word.trim_end().len());
            match self.find(letters) {
                Some(range) => {
                    places.extend(range.clone());
                    self.at = range.end;
                }
                None => letters.chars().for_each(|letter| self.character(letter, &mut places)),
            }
            places.extend(std::iter::repeat_n(self.at, space.len()));
        }
        places
    }

    /// Returns the target of the link whose text ends here, and moves behind it. Of a link without one, its last byte.
    pub(super) fn target(&mut self) -> Range<usize> {
        let rest = &self.markdown[self.at..];
        let Some(open) = rest.find("](").filter(|&open| open < LONGEST_ENTITY) else {
            let start = self.markdown.floor_char_boundary(self.at.saturating_sub(1));
            return start..self.at;
        };
        let start = self.at + open + 2;
        let length = self.markdown[start..].find([')', ' ', '\n']).unwrap_or(self.markdown.len() - start);
        self.at = start + length;
        start..self.at
    }

    fn character(&mut self, letter: char, places: &mut Vec<usize>) {
        let end = self.markdown.ceil_char_boundary((self.at + LONGEST_ENTITY).min(self.markdown.len()));
        let start = self.markdown[self.at..end].find(letter).map_or(self.at, |found| self.at + found);
        if self.markdown[start..].starts_with(letter) {
            places.extend(start..start + letter.len_utf8());
            self.at = start + letter.len_utf8();
        } else {
            places.extend([start; 4].iter().take(letter.len_utf8()));
        }
    }

    /// Returns where the next `words` are, if they are near.
    pub(super) fn find(&self, words: &str) -> Option<Range<usize>> {
        let end = self.markdown.ceil_char_boundary((self.at + FARTHEST + words.len()).min(self.markdown.len()));
        let start = self.at + self.markdown[self.at..end].find(words)?;
        Some(start..start + words.len())
    }
}
