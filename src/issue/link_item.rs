//! Reads an item of a `list` into a [`Link`]: `[video] [series] [Title](https://…) by Ada: words`.

use std::ops::Range;

use url::Url;

use super::item_text::{Definition, ItemText, normalized_label};
use super::loaded::LinkPlaces;
use super::picture_source::PictureSource;
use super::prose::{self, ParsedProse};
use super::web_address;
use crate::diagnostic::Problem;
use crate::diagnostic::suggestion::quote;
use crate::model::{Block, Inline, Link, LinkKind, Prose};
use crate::toml::{Table, Text};

/// The mark of a link that was paid for.
const SPONSORED: &str = "sponsored";

/// The most words of an author's name. More are words about the link.
const LONGEST_NAME: usize = 8;

/// Characters that end the name of an author.
const ENDS_OF_NAME: [&str; 8] = [":", "：", " - ", " – ", " — ", " -- ", "(", "（"];

/// Reads `item`; what is wrong with it is reported on `table`.
pub(super) fn read(
    table: &Table<'_>,
    list: &Text<'_>,
    item: &ItemText,
    definitions: &[Definition],
    pictures: PictureSource<'_>,
) -> Option<(Link, LinkPlaces)> {
    let place = |range: Range<usize>| list.place(item.place(range));
    let (marks, start) = marks(&item.markdown, definitions);
    let words = &item.markdown[start..];
    let prose = parse(table, list, item, start, definitions, pictures)?;
    let mut blocks = prose.0.into_iter();
    let first = blocks.next().and_then(|block| match block {
        Block::Paragraph(inlines) => begins_with_link(inlines),
        _ => None,
    });
    let first_line = words.find('\n').unwrap_or(words.len());
    let Some((url, title, mut rest)) = first else {
        let problem = Problem::new("this item of the `list` does not begin with a link");
        let help = "write `* [Title](https://…)`; a list of anything else belongs in `text`";
        table.error(place(start..start + first_line), problem.help(help));
        return None;
    };
    let title_range = bracketed(words).unwrap_or(0..first_line);
    let title_place = place(start + title_range.start..start + title_range.end);
    if title.iter().any(|word| matches!(word, Inline::Slot(_))) {
        table.error(title_place.clone(), Problem::new("the title of a link is the same for every subscriber"));
    }
    let url = Url::parse(&url).ok().filter(|url| url.scheme() != "mailto").or_else(|| {
        let problem = Problem::new(format!("{} is not an http or https URL", quote(&url)));
        table.error(title_place.clone(), problem.help("an item of a `list` leads to a page: move it to a `text`"));
        None
    })?;
    let author = take_author(&mut rest);
    trim_separator(&mut rest);
    let paragraph = (!rest.is_empty()).then_some(Block::Paragraph(rest));
    let description = Prose(paragraph.into_iter().chain(blocks).collect());
    let url_range = target(words, title_range.end);
    let end = item.markdown.trim_end().len();
    let places = LinkPlaces {
        header: list.place(item.first_line.clone()),
        extent: list.place(item.first_line.start..item.place(end..end).end),
        url: url_range
            .clone()
            .map_or_else(|| title_place.clone(), |range| place(start + range.start..start + range.end)),
        title: title_place,
        image: None,
        alt: None,
        lead: None,
        allow: Vec::new(),
        description: (!description.is_empty())
            .then(|| place((start + url_range.map_or(title_range.end, |range| range.end)).min(end)..end)),
    };
    let mut link = Link {
        source: Some(web_address::site_name(&url)),
        url: Some(url.into()),
        title,
        kind: None,
        facts: Vec::new(),
        author,
        reading_time: None,
        tags: Vec::new(),
        sponsored: false,
        button: None,
        image: None,
        description,
    };
    for mark in marks {
        add_mark(&mut link, mark);
    }
    Some((link, places))
}

/// Parses the Markdown of `item` from `start` on, with the definitions it refers to. Returns nothing if it has problems.
fn parse(
    table: &Table<'_>,
    list: &Text<'_>,
    item: &ItemText,
    start: usize,
    definitions: &[Definition],
    pictures: PictureSource<'_>,
) -> Option<Prose> {
    let mut markdown = item.markdown[start..].to_owned();
    let length = markdown.len();
    let compared = normalized_label(&markdown);
    for definition in definitions.iter().filter(|definition| compared.contains(&definition.label)) {
        markdown.extend(["\n\n", &definition.markdown]);
    }
    let ParsedProse { prose, errors, warnings } = prose::parse(&markdown, pictures);
    let is_right = errors.is_empty();
    let place =
        |range: Range<usize>| list.place(item.place(start + range.start.min(length)..start + range.end.min(length)));
    for (range, problem) in errors {
        table.error(place(range), problem);
    }
    for (range, problem) in warnings {
        table.warn(place(range), problem);
    }
    is_right.then_some(prose)
}

