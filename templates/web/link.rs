//! Builds a link on an issue's page or in a feed.

use maud::{Markup, html};

use super::prose::prose;
use super::surface::Surface;
use crate::model::{Image, Link, Publication, Word};
use crate::templates::heading::{self, Level};
use crate::templates::link::{Placement, byline, facts, picture_alt, relation};

/// Returns the link at `position` of its issue, counted from 1; its title is a heading of `level`.
pub(super) fn card(link: &Link, position: usize, level: Level, publication: &Publication, surface: Surface) -> Markup {
    let Publication { words, direction, .. } = publication;
    let beside = link.image.as_ref().is_some_and(|image| matches!(Placement::of(image), Placement::Beside));
    html! {
        div.link.sponsored[link.sponsored].beside[beside] id=[surface.link_id(position)] {
            @if let Some(image) = &link.image {
                (picture(link, image, surface))
            }
            div {
                @let facts = facts(link, words);
                @if link.sponsored || !facts.is_empty() {
                    p.quiet {
                        @if link.sponsored { strong { (words.of(Word::Sponsored)) } @if !facts.is_empty() { " · " } }
                        (isolated(&facts))
                    }
                }
                (level.heading(&html! {
                    @match &link.url {
                        Some(url) => { a href=(url) rel=[relation(link)] { (heading::words(&link.title, *direction)) } }
                        None => { (heading::words(&link.title, *direction)) }
                    }
                }))
                @if !link.description.is_empty() {
                    div.prose { (prose(&link.description, *direction, surface)) }
                }
                @let byline = byline(link, words);
                @if !byline.is_empty() {
                    p.quiet { (isolated(&byline)) }
                }
            }
        }
    }
}

/// Returns `pieces` in one line, each isolated: a name in the other direction does not move what is beside it.
fn isolated(pieces: &[impl AsRef<str>]) -> Markup {
    html! {
        @for (index, piece) in pieces.iter().enumerate() {
            @if index > 0 { " · " }
            bdi { (piece.as_ref()) }
        }
    }
}

/// Returns the picture of `link`, with its target.
fn picture(link: &Link, image: &Image, surface: Surface) -> Markup {
    let picture = html! {
        img src=(surface.picture_url(image)) alt=(picture_alt(link, image))
            width=[image.size.map(|size| size.0)] height=[surface.height(image)] loading="lazy";
    };
    html! {
        @match &link.url {
            Some(url) => { a.picture href=(url) rel=[relation(link)] { (picture) } }
            None => { span.picture { (picture) } }
        }
    }
}
