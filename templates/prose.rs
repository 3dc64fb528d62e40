//! Turns prose into markup for letters and web pages. It has no classes and no headings; the page around it decides how
//! it looks. Each block has the direction of its own text, with a `dir` attribute if the text around it has another.

use maud::{Markup, html};

use unicode_width::UnicodeWidthStr as _;

use super::direction::{attribute, is_address, of_blocks, of_list, of_table, of_words, with_whole_names};
use crate::model::{Alignment, Block, Direction, Image, Inline, Prose, Slot, Table, plain_text};

/// The parts of prose that the page around it decides about.
#[derive(Clone, Copy)]
pub(super) struct ProseParts<'a> {
    /// The direction of the text around the prose.
    pub(super) direction: Direction,
    /// Returns the text to put in place of a slot, unescaped.
    pub(super) slot: &'a dyn Fn(&Slot) -> String,
    /// Returns a picture above its caption, if it has one.
    pub(super) picture: &'a dyn Fn(&Image, Option<&Markup>) -> Markup,
}

/// Returns the markup of `prose`.
pub(super) fn prose(prose: &Prose, parts: ProseParts<'_>) -> Markup {
    blocks(&prose.0, parts)
}

fn blocks(blocks: &[Block], parts: ProseParts<'_>) -> Markup {
    let ProseParts { slot, direction: outer, .. } = parts;
    html! {
        @for block in blocks {
            @match block {
                Block::Paragraph(words) => {
                    @let direction = of_words(words, outer);
                    p dir=[attribute(direction, outer)] { (inlines(words, direction, slot)) }
                }
                Block::List { start, items: entries } => { (list(*start, entries, parts)) }
                Block::Quote(quoted) => {
                    @let direction = of_blocks(quoted, outer);
                    blockquote dir=[attribute(direction, outer)] {
                        (self::blocks(quoted, ProseParts { direction, ..parts }))
                    }
                }
                // Programs read from left to right in every language.
                Block::Code(lines) => { pre dir="ltr" { code { (lines) } } }
                Block::Picture { image, caption } => {
                    @let words = (!caption.is_empty()).then(|| isolated(caption, parts));
                    ((parts.picture)(image, words.as_ref()))
                }
                Block::Table(cells) => { (table(cells, parts)) }
                Block::Rule => { hr; }
            }
        }
    }
}

/// Returns a list. An item in another direction has its bullet where the others have theirs.
fn list(start: Option<u64>, entries: &[Vec<Block>], parts: ProseParts<'_>) -> Markup {
    let direction = of_list(entries, parts.direction);
    let dir = attribute(direction, parts.direction);
    let entries = items(entries, ProseParts { direction, ..parts });
    html! {
        @match start {
            None => { ul dir=[dir] { (entries) } }
            // Without `start` in the usual case: some clients drop the attributes of a list.
            Some(1) => { ol dir=[dir] { (entries) } }
            Some(first) => { ol start=(first) dir=[dir] { (entries) } }
        }
    }
}

/// Returns `words` of a block that is aligned as the text around it, in their own direction.
fn isolated(words: &[Inline], parts: ProseParts<'_>) -> Markup {
    let direction = of_words(words, parts.direction);
    let content = inlines(words, direction, parts.slot);
    match attribute(direction, parts.direction) {
        Some(dir) => html! { bdi dir=(dir) { (content) } },
        None => content,
    }
}

fn table(table: &Table, parts: ProseParts<'_>) -> Markup {
    let slot = parts.slot;
    let outer = of_table(table, parts.direction);
    let kept = header_words_fit(table).then_some("word-break:keep-all");
    html! {
        table dir=[attribute(outer, parts.direction)] {
            thead {
                tr {
                    @for (cell, alignment) in table.header.iter().zip(&table.alignments) {
                        @let direction = of_words(cell, outer);
                        th scope="col" dir=[attribute(direction, outer)] style=[styles([style(*alignment), kept])] {
                            (inlines(cell, direction, slot))
                        }
                    }
                }
            }
            tbody {
                @for row in &table.rows {
                    tr {
                        @for (cell, alignment) in row.iter().zip(&table.alignments) {
                            @let direction = of_words(cell, outer);
                            td dir=[attribute(direction, outer)] style=[style(*alignment)] {
                                (inlines(cell, direction, slot))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn style(alignment: Alignment) -> Option<&'static str> {
    match alignment {
        Alignment::Start => None,
        Alignment::Left => Some("text-align:left"),
        Alignment::Centre => Some("text-align:center"),
        Alignment::Right => Some("text-align:right"),
    }
}

fn styles(declarations: [Option<&'static str>; 2]) -> Option<String> {
    let declarations: Vec<&str> = declarations.into_iter().flatten().collect();
    (!declarations.is_empty()).then(|| declarations.join(";"))
}

/// The width, in pixels, of a text on the narrowest phones.
const NARROWEST: usize = 288;

/// The width, in pixels, of a column of a terminal in the letters of a table, and the space beside a cell.
const COLUMN: usize = 8;
const CELL_SPACE: usize = 16;

/// Returns whether no word of the header of `table` needs to break on a phone. Cells break anywhere so that a table is never
/// wider than the screen, and then a narrow column would leave its header a letter a line.
fn header_words_fit(table: &Table) -> bool {
    let longest = |cell: &Vec<Inline>| plain_text(cell).split_whitespace().map(str::width).max().unwrap_or(0);
    let width: usize = table.header.iter().map(|cell| longest(cell) * COLUMN + CELL_SPACE).sum();
    width <= NARROWEST
}

fn items(items: &[Vec<Block>], parts: ProseParts<'_>) -> Markup {
    html! {
        @for item in items {
            li {
                @match item.split_first() {
                    // The first paragraph is on the line of its bullet, without the margins of a paragraph.
                    Some((Block::Paragraph(words), rest)) => { (isolated(words, parts)) (blocks(rest, parts)) }
                    _ => { (blocks(item, parts)) }
                }
            }
        }
    }
}

/// Returns the markup of `inlines` in text that reads in `direction`; `slot` returns the text to put in place of a slot,
/// unescaped. Code and addresses read from left to right in every language: the hyphens of `--force` and a last slash would
/// go to the other end.
pub(super) fn inlines(inlines: &[Inline], direction: Direction, slot: &dyn Fn(&Slot) -> String) -> Markup {
    let left_to_right = attribute(Direction::LeftToRight, direction);
    html! {
        @for inline in inlines {
            @match inline {
                Inline::Text(text) => { (with_whole_names(text, direction)) }
                Inline::Emphasis(words) => { em { (self::inlines(words, direction, slot)) } }
                Inline::Strong(words) => { strong { (self::inlines(words, direction, slot)) } }
                Inline::Strikethrough(words) => { s { (self::inlines(words, direction, slot)) } }
                Inline::Code(text) => { code dir=[left_to_right] { (text) } }
                Inline::Link { url, text } => {
                    a href=(url) dir=[left_to_right.filter(|_| is_address(&plain_text(text)))] {
                        (self::inlines(text, direction, slot))
                    }
                }
                Inline::LineBreak => { br; }
                Inline::Slot(place) => { (slot(place)) }
            }
        }
    }
}
