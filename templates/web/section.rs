//! Builds a section on an issue's page or in a feed.

use std::ops::RangeFrom;

use maud::{Markup, html};

use super::link::{Place, brief, card, lead, sponsored};
use super::list::list;
use super::prose::prose;
use super::surface::Surface;
use crate::model::{Direction, Issue, Item, Link, Publication, Quote, Section, SectionStyle};
use crate::templates::direction::{attribute, of_blocks};
use crate::templates::heading::{Level, heading};

/// Returns `section` of `issue`, whose links take their positions in the issue from `positions`.
pub(super) fn section(
    section: &Section,
    issue: &Issue,
    positions: &mut RangeFrom<usize>,
    publication: &Publication,
    surface: Surface<'_>,
) -> Markup {
    let direction = publication.direction;
    let part_level = Level::SECTION.below(section.heading.as_ref());
    if section.style == SectionStyle::Lead {
        let place = |position| Place { position, level: Level::SECTION, publication, surface };
        return html! { @for (link, position) in section.links().zip(positions) { (lead(link, place(position))) } };
    }
    html! {
        section class=[section.heading.as_ref().map(|_| "titled")] {
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
                                @let level = part_level.below(part.heading.as_ref());
                                (styled(link, section.style, issue, Place { position, level, publication, surface }))
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

/// Returns a link of its own in a section of this `style`.
fn styled(link: &Link, style: SectionStyle, issue: &Issue, place: Place<'_>) -> Markup {
    let is_first = issue.first_link().is_some_and(|first| std::ptr::eq(first, link));
    match style {
        SectionStyle::Brief => brief(link, place),
        SectionStyle::Full | SectionStyle::Lead if link.sponsored => sponsored(link, place),
        SectionStyle::Full | SectionStyle::Lead => card(link, place, is_first),
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
