//! Visits every web address of an issue.

use super::issue::{Issue, Item, Section};
use super::prose::{Block, Inline, Prose};

impl Issue {
    /// Calls `visit` with each address that readers follow, in no particular order: of links, headings, quotations, and in
    /// texts. Pictures are left out.
    pub fn visit_urls(&mut self, visit: &mut dyn FnMut(&mut String)) {
        prose(&mut self.intro, visit);
        self.sections.iter_mut().for_each(|one| section(one, visit));
        prose(&mut self.outro, visit);
    }
}

fn section(section: &mut Section, visit: &mut dyn FnMut(&mut String)) {
    section.heading.iter_mut().filter_map(|heading| heading.url.as_mut()).for_each(&mut *visit);
    for part in &mut section.parts {
        part.heading.iter_mut().filter_map(|heading| heading.url.as_mut()).for_each(&mut *visit);
        for item in &mut part.items {
            match item {
                Item::Prose(text) => prose(text, visit),
                Item::Quote(quote) => {
                    prose(&mut quote.text, visit);
                    quote.url.iter_mut().for_each(&mut *visit);
                }
                Item::Link(link) => {
                    link.url.iter_mut().for_each(&mut *visit);
                    prose(&mut link.description, visit);
                }
                Item::List(links) => {
                    for link in links {
                        link.url.iter_mut().for_each(&mut *visit);
                        prose(&mut link.description, visit);
                    }
                }
            }
        }
    }
}

fn prose(prose: &mut Prose, visit: &mut dyn FnMut(&mut String)) {
    blocks(&mut prose.0, visit);
}

fn blocks(blocks: &mut [Block], visit: &mut dyn FnMut(&mut String)) {
    for block in blocks {
        match block {
            Block::Paragraph(words) => inlines(words, visit),
            Block::List { items, .. } => items.iter_mut().for_each(|item| self::blocks(item, visit)),
            Block::Quote(inside) => self::blocks(inside, visit),
            Block::Picture { caption, .. } => inlines(caption, visit),
            Block::Table(table) => {
                let cells = std::iter::once(&mut table.header).chain(&mut table.rows).flatten();
                cells.for_each(|cell| inlines(cell, visit));
            }
            Block::Code(_) | Block::Rule => {}
        }
    }
}

fn inlines(words: &mut [Inline], visit: &mut dyn FnMut(&mut String)) {
    for inline in words {
        match inline {
            Inline::Emphasis(inside) | Inline::Strong(inside) | Inline::Strikethrough(inside) => inlines(inside, visit),
            Inline::Link { url, .. } => visit(url),
            Inline::Text(_) | Inline::Code(_) | Inline::LineBreak | Inline::Slot(_) => {}
        }
    }
}
