//! The curator's words as markup: for letters and web pages alike, so it carries no classes and no headings. The page
//! around it says how it looks.

use maud::{Markup, html};

use crate::model::{Block, Inline, Prose, Slot};

/// The markup of `prose`; `slot` answers what stands in the place of a slot, unescaped.
pub fn prose(prose: &Prose, slot: &dyn Fn(&Slot) -> String) -> Markup {
    blocks(&prose.0, slot)
}

fn blocks(blocks: &[Block], slot: &dyn Fn(&Slot) -> String) -> Markup {
    html! {
        @for block in blocks {
            @match block {
                Block::Paragraph(words) => { p { (inlines(words, slot)) } }
                Block::List { start: None, items: entries } => { ul { (items(entries, slot)) } }
                // Without `start` for the usual case: some clients drop a list's attributes, none its order.
                Block::List { start: Some(1), items: entries } => { ol { (items(entries, slot)) } }
                Block::List { start: Some(first), items: entries } => { ol start=(first) { (items(entries, slot)) } }
                Block::Quote(quoted) => { blockquote { (self::blocks(quoted, slot)) } }
                // Programs read from left to right wherever they stand.
                Block::Code(lines) => { pre dir="ltr" { code { (lines) } } }
                Block::Rule => { hr; }
            }
        }
    }
}

fn items(items: &[Vec<Block>], slot: &dyn Fn(&Slot) -> String) -> Markup {
    html! {
        @for item in items {
            li {
                @match item.split_first() {
                    // A first paragraph stands on the line of its bullet, without a paragraph's space around it.
                    Some((Block::Paragraph(words), rest)) => { (inlines(words, slot)) (blocks(rest, slot)) }
                    _ => { (blocks(item, slot)) }
                }
            }
        }
    }
}

fn inlines(inlines: &[Inline], slot: &dyn Fn(&Slot) -> String) -> Markup {
    html! {
        @for inline in inlines {
            @match inline {
                Inline::Text(text) => { (text) }
                Inline::Emphasis(words) => { em { (self::inlines(words, slot)) } }
                Inline::Strong(words) => { strong { (self::inlines(words, slot)) } }
                Inline::Code(text) => { code { (text) } }
                Inline::Link { url, text } => { a href=(url) { (self::inlines(text, slot)) } }
                Inline::LineBreak => { br; }
                Inline::Slot(place) => { (slot(place)) }
            }
        }
    }
}
