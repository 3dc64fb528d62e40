//! Builds the rows of the lead, the link that its author put above the first section: a picture across the letter, a
//! flag that hangs from it, larger words.

use maud::{Markup, PreEscaped, html};

use super::link::{linked_picture, rows_of_words};
use super::plate::plate;
use super::view::LetterView;
use crate::model::{Link, Word};
use crate::templates::heading::{Level, plain_words};
use crate::templates::link::{Placement, WIDTH};

/// Returns the rows of the lead.
pub(super) fn rows(link: &Link, view: &LetterView) -> Markup {
    let cover = link.image.as_ref().filter(|image| matches!(Placement::of(image), Placement::Above));
    let start = view.publication.words.of(Word::Start);
    html! {
        @if let Some(image) = cover {
            tr { td class="cover" { (linked_picture(link, image, WIDTH)) } }
            (PreEscaped("\n"))
        }
        @if !start.is_empty() {
            // The flag hangs from the picture, or else from a bar of its own.
            tr class=[cover.map(|_| "hanging")] {
                td class="start" { (plate(&html! { p { (plain_words(start, view.publication.direction)) } }, cover.is_none())) }
            }
            (PreEscaped("\n"))
        }
        (rows_of_words(link, Level::SECTION, cover.is_none(), view))
    }
}
