//! Builds prose in a letter.

use maud::{Markup, html};

use super::view::LetterView;
use crate::model::{Block, Direction, Image, Prose};
use crate::templates::direction::of_words;
use crate::templates::link::MEASURE;
use crate::templates::prose::{ProseParts, inlines, prose as markup};

/// Returns the markup of `prose`.
pub(super) fn prose(prose: &Prose, view: &LetterView) -> Markup {
    prose_within(prose, view.publication.direction, view)
}

/// Returns the markup of `prose` inside text that reads in `direction`.
pub(super) fn prose_within(prose: &Prose, direction: Direction, view: &LetterView) -> Markup {
    markup(prose, ProseParts { direction, slot: view.slot, picture: &picture })
}

/// Returns the markup of `prose` in an entry of a list. A single paragraph is no element of its own there: a list may have
/// hundreds of entries, and each element costs its bytes in all of them.
pub(super) fn prose_in_entry(prose: &Prose, view: &LetterView) -> Markup {
    let direction = view.publication.direction;
    match prose.0.as_slice() {
        [Block::Paragraph(words)] if of_words(words, direction) == direction => inlines(words, direction, view.slot),
        _ => self::prose(prose, view),
    }
}

/// Returns a picture in the width of the text, or in its own if that is less. The attribute is for Outlook's Word
/// engine, which does not support `max-width`.
fn picture(image: &Image, caption: Option<&Markup>) -> Markup {
    let width = image.size.map_or(MEASURE, |(width, _)| width.min(MEASURE));
    let style = match image.size {
        Some((width, _)) if width < MEASURE => Some(format!("max-width:{width}px")),
        Some(_) => None,
        None => Some("width:auto;max-width:100%".to_owned()),
    };
    html! {
        p class=(if caption.is_some() { "picture captioned" } else { "picture" }) {
            img src=(image.url) alt=(image.alt) width=(width) style=[style];
        }
        @if let Some(words) = caption { p class="meta caption" { (words) } }
    }
}
