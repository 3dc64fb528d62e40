//! Splits the Markdown of a `list` into items, each of which becomes a link.
//!
//! The items are read one by one, so that each wrong one is reported at its own place and each right one is known by it.

use std::ops::Range;

use super::item_text::{Definition, ItemText, normalized_label};
use super::link_item;
use super::loaded::LinkPlaces;
use super::picture_source::PictureSource;
use crate::diagnostic::Problem;
use crate::model::Link;
use crate::toml::{Table, Text};

/// The most items of a list.
const MOST_ITEMS: usize = 1000;

/// Reads the links of `list` with their places; what is wrong with it is reported on `table`.
pub(super) fn read(table: &Table<'_>, list: &Text<'_>, pictures: PictureSource<'_>) -> Vec<(Link, LinkPlaces)> {
    let mut scanner = Scanner { table, list, items: Vec::new(), definitions: Vec::new(), open: false, comment: None };
    let mut start = 0;
    for line in list.value.split_inclusive('\n') {
        scanner.line(line.trim_end(), start);
        start += line.len();
    }
    if let Some(place) = scanner.comment {
        table.error(list.place(place), Problem::new("a comment that is never closed").help("close it with `-->`"));
    }
    if scanner.items.len() > MOST_ITEMS {
        let problem = Problem::new(format!("more than {MOST_ITEMS} items in a list"));
        table.error(list.span.clone(), problem.help("split it into several issues"));
        return Vec::new();
    }
    let definitions = &scanner.definitions;
    scanner.items.iter().filter_map(|item| link_item::read(table, list, item, definitions, pictures)).collect()
}

struct Scanner<'a, 'b> {
    table: &'a Table<'b>,
    list: &'a Text<'b>,
    items: Vec<ItemText>,
    definitions: Vec<Definition>,
    /// Whether the last item has not ended: the line before belongs to it and is not blank.
    open: bool,
    /// The first line of a comment that is not closed yet.
    comment: Option<Range<usize>>,
}

impl Scanner<'_, '_> {
    /// Takes the line that begins at `start` of the list.
    fn line(&mut self, line: &str, start: usize) {
        if self.comment.is_some() {
            if line.contains("-->") {
                self.comment = None;
            }
            return;
        }
        let words = line.trim_start();
        let indent = columns(&line[..line.len() - words.len()]);
        let words_start = start + line.len() - words.len();
        let place = words_start..start + line.len();
        if words.is_empty() {
            if let Some(item) = self.items.last_mut() {
                item.push("", start);
            }
            self.open = false;
            return;
        }
        // Indented below an item, or a further line of its paragraph.
        if let Some(item) = self.items.last_mut()
            && (indent >= item.indent || (self.open && !begins_block(words)))
        {
            let kept = indent.saturating_sub(item.indent).min(line.len() - words.len());
            item.push(&line[line.len() - words.len() - kept..], words_start - kept);
            self.open = true;
            return;
        }
        self.open = false;
        if let Some(marker) = marker(words) {
            let content = words[marker..].trim_start();
            let spaces = words.len() - marker - content.len();
            // More than four spaces would be code (CommonMark 5.2).
            let indent = indent + marker + if spaces > 4 || content.is_empty() { 1 } else { spaces };
            self.items.push(ItemText::new(content, words_start + marker + spaces, place, indent));
            self.open = true;
        } else if let Some(label) = definition_label(words) {
            self.definitions.push(Definition { label, markdown: words.to_owned() });
        } else if words.starts_with("<!--") {
            if !words.contains("-->") {
                self.comment = Some(place);
            }
        } else {
            let problem = Problem::new("this line of the `list` belongs to no item");
            let help = if words.starts_with('#') {
                "write a `[[section.part]]` with a `title` and a `list` of its own"
            } else {
                "begin each item with a marker and its link, `* [Title](https://…)`; other words belong in `text`"
            };
            self.table.error(self.list.place(place), problem.help(help));
        }
    }
}

/// Returns the columns of white space; a tab reaches to the next multiple of four.
fn columns(space: &str) -> usize {
    space.chars().fold(0, |columns, character| if character == '\t' { columns / 4 * 4 + 4 } else { columns + 1 })
}

/// Returns the length of the marker that `line` begins with: `*`, `-`, `+`, `12.` or `12)`.
fn marker(line: &str) -> Option<usize> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let signs: &[char] = if digits == 0 { &['*', '-', '+'] } else { &['.', ')'] };
    let rest = line[digits..].strip_prefix(signs)?;
    (digits < 10 && (rest.is_empty() || rest.starts_with([' ', '\t']))).then(|| line.len() - rest.len())
}

/// Returns whether `line` cannot continue a paragraph.
fn begins_block(line: &str) -> bool {
    marker(line).is_some()
        || definition_label(line).is_some()
        || ["#", ">", "```", "~~~", "<!--"].iter().any(|sign| line.starts_with(sign))
}

fn definition_label(line: &str) -> Option<String> {
    let (label, rest) = line.strip_prefix('[')?.split_once("]:")?;
    (!label.contains(']') && !rest.trim().is_empty()).then(|| normalized_label(label))
}

#[cfg(test)]
mod tests;
