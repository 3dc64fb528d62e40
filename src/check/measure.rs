//! How much there is of something.

use super::Subject;
use crate::diagnostic::Place;
use crate::model::{Block, Inline, Prose, Section};

/// Bytes of text a reader of the HTML part sees.
pub(super) fn visible_text(subject: &Subject<'_>) -> usize {
    let seen = subject.document.texts.iter().filter(|text| !subject.light()[text.element].is_invisible());
    seen.map(|text| text.words.trim().len()).sum()
}

/// Words of a piece of prose.
pub(super) fn prose_words(prose: &Prose) -> usize {
    blocks(&prose.0).split_whitespace().count()
}

/// Where the section starts that has the most words.
pub(super) fn largest_section(subject: &Subject<'_>) -> Option<Place> {
    let words = |section: &Section| {
        let blurbs: usize = section.links.iter().map(|link| prose_words(&link.blurb)).sum();
        prose_words(&section.prose) + blurbs + section.links.len()
    };
    let largest = subject.issue().sections.iter().max_by_key(|section| words(section));
    largest.and_then(|section| subject.place_of(&section.title))
}

fn blocks(blocks: &[Block]) -> String {
    let text = |block: &Block| match block {
        Block::Paragraph(words) => inlines(words),
        Block::List { items, .. } => items.iter().map(|item| self::blocks(item)).collect::<Vec<_>>().join(" "),
        Block::Quote(quoted) => self::blocks(quoted),
        Block::Code(lines) => lines.clone(),
        Block::Rule => String::new(),
    };
    blocks.iter().map(text).collect::<Vec<_>>().join(" ")
}

fn inlines(words: &[Inline]) -> String {
    words
        .iter()
        .map(|word| match word {
            Inline::Text(text) | Inline::Code(text) => text.clone(),
            Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link { text: inner, .. } => inlines(inner),
            Inline::LineBreak | Inline::Slot(_) => " ".to_owned(),
        })
        .collect()
}
