//! Builds the rows of a section in a letter: titles, text, links, lists of links, quotations.

use maud::{Markup, PreEscaped, html};

use super::plate::plate;
use super::prose::{prose, prose_within};
use super::view::LetterView;
use super::{brief, lead, link, list, sponsored};
use crate::model::{Item, Link, Quote, Section, SectionStyle};
use crate::templates::direction::{attribute, of_blocks};
use crate::templates::heading::{Level, heading};

/// Returns the rows of `section`. `is_first`: no section is above it.
pub(super) fn rows(section: &Section, is_first: bool, view: &LetterView) -> Markup {
    if section.style == SectionStyle::Lead {
        let links = section.links().map(|link| lead::rows(link, view));
        return html! { @for rows in links { (rows) } };
    }
    let section_level = Level::SECTION;
    let part_level = section_level.below(section.heading.as_ref());
    html! {
        @if let Some(title) = &section.heading {
            tr { td class="heading" { (plate(&heading(section_level, title, view.publication.direction), true)) } }
        } @else if !is_first {
            tr { td class="space" { } }
        }
        @for part in &section.parts {
            @if let Some(title) = &part.heading {
                tr class="titled" { td class="part" { (heading(part_level, title, view.publication.direction)) } }
            }
            @for item in &part.items {
                (rows_of_item(item, section.style, part_level.below(part.heading.as_ref()), view))
            }
        }
    }
}

/// Returns the row of `item`; titles of links are headings of `level`.
fn rows_of_item(item: &Item, style: SectionStyle, level: Level, view: &LetterView) -> Markup {
    html! {
        @match item {
            Item::Prose(text) => { tr { td class="note" { div class="prose" { (prose(text, view)) } } } }
            Item::Link(link) => { (row_of_link(link, style, level, view)) }
            Item::List(links) => { tr { td class="list" { (list::list(links, view)) } } }
            Item::Quote(said) => { tr { td class="quote" { (quote(said, view)) } } }
        }
    }
}

fn row_of_link(link: &Link, style: SectionStyle, level: Level, view: &LetterView) -> Markup {
    let is_first = view.issue.first_link().is_some_and(|first| std::ptr::eq(first, link));
    match style {
        SectionStyle::Brief => brief::row(link, view),
        SectionStyle::Full | SectionStyle::Lead if link.sponsored => sponsored::row(link, level, view),
        SectionStyle::Full | SectionStyle::Lead if is_first => {
            html! { (PreEscaped("\n")) (link::rows_of_words(link, level, true, view)) }
        }
        SectionStyle::Full | SectionStyle::Lead => link::row(link, level, view),
    }
}

/// Returns the quotation beside a bar of the accent: the border of a cell, because Outlook's Word engine draws no other.
fn quote(quote: &Quote, view: &LetterView) -> Markup {
    let outer = view.publication.direction;
    let direction = of_blocks(&quote.text.0, outer);
    html! {
        table role="presentation" width="100%" cellpadding="0" cellspacing="0" {
            tr {
                td class="bar" dir=[attribute(direction, outer)] {
                    blockquote class="prose" { (prose_within(&quote.text, direction, view)) }
                    @if let Some(by) = &quote.by {
                        p class="meta" {
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
