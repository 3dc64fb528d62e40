//! Builds a section on an issue's page or in a feed.

use std::ops::RangeFrom;

use maud::{Markup, html};

use super::link::card;
use super::list::list;
use super::prose::prose;
use super::surface::Surface;
use crate::model::{Direction, Item, Publication, Quote, Section};
use crate::templates::direction::{attribute, of_blocks};
use crate::templates::heading::{Level, heading};

/// Returns `section`, whose links take their positions in the issue from `positions`.
pub(super) fn section(
    section: &Section,
    positions: &mut RangeFrom<usize>,
    publication: &Publication,
    surface: Surface<'_>,
) -> Markup {
    let direction = publication.direction;
    let part_level = Level::SECTION.below(section.heading.as_ref());
    html! {
        section {
            @if let Some(title) = &section.heading { (heading(Level::SECTION, title, direction)) }
            @for part in &section.parts {
                @if let Some(title) = &part.heading {
                    div.part { (heading(part_level, title, direction)) }
                }
                @for item in &part.items {
                    @match item {
                        Item::Prose(text) => { div.prose { (prose(text, direction, surface)) } }
                        Item::Link(link) => {
                            // In this order, because `zip` takes a position only if there is a link.
                            @for (link, position) in std::iter::once(link).zip(positions.by_ref()) {
                                (card(link, position, part_level.below(part.heading.as_ref()), publication, surface))
                            }
                        }
                        Item::List(links) => { (list(links, positions, publication, surface)) }
                        Item::Quote(said) => { (quote(said, direction, surface)) }
                    }
                }
            }
        }
    }
}

fn quote(quote: &Quote, outer: Direction, surface: Surface<'_>) -> Markup {
    let direction = of_blocks(&quote.text.0, outer);
    html! {
        figure.quote dir=[attribute(direction, outer)] {
            blockquote.prose { (prose(&quote.text, direction, surface)) }
            @if let Some(by) = &quote.by {
                figcaption.quiet {
                    "— "
                    @match &quote.url {
                        Some(url) => { a href=(url) { bdi { (by) } } }
                        None => { bdi { (by) } }
                    }
                }
            }
        }
    }
}
