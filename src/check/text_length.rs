//! Measures how much text a letter, a piece of prose or a section has.

use super::issue_context::IssueContext;
use super::word_count::prose_words;
use crate::diagnostic::Place;
use crate::model::{Item, Section};

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
    let largest = context.issue().sections.iter().max_by_key(|section| words(section))?;
    context.place_of(&largest.heading.as_ref()?.plain())
}
