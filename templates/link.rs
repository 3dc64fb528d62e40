//! A link in a letter: what it is, its title, a picture, the curator's words, who made it.

use maud::{Markup, PreEscaped, html};

use super::{
    letter::{LetterView, NO_BREAK},
    prose::prose,
};
use crate::model::{Direction, Image, Link, Word, Words};

/// The width, in pixels, of the letter's text.
const MEASURE: u32 = 552;
/// The width, in pixels, of a picture beside the text.
const THUMBNAIL: u32 = 160;

/// Where a picture stands.
pub(super) enum Placement {
    /// Above the title, over the whole measure.
    Above,
    /// Small, at the end of the line.
    Beside,
}

impl Placement {
    /// A wide picture that is large enough stands above; any other, and one of unknown size, beside.
    pub(super) fn of(image: &Image) -> Self {
        match image.size {
            Some((width, height)) if width >= MEASURE && 2 * width >= 3 * height => Self::Above,
            _ => Self::Beside,
        }
    }
}

/// The row, or rows, of `link`.
pub(super) fn row(link: &Link, view: &LetterView) -> Markup {
    let class = if link.sponsored { "link sponsored" } else { "link" };
    html! {
        (PreEscaped("\n"))
        @if link.sponsored {
            // The tint has padding of its own; the space above it stays untinted.
            tr { td class="gap" { } }
        }
        tr {
            td class=(class) {
                // An advertisement says so before it shows anything.
                @if link.sponsored { (quiet(link, view)) }
                @match link.image.as_ref().map(|image| (image, Placement::of(image))) {
                    None => { (words(link, view)) }
                    Some((image, Placement::Above)) => {
                        p class="picture" { (picture(link, image, MEASURE)) }
                        (words(link, view))
                    }
                    Some((image, Placement::Beside)) => { (beside(link, image, view)) }
                }
            }
        }
    }
}

/// The picture first, floating to the end of the line: where the screen is too narrow for both, it stands above the
/// words, with or without a style sheet. Outlook's Word engine does not float; it gets a table with both cells, in
/// the order of the screen.
fn beside(link: &Link, image: &Image, view: &LetterView) -> Markup {
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
            tr { td { (words(link, view)) } }
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

/// The picture as a link to where the title goes, `widest` pixels wide unless it has fewer.
fn picture(link: &Link, image: &Image, widest: u32) -> Markup {
    let width = image.size.map_or(widest, |(width, _)| width.min(widest));
    let height = image.size.map(|natural| scaled_height(natural, width));
    // A link needs a name: for a picture that says nothing, the title's.
    let alt = if image.alt.is_empty() { &link.title } else { &image.alt };
    html! {
        a href=(link.url) rel=[relation(link)] {
            img src=(image.url) alt=(alt) width=(width) height=[height];
        }
    }
}

/// The height, rounded and at least 1, of a picture of the size `natural` shown `width` wide.
fn scaled_height((natural_width, natural_height): (u32, u32), width: u32) -> u64 {
    let (natural_width, natural_height) = (u64::from(natural_width.max(1)), u64::from(natural_height));
    ((natural_height * u64::from(width) + natural_width / 2) / natural_width).max(1)
}

/// What it is and where.
fn quiet(link: &Link, view: &LetterView) -> Markup {
    let words = &view.publication.words;
    html! {
        p class="quiet" {
            @if link.sponsored { strong { (words.of(Word::Sponsored)) } " · " }
            (words.of(link.kind.word())) " · " bdi { (link.source) }
        }
    }
}

fn words(link: &Link, view: &LetterView) -> Markup {
    html! {
        @if !link.sponsored { (quiet(link, view)) }
        h3 { a href=(link.url) rel=[relation(link)] { (link.title) } }
        @if !link.blurb.is_empty() {
            div class="prose" { (prose(&link.blurb, view.slot)) }
        }
        @let byline = byline(link, &view.publication.words);
        @if !byline.is_empty() {
            p class="byline" {
                @for (index, part) in byline.iter().enumerate() {
                    @if index > 0 { " · " }
                    // A name that reads the other way must not carry the numbers after it along.
                    bdi { (part) }
                }
            }
        }
    }
}

/// Author, length and tags of `link`, those it has: `Mina Berg`, `9 min read`, `#compilers #types`.
pub(super) fn byline(link: &Link, words: &Words) -> Vec<String> {
    let tags: Vec<_> = link.tags.iter().map(|tag| format!("#{}", tag.replace(' ', NO_BREAK))).collect();
    let tags = (!tags.is_empty()).then(|| tags.join(" "));
    [link.author.clone(), length(link, words), tags].into_iter().flatten().collect()
}

/// How long `link` takes: `9 min read`.
pub fn length(link: &Link, words: &Words) -> Option<String> {
    let minutes = link.reading_time?.to_string();
    Some(words.filled(link.kind.length(), &[("minutes", &minutes)]))
}

/// What search engines ask of a paid link.
pub(super) fn relation(link: &Link) -> Option<&'static str> {
    link.sponsored.then_some("sponsored")
}
