//! Builds the rows of a link in a letter: kind and source, title, picture, description and author.

use maud::{Markup, PreEscaped, html};

use super::prose::prose;
use super::view::LetterView;
use crate::model::{Direction, Image, Link, Word};
use crate::templates::heading::{self, Level};
use crate::templates::link::{MEASURE, Placement, byline, kind, names_above, picture_alt, relation};

/// The width, in pixels, of a picture beside the text.
const THUMBNAIL: u32 = 160;

/// Returns the row, or rows, of `link`, whose title is a heading of `level`.
pub(super) fn row(link: &Link, level: Level, view: &LetterView) -> Markup {
    let class = if link.sponsored { "link sponsored" } else { "link" };
    html! {
        (PreEscaped("\n"))
        @if link.sponsored {
            // The tinted cell has padding of its own; the gap above it is not tinted.
            tr { td class="gap" { } }
        }
        tr {
            td class=(class) {
                // An advertisement is labelled before anything else of it is shown.
                @if link.sponsored { (meta_line(link, view)) }
                @match link.image.as_ref().map(|image| (image, Placement::of(image))) {
                    None => { (words(link, level, view)) }
                    Some((image, Placement::Above)) => {
                        p class="picture" { (picture(link, image, MEASURE)) }
                        (words(link, level, view))
                    }
                    Some((image, Placement::Beside)) => { (side_by_side(link, image, level, view)) }
                }
            }
        }
    }
}

/// Returns the picture, floating to the end of the line, and the text. Where the screen is too narrow for both, the
/// picture is above the text, with or without a style sheet. Outlook's Word engine does not support floats; it gets a
/// table with both cells in visual order.
fn side_by_side(link: &Link, image: &Image, level: Level, view: &LetterView) -> Markup {
    let word = match view.publication.direction {
        Direction::LeftToRight => &WORD_BESIDE_LTR,
        Direction::RightToLeft => &WORD_BESIDE_RTL,
    };
    html! {
        (PreEscaped(word.open))
        table class="thumbnail" role="presentation" width=(THUMBNAIL) cellpadding="0" cellspacing="0" border="0" {
            tr { td { (picture(link, image, THUMBNAIL)) } }
        }
        (PreEscaped(word.between))
        table class="beside" role="presentation" cellpadding="0" cellspacing="0" border="0" {
            tr { td { (words(link, level, view)) } }
        }
        (PreEscaped(WORD_BESIDE_CLOSE))
    }
}

struct WordBeside {
    open: &'static str,
    between: &'static str,
}

const WORD_BESIDE_LTR: WordBeside = WordBeside {
    open: "<!--[if mso]><table role=\"presentation\" dir=\"rtl\" width=\"552\" cellpadding=\"0\" cellspacing=\"0\" \
           border=\"0\"><tr><td dir=\"ltr\" width=\"160\" valign=\"top\"><![endif]-->",
    between: "<!--[if mso]></td><td width=\"24\"></td><td dir=\"ltr\" width=\"368\" valign=\"top\"><![endif]-->",
};
const WORD_BESIDE_RTL: WordBeside = WordBeside {
    open: "<!--[if mso]><table role=\"presentation\" dir=\"ltr\" width=\"552\" cellpadding=\"0\" cellspacing=\"0\" \
           border=\"0\"><tr><td dir=\"rtl\" width=\"160\" valign=\"top\"><![endif]-->",
    between: "<!--[if mso]></td><td width=\"24\"></td><td dir=\"rtl\" width=\"368\" valign=\"top\"><![endif]-->",
};
const WORD_BESIDE_CLOSE: &str = "<!--[if mso]></td></tr></table><![endif]-->";

/// Returns the picture with the title's link, `widest` pixels wide or its own width if that is less. It has no height, so
/// that it keeps its shape in every client: where the width follows the screen, a height in an attribute stays.
fn picture(link: &Link, image: &Image, widest: u32) -> Markup {
    let width = image.size.map_or(widest, |(width, _)| width.min(widest));
    let picture = html! { img src=(image.url) alt=(picture_alt(link, image)) width=(width); };
    html! {
        @match &link.url {
            Some(url) => { a href=(url) rel=[relation(link)] { (picture) } }
            None => { (picture) }
        }
    }
}

/// Returns the line above the title of a link: its kind and source, or facts. Nothing if it has none of them.
fn meta_line(link: &Link, view: &LetterView) -> Markup {
    let words = &view.publication.words;
    let sponsored = link.sponsored.then(|| html! { strong { (words.of(Word::Sponsored)) } });
    let kind = kind(link, words).map(|kind| html! { (kind) });
    // `bdi`, so that a name in the other direction does not move what is beside it.
    let names = names_above(link).map(|name| html! { bdi { (name) } });
    let pieces: Vec<Markup> = sponsored.into_iter().chain(kind).chain(names).collect();
    html! {
        @if !pieces.is_empty() {
            p class="quiet" {
                @for (index, piece) in pieces.iter().enumerate() {
                    @if index > 0 { " · " }
                    (piece)
                }
            }
        }
    }
}

fn words(link: &Link, level: Level, view: &LetterView) -> Markup {
    html! {
        @if !link.sponsored { (meta_line(link, view)) }
        (level.heading(&html! {
            @match &link.url {
                Some(url) => { a href=(url) rel=[relation(link)] { (heading::words(&link.title, view.publication.direction)) } }
                None => { (heading::words(&link.title, view.publication.direction)) }
            }
        }))
        @if !link.description.is_empty() {
            div class="prose" { (prose(&link.description, view)) }
        }
        @let byline = byline(link, &view.publication.words);
        @if !byline.is_empty() {
            p class="byline" {
                @for (index, part) in byline.iter().enumerate() {
                    @if index > 0 { " · " }
                    // `bdi`, so that a name in the other direction does not move the numbers after it.
                    bdi { (part) }
                }
            }
        }
    }
}
