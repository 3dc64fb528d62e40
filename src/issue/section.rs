//! Reads a `[[section]]` table into a [`Section`]. The order of the file is the order of the letter.

use super::key_hints::{hint_for_issue_key, hint_for_quote_key};
use super::loaded::LinkPlaces;
use super::picture_source::PictureSource;
use super::text_values::{plain_line, prose};
use super::{link, link_list, title, web_address};
use crate::diagnostic::{Problem, suggestion};
use crate::model::{Item, Part, Prose, Quote, Section, SectionStyle};
use crate::toml::Table;

/// Something of a section or part, with its place in the file.
struct Placed<T> {
    start: usize,
    value: T,
    links: Vec<LinkPlaces>,
}

enum Content {
    Item(Item),
    Part(Part),
}

/// Reads a section and the places of its links; what is wrong with it is reported on `table`.
pub(super) fn read(table: &Table<'_>, pictures: PictureSource<'_>) -> Option<(Section, Vec<LinkPlaces>)> {
    let heading = title::heading(table);
    let style = table.parsed("style", style).unwrap_or_default();
    let mut content: Vec<Placed<Content>> = Vec::new();
    for key in ["intro", "text"] {
        content.extend(text(table, key, pictures).map(as_content));
    }
    content.extend(items(table, pictures).into_iter().map(as_content));
    let parts = table.tables("part");
    content.extend(parts.iter().filter_map(|table| part(table, pictures)));
    table.reject_unknown(hint_for_issue_key);
    if content.is_empty() && !["title", "list", "link", "quote", "part"].iter().any(|key| table.has(key)) {
        let problem = Problem::new("an empty section");
        table.error(table.span(), problem.help("add a `title`, `text`, `list` or `[[section.link]]`"));
        return None;
    }
    content.sort_by_key(|placed| placed.start);

    let mut section = Section { style, heading, parts: Vec::new() };
    let mut places = Vec::new();
    // Whether the last part is one of items outside `[[section.part]]`.
    let mut is_own = false;
    for Placed { value, links, .. } in content {
        places.extend(links);
        match value {
            Content::Part(part) => {
                section.parts.push(part);
                is_own = false;
            }
            Content::Item(item) => {
                if !std::mem::replace(&mut is_own, true) {
                    section.parts.push(Part { heading: None, items: Vec::new() });
                }
                if let Some(part) = section.parts.last_mut() {
                    push(&mut part.items, item);
                }
            }
        }
    }
    Some((section, places))
}

fn style(text: &str) -> Result<SectionStyle, Problem> {
    match text {
        "full" => Ok(SectionStyle::Full),
        "brief" => Ok(SectionStyle::Brief),
        _ => Err(Problem::new(format!("{} is not a style of a section", suggestion::quote(text)))
            .help("write `style = \"brief\"` to show each link in a line and a sentence, or delete it")),
    }
}

fn as_content(placed: Placed<Item>) -> Placed<Content> {
    Placed { start: placed.start, value: Content::Item(placed.value), links: placed.links }
}

/// Reads a `[[section.part]]`.
fn part(table: &Table<'_>, pictures: PictureSource<'_>) -> Option<Placed<Content>> {
    let heading = title::heading(table);
    let mut placed: Vec<Placed<Item>> = text(table, "text", pictures).into_iter().collect();
    placed.extend(items(table, pictures));
    table.reject_unknown(hint_for_issue_key);
    if placed.is_empty() && !["title", "list", "link", "quote"].iter().any(|key| table.has(key)) {
        let problem = Problem::new("an empty part");
        table.error(table.span(), problem.help("add a `title`, `text`, `list` or `[[section.part.link]]`"));
        return None;
    }
    placed.sort_by_key(|placed| placed.start);
    let mut part = Part { heading, items: Vec::new() };
    let mut links = Vec::new();
    for item in placed {
        links.extend(item.links);
        push(&mut part.items, item.value);
    }
    Some(Placed { start: table.span().start, value: Content::Part(part), links })
}

/// Adds `item`; text right after text continues it.
fn push(items: &mut Vec<Item>, item: Item) {
    match (items.last_mut(), item) {
        (Some(Item::Prose(before)), Item::Prose(text)) => before.0.extend(text.0),
        (_, item) => items.push(item),
    }
}

/// Reads the list, links and quotations of a section or part.
fn items(table: &Table<'_>, pictures: PictureSource<'_>) -> Vec<Placed<Item>> {
    let mut items = Vec::new();
    if let Some(list) = table.lines("list") {
        let (found, links): (Vec<_>, Vec<_>) = link_list::read(table, &list, pictures).into_iter().unzip();
        if !found.is_empty() {
            items.push(Placed { start: list.span.start, value: Item::List(found), links });
        }
    }
    for table in table.tables("link") {
        let start = table.span().start;
        if let Some((link, places)) = link::read(&table, pictures) {
            items.push(Placed { start, value: Item::Link(Box::new(link)), links: vec![places] });
        }
    }
    for table in table.tables("quote") {
        let start = table.span().start;
        items.extend(quote(&table, pictures).map(|quote| Placed {
            start,
            value: Item::Quote(quote),
            links: Vec::new(),
        }));
    }
    items
}

fn text(table: &Table<'_>, key: &'static str, pictures: PictureSource<'_>) -> Option<Placed<Item>> {
    let text: Prose = prose(table, key, pictures);
    let start = table.value_span(key)?.start;
    (!text.is_empty()).then(|| Placed { start, value: Item::Prose(text), links: Vec::new() })
}

/// Reads a `[[section.quote]]`. Without `by` the site of its `url` is named.
fn quote(table: &Table<'_>, pictures: PictureSource<'_>) -> Option<Quote> {
    table.require(&[("text", "text = \"…\"")]);
    let text = prose(table, "text", pictures);
    let by = plain_line(table, "by").map(|text| text.value);
    let url = table.parsed("url", web_address::http_url);
    table.reject_unknown(hint_for_quote_key);
    if text.is_empty() && table.has("text") {
        table.error(table.value_span("text").unwrap_or_default(), Problem::new("`text` is empty"));
    }
    let by = by.or_else(|| url.as_ref().map(web_address::site_name));
    (!text.is_empty()).then(|| Quote { text, by, url: url.map(String::from) })
}
