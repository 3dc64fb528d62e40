//! Builds the row of a link in a letter: title, one line about it, description, and a small picture beside them.

use maud::{Markup, PreEscaped, html};

use super::prose::prose;
use super::view::LetterView;
use crate::model::{Direction, Image, Link};
use crate::templates::heading::{self, Level};
use crate::templates::link::{MEASURE, NO_BREAK, Placement, meta, picture_alt, relation};

/// The width, in pixels, of a picture beside the words, without the space around it.
const THUMBNAIL: u32 = 96;

/// Returns the row of `link`, whose title is a heading of `level`.
pub(super) fn row(link: &Link, level: Level, view: &LetterView) -> Markup {
    html! {
        (PreEscaped("\n"))
        tr { td class="link" { (with_thumbnail(link, link.image.as_ref(), view, &words(link, level, view))) } }
    }
}

/// Returns the row of a link that is larger than the others. Its picture, if `has_picture`, is above the words if it is
/// wide enough.
pub(super) fn rows_of_words(link: &Link, level: Level, has_picture: bool, view: &LetterView) -> Markup {
    let image = link.image.as_ref().filter(|_| has_picture);
    let (above, beside) = match image {
        Some(image) if matches!(Placement::of(image), Placement::Above) => (Some(image), None),
        image => (None, image),
    };
    html! {
        tr {
            td class="lead" {
                @if let Some(image) = above { p class="picture" { (linked_picture(link, image, MEASURE)) } }
                (with_thumbnail(link, beside, view, &words(link, level, view)))
            }
        }
    }
}

/// Returns `words`, and `image` floating at the end of their lines at every width. Outlook's Word engine does not support
/// floats; it gets a table with both cells in visual order.
pub(super) fn with_thumbnail(link: &Link, image: Option<&Image>, view: &LetterView, words: &Markup) -> Markup {
    let Some(image) = image else { return words.clone() };
    let word = match view.publication.direction {
        Direction::LeftToRight => &WORD_BESIDE_LTR,
        Direction::RightToLeft => &WORD_BESIDE_RTL,
    };
    html! {
        (PreEscaped(word.open))
        table class="thumbnail" role="presentation" width="112" cellpadding="0" cellspacing="0" {
            tr { td { (linked_picture(link, image, THUMBNAIL)) } }
        }
        (PreEscaped(word.between))
        (words)
        (PreEscaped(WORD_BESIDE_CLOSE))
    }
}

struct WordBeside {
    open: &'static str,
    between: &'static str,
}

const WORD_BESIDE_LTR: WordBeside = WordBeside {
    open: "<!--[if mso]><table role=\"presentation\" dir=\"rtl\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\">\
           <tr><td dir=\"ltr\" width=\"112\" valign=\"top\"><![endif]-->",
    between: "<!--[if mso]></td><td dir=\"ltr\" valign=\"top\"><![endif]-->",
};
const WORD_BESIDE_RTL: WordBeside = WordBeside {
    open: "<!--[if mso]><table role=\"presentation\" dir=\"ltr\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\">\
           <tr><td dir=\"rtl\" width=\"112\" valign=\"top\"><![endif]-->",
    between: "<!--[if mso]></td><td dir=\"rtl\" valign=\"top\"><![endif]-->",
};
const WORD_BESIDE_CLOSE: &str = "<!--[if mso]></td></tr></table><![endif]-->";

/// Returns the picture with the title's link, `widest` pixels wide or its own width if that is less. It has no height, so
/// that it keeps its shape in every client: where the width follows the screen, a height in an attribute stays.
pub(super) fn linked_picture(link: &Link, image: &Image, widest: u32) -> Markup {
    let width = image.size.map_or(widest, |(width, _)| width.min(widest));
    let picture = html! { img src=(image.url) alt=(picture_alt(link, image)) width=(width); };
    html! {
        @match &link.url {
            Some(url) => { a href=(url) rel=[relation(link)] { (picture) } }
            None => { (picture) }
        }
    }
}

/// Returns the title of `link`, with its address.
pub(super) fn title(link: &Link, view: &LetterView) -> Markup {
    let words = heading::words(&link.title, view.publication.direction);
    html! {
        @match &link.url {
            Some(url) => { a href=(url) rel=[relation(link)] { (words) } }
            None => { (words) }
        }
    }
}

fn words(link: &Link, level: Level, view: &LetterView) -> Markup {
    let words = &view.publication.words;
    let meta = meta(link, words);
    html! {
        (level.heading(&title(link, view)))
        @if !meta.is_empty() {
            p class="meta" {
                @for (index, part) in meta.iter().enumerate() {
                    @if index > 0 { " " (words.between()) " " }
                    // `bdi`, so that a name in the other direction does not move what is beside it.
                    bdi { (part.replace(' ', NO_BREAK)) }
                }
            }
        }
        @if !link.description.is_empty() {
            div class="prose" { (prose(&link.description, view)) }
        }
    }
}
