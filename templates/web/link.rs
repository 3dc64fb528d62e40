//! Builds a link on an issue's page or in a feed.

use maud::{Markup, html};

use super::prose::prose;
use super::surface::Surface;
use crate::model::{Image, Link, Publication, Word};
use crate::templates::heading::{self, Level, plain_words};
use crate::templates::link::{Placement, meta, picture_alt, relation, sponsor};
use crate::templates::word::word;

/// The place of a link.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// Its position among all links of the issue, from 1.
    pub(super) position: usize,
    /// The level of its title.
    pub(super) level: Level,
    /// The newsletter.
    pub(super) publication: &'a Publication,
    /// Where it is shown.
    pub(super) surface: Surface<'a>,
}

/// Returns a link as others are shown, or larger.
pub(super) fn card(link: &Link, place: Place<'_>, is_large: bool) -> Markup {
    let class = if is_large { "link lead" } else { "link" };
    html! {
        div class=(class) id=[place.surface.link_id(place.position)] {
            @if let Some(image) = &link.image { (picture(link, image, place.surface)) }
            (words(link, place))
        }
    }
}

/// Returns the link that its author put above the sections: its picture, a flag that hangs from it, larger words.
pub(super) fn lead(link: &Link, place: Place<'_>) -> Markup {
    let start = place.publication.words.of(Word::Start);
    let has_flag = place.surface.has_flags() && !start.is_empty();
    let across = link.image.as_ref().filter(|image| matches!(Placement::of(image), Placement::Above));
    let beside = link.image.as_ref().filter(|_| across.is_none());
    html! {
        section.link.lead.barred[has_flag && across.is_none()] id=[place.surface.link_id(place.position)] {
            @if let Some(image) = across { (picture(link, image, place.surface)) }
            @if has_flag { p.tab { span { (plain_words(start, place.publication.direction)) } } }
            @if let Some(image) = beside { (picture(link, image, place.surface)) }
            (words(link, place))
        }
    }
}

/// Returns a link that was paid for. It says so before anything else.
pub(super) fn sponsored(link: &Link, place: Place<'_>) -> Markup {
    let Place { publication, surface, .. } = place;
    let Publication { words, direction, .. } = publication;
    html! {
        aside.link.sponsored.offered[link.button.is_some() && link.url.is_some()] id=[surface.link_id(place.position)] {
            p.quiet {
                strong { (word(publication, Word::Sponsored)) }
                @if let Some(name) = sponsor(link) { " " bdi { (words.filled(Word::Sponsor, &[("name", name)])) } }
            }
            @if let Some(image) = &link.image { (picture(link, image, surface)) }
            (place.level.heading(&title(link, place)))
            @if !link.description.is_empty() {
                div.prose { (prose(&link.description, *direction, surface)) }
            }
            @if let (Some(button), Some(url)) = (&link.button, &link.url) {
                p { a.button href=(url) rel=[relation(link)] { (button) } }
            }
        }
    }
}

/// Returns a link in a line and a sentence.
pub(super) fn brief(link: &Link, place: Place<'_>) -> Markup {
    let Place { publication, surface, .. } = place;
    html! {
        div.brief id=[surface.link_id(place.position)] {
            p {
                @if link.sponsored { strong { (word(publication, Word::Sponsored)) } " · " }
                strong { (title(link, place)) }
                @if let Some(source) = &link.source { " " small.quiet { bdi { (source) } } }
            }
            @if !link.description.is_empty() {
                div.prose { (prose(&link.description, publication.direction, surface)) }
            }
        }
    }
}

fn words(link: &Link, place: Place<'_>) -> Markup {
    let Place { publication: Publication { words, direction, .. }, surface, .. } = place;
    let meta = meta(link, words);
    html! {
        (place.level.heading(&title(link, place)))
        @if !meta.is_empty() {
            p.quiet {
                // Each isolated: a name in the other direction does not move what is beside it.
                @for (index, part) in meta.iter().enumerate() {
                    @if index > 0 { " " (words.between()) " " }
                    bdi { (part) }
                }
            }
        }
        @if !link.description.is_empty() {
            div.prose { (prose(&link.description, *direction, surface)) }
        }
    }
}

fn title(link: &Link, place: Place<'_>) -> Markup {
    let words = heading::words(&link.title, place.publication.direction);
    html! {
        @match &link.url {
            Some(url) => { a href=(url) rel=[relation(link)] { (words) } }
            None => { (words) }
        }
    }
}

/// Returns the picture of `link`, with its target: across the page, or beside the words.
fn picture(link: &Link, image: &Image, surface: Surface) -> Markup {
    let picture = html! {
        img src=(surface.picture_url(image)) alt=(picture_alt(link, image))
            width=[image.size.map(|size| size.0)] height=[surface.height(image)] loading="lazy";
    };
    let class = match Placement::of(image) {
        Placement::Above => "picture",
        Placement::Beside => "picture small",
    };
    html! {
        @match &link.url {
            Some(url) => { a class=(class) href=(url) rel=[relation(link)] { (picture) } }
            None => { span class=(class) { (picture) } }
        }
    }
}
