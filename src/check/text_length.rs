//! Measures how much text a letter, a piece of prose or a section has.

use super::issue_context::IssueContext;
use super::word_count::prose_words;
use crate::diagnostic::Place;
use crate::model::{Item, Section};

/// The size of an HTML part at which Gmail cuts it, in bytes.
pub(super) const LARGEST: usize = 102_400;

/// Returns the bytes of visible text in the HTML part.
pub(super) fn visible_text(context: &IssueContext<'_>) -> usize {
    let seen = context.document.texts.iter().filter(|text| !context.light_styles()[text.element].is_invisible());
    seen.map(|text| text.content.trim().len()).sum()
}

/// Returns the place of the section with the most words.
pub(super) fn largest_section(context: &IssueContext<'_>) -> Option<Place> {
    let words = |section: &Section| {
        let texts: usize = section.items().flat_map(Item::texts).map(prose_words).sum();
        texts + section.links().count()
    };
    let largest = context.issue().sections.iter().max_by_key(|section| words(section));
    let heading = largest.and_then(|section| section.heading.as_ref());
    let place = heading.and_then(|heading| context.place_of(&heading.plain()));
    place.or_else(|| Some(context.place_in_issue(&context.places().title)))
}
