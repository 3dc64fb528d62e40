//! Builds the rows of a section in a letter: headings, text, links, lists of links, quotations.

use maud::{Markup, html};

use super::prose::{prose, prose_within};
use super::view::LetterView;
use super::{link, list};
use crate::model::{Item, Quote, Section};
use crate::templates::direction::{attribute, of_blocks};
use crate::templates::heading::{Level, heading};

/// Returns the rows of `section`. `is_first`: no section is above it.
pub(super) fn rows(section: &Section, is_first: bool, view: &LetterView) -> Markup {
    let section_level = Level::SECTION;
    let part_level = section_level.below(section.heading.as_ref());
    html! {
        @if let Some(title) = &section.heading {
            tr { td class="heading" { (under_hairline(&heading(section_level, title, view.publication.direction))) } }
        } @else if !is_first {
            tr { td class="heading" { (under_hairline(&html! {})) } }
        }
        @for part in &section.parts {
            @if let Some(title) = &part.heading {
                tr class="titled" { td class="part" { (heading(part_level, title, view.publication.direction)) } }
            }
            @for item in &part.items {
                (rows_of_item(item, part_level.below(part.heading.as_ref()), view))
            }
        }
    }
}

/// Returns the row, or rows, of `item`; titles of links are headings of `level`.
fn rows_of_item(item: &Item, level: Level, view: &LetterView) -> Markup {
    html! {
        @match item {
            Item::Prose(text) => { tr { td class="note" { div class="prose" { (prose(text, view)) } } } }
            Item::Link(link) => { (link::row(link, level, view)) }
            Item::List(links) => { tr { td class="list" { (list::list(links, view)) } } }
            Item::Quote(said) => { tr { td class="quote" { (quote(said, view)) } } }
        }
    }
}

/// Returns the quotation beside a bar of the accent: the border of a cell, because Outlook's Word engine draws no other.
fn quote(quote: &Quote, view: &LetterView) -> Markup {
    let outer = view.publication.direction;
    let direction = of_blocks(&quote.text.0, outer);
    html! {
        table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" {
            tr {
                td class="bar" dir=[attribute(direction, outer)] {
                    blockquote class="prose" { (prose_within(&quote.text, direction, view)) }
                    @if let Some(by) = &quote.by {
                        p class="byline" {
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
    }
}

/// Returns `content` below a hairline of the width of the text.
pub(super) fn under_hairline(content: &Markup) -> Markup {
    html! {
        table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" {
            tr { td class="hairline" { (content) } }
        }
    }
}
