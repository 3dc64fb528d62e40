//! Writes the newsletter's fixed words. Those that it has not translated read in their own direction, with their
//! punctuation at their own end.

use maud::Markup;

use super::direction::{attribute, of_text};
use super::heading::plain_words;
use crate::model::{Publication, Word};

/// Returns the text of `word` in a line of the newsletter.
pub(super) fn word(publication: &Publication, word: Word) -> Markup {
    plain_words(publication.words.of(word), publication.direction)
}

/// Returns the `dir` attribute of a paragraph of `text`, if it needs one.
pub(super) fn direction(text: &str, publication: &Publication) -> Option<&'static str> {
    attribute(of_text(text, publication.direction), publication.direction)
}
