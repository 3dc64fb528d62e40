//! Parses Markdown into `Prose`: paragraphs, emphasis, code, links, lists, quotations, tables, pictures, rules. A
//! heading becomes a strong paragraph, an address without markup a link.

mod bare_address;
mod builder;
mod comments;
mod indent;
mod line_ends;
mod mask;
mod open_nodes;
mod parser;
mod picture;
mod position;
mod rewritten;
mod text;

use comrak::Arena;

use self::builder::build;
use self::comments::without_comments;
use self::indent::unindent;
use self::mask::mask;
use self::parser::parse_tree;
use self::text::BareAddresses;
use super::picture_source::PictureSource;

pub(super) use self::builder::ParsedProse;

/// Reads Markdown, with slots; `pictures` has the pictures it names.
pub(super) fn parse(markdown: &str, pictures: PictureSource<'_>) -> ParsedProse {
    parse_with(markdown, pictures, BareAddresses::Links)
}

/// Reads Markdown whose addresses without markup are no links, because all of it may be one.
pub(super) fn parse_title(markdown: &str) -> ParsedProse {
    // A title has no pictures, so none is measured.
    parse_with(markdown, PictureSource::new("", &|_| Ok((1, 1))), BareAddresses::Text)
}

fn parse_with(markdown: &str, pictures: PictureSource<'_>, addresses: BareAddresses) -> ParsedProse {
    let unindented = unindent(markdown);
    let (uncommented, comment_problems) = without_comments(&unindented.text);
    let masked = mask(&uncommented.text);
    let arena = Arena::new();
    let mut parsed = build(&masked.text, parse_tree(&arena, &masked.text), pictures, addresses);
    for (range, _) in parsed.errors.iter_mut().chain(&mut parsed.warnings) {
        *range = uncommented.original(masked.original(range.clone()));
    }
    parsed.errors.extend(comment_problems);
    for (range, _) in parsed.errors.iter_mut().chain(&mut parsed.warnings) {
        *range = unindented.original(range.clone());
    }
    parsed
}

#[cfg(test)]
mod tests;