/// Returns the marks that `markdown` begins with, and where they end. A mark is bracketed text that is no link.
fn marks<'m>(markdown: &'m str, definitions: &[Definition]) -> (Vec<&'m str>, usize) {
    let is_defined = |label: &str| {
        let label = normalized_label(label);
        definitions.iter().any(|definition| definition.label == label)
    };
    let mut marks = Vec::new();
    let mut at = 0;
    while let Some((mark, rest)) = markdown[at..].strip_prefix('[').and_then(|inside| inside.split_once(']')) {
        let refers = || {
            let label = rest.strip_prefix('[').and_then(|inside| inside.split_once(']'));
            label.is_some_and(|(label, _)| label.is_empty() || is_defined(label))
        };
        let is_blank = mark.trim().is_empty();
        if is_blank || mark.contains(['[', '\n', '`', '\\']) || rest.starts_with('(') || is_defined(mark) || refers() {
            break;
        }
        marks.push(mark.trim());
        at = markdown.len() - rest.trim_start_matches([' ', '\t']).len();
    }
    (marks, at)
}

/// Adds what a mark says: that the link was paid for, its kind, or a tag.
fn add_mark(link: &mut Link, mark: &str) {
    let kind = LinkKind::ALL.iter().find(|(word, _)| mark.eq_ignore_ascii_case(word)).map(|(_, kind)| *kind);
    match kind {
        _ if mark.eq_ignore_ascii_case(SPONSORED) => link.sponsored = true,
        Some(kind) if link.kind.is_none() => link.kind = Some(kind),
        _ => link.tags.push(mark.trim_start_matches('#').to_owned()),
    }
}

/// Splits a paragraph into the link it begins with and the rest. Emphasis around the link becomes emphasis of its title.
fn begins_with_link(mut inlines: Vec<Inline>) -> Option<(String, Vec<Inline>, Vec<Inline>)> {
    if inlines.is_empty() {
        return None;
    }
    let rest = inlines.split_off(1);
    let (url, title) = link_of(inlines.pop()?)?;
    Some((url, title, rest))
}

fn link_of(inline: Inline) -> Option<(String, Vec<Inline>)> {
    match inline {
        Inline::Link { url, text } => Some((url, text)),
        Inline::Emphasis(inside) => only_link(inside).map(|(url, title)| (url, vec![Inline::Emphasis(title)])),
        Inline::Strong(inside) => only_link(inside).map(|(url, title)| (url, vec![Inline::Strong(title)])),
        _ => None,
    }
}

fn only_link(mut inlines: Vec<Inline>) -> Option<(String, Vec<Inline>)> {
    let only = inlines.pop().filter(|_| inlines.is_empty())?;
    link_of(only)
}

/// Takes the author from the words after a link: ` by Ada Lovelace: …`. Words that are no name, as in ` by default`, stay.
fn take_author(words: &mut [Inline]) -> Option<String> {
    let is_last = words.len() == 1;
    let Some(Inline::Text(text)) = words.first_mut() else { return None };
    let after = text.strip_prefix(" by ")?;
    let end = ENDS_OF_NAME.iter().filter_map(|end| after.find(end)).min();
    // What goes on in a link or in emphasis may be the rest of the name.
    let end = end.or_else(|| is_last.then_some(after.len()))?;
    let name = after[..end].trim().trim_end_matches(['.', ',', ';']);
    let begins_name = name.chars().next().is_some_and(|first| !first.is_lowercase());
    if !begins_name || name.split_whitespace().count() > LONGEST_NAME {
        return None;
    }
    let name = name.to_owned();
    *text = after[end..].to_owned();
    Some(name)
}

/// Removes the sign between a link and the words about it, and words that are only a sign.
fn trim_separator(words: &mut Vec<Inline>) {
    const SEPARATORS: [&str; 10] = [":", "：", "--", "-", "–", "—", "|", ",", ";", "."];
    if let Some(Inline::Text(text)) = words.first_mut() {
        let trimmed = text.trim_start();
        let separated = SEPARATORS.iter().find_map(|separator| {
            let rest = trimmed.strip_prefix(separator)?;
            let is_colon = [":", "："].contains(separator);
            (is_colon || rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| rest.trim_start())
        });
        *text = separated.unwrap_or(trimmed).to_owned();
        if text.is_empty() {
            words.remove(0);
        }
    }
}

/// Returns where the bracketed text of the first link of `markdown` stands, within its brackets.
fn bracketed(markdown: &str) -> Option<Range<usize>> {
    let start = markdown.find(|character| !"*_".contains(character))?;
    let inside = markdown[start..].strip_prefix('[')?;
    let start = start + 1;
    let mut depth = 1;
    let mut escaped = false;
    for (at, character) in inside.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(start..start + at);
        }
    }
    None
}

/// Returns where the address of an inline link stands whose text ends at `end`.
fn target(markdown: &str, end: usize) -> Option<Range<usize>> {
    let start = end + "](".len();
    let rest = markdown[end..].strip_prefix("](")?;
    Some(start..start + rest.find([')', ' ', '\n', '"']).unwrap_or(rest.len()))
}
