//! Markdown to [`Prose`]: paragraphs, emphasis, code, links, lists, quotations, rules. A heading is a strong paragraph.
//! Raw HTML is text, never markup; pictures belong to links, not to prose.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TextMergeWithOffset};

use super::slots::{self, Part};
use super::toml_file::Fault;
use super::web_address;
use crate::model::{Block, Inline, Prose};

/// How many blocks, list items and inlines may stand in each other. Nobody reads deeper, and what renders prose recurses.
const DEEPEST: usize = 24;

/// Reads Markdown, with slots. Answers what it says and what is wrong with it, by byte range of `markdown`.
pub(super) fn parse(markdown: &str) -> (Prose, Vec<(Range<usize>, Fault)>) {
    let mut builder = Builder { markdown, open: Vec::new(), blocks: Vec::new(), faults: Vec::new(), too_deep: false };
    for (event, range) in TextMergeWithOffset::new(Parser::new_ext(markdown, Options::empty()).into_offset_iter()) {
        builder.event(event, range);
    }
    (Prose(builder.blocks), builder.faults)
}

/// Blocks and inlines that are begun and not ended.
enum Open {
    Paragraph(Vec<Inline>),
    Heading(Vec<Inline>),
    List {
        start: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    /// `running`: its last block is a paragraph that goes on, because items of tight lists have no paragraphs of their own.
    Item {
        blocks: Vec<Block>,
        running: bool,
    },
    Quote(Vec<Block>),
    Code(String),
    Emphasis(Vec<Inline>),
    Strong(Vec<Inline>),
    Link {
        url: String,
        text: Vec<Inline>,
    },
    /// Something whose content stays and whose markup goes: what is nested too deep, wrong links, pictures.
    Bare,
}

struct Builder<'m> {
    markdown: &'m str,
    open: Vec<Open>,
    blocks: Vec<Block>,
    faults: Vec<(Range<usize>, Fault)>,
    too_deep: bool,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => {
                let open = self.start(tag, &range);
                self.open.push(open);
            }
            Event::End(_) => self.end(range),
            Event::Text(text) | Event::InlineHtml(text) => self.text(&text, range),
            Event::Html(line) => self.html_line(&line, range),
            Event::Code(code) => self.inline(Inline::Code(code.into_string())),
            Event::SoftBreak => self.inline(Inline::Text(" ".to_owned())),
            Event::HardBreak => self.inline(Inline::LineBreak),
            Event::Rule => self.block(Block::Rule),
            // Only with extensions that are not enabled.
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>) -> Open {
        let nests = matches!(
            tag,
            Tag::BlockQuote(_) | Tag::List(_) | Tag::Emphasis | Tag::Strong | Tag::Link { .. } | Tag::Image { .. }
        );
        if nests && self.open.len() >= DEEPEST {
            return self.nested_too_deep(range);
        }
        match tag {
            Tag::Heading { .. } => Open::Heading(Vec::new()),
            Tag::BlockQuote(_) => Open::Quote(Vec::new()),
            Tag::CodeBlock(_) => Open::Code(String::new()),
            Tag::List(start) => Open::List { start, items: Vec::new() },
            Tag::Item => Open::Item { blocks: Vec::new(), running: false },
            Tag::Emphasis => Open::Emphasis(Vec::new()),
            Tag::Strong => Open::Strong(Vec::new()),
            Tag::Link { link_type, dest_url, .. } => self.link(link_type, &dest_url, range),
            Tag::Image { .. } => {
                let fault = Fault::new("a picture in prose").help("put it in a link's `image`, with an `alt`");
                self.faults.push((range.clone(), fault));
                Open::Bare
            }
            // The rest only with extensions that are not enabled.
            _ => Open::Paragraph(Vec::new()),
        }
    }

    fn nested_too_deep(&mut self, range: &Range<usize>) -> Open {
        if !self.too_deep {
            let fault = Fault::new("quotations, lists or emphasis nested too deep");
            self.faults.push((range.clone(), fault.help("write it flatter")));
        }
        self.too_deep = true;
        Open::Bare
    }

    fn link(&mut self, link_type: LinkType, url: &str, range: &Range<usize>) -> Open {
        let url = if link_type == LinkType::Email { CowStr::from(format!("mailto:{url}")) } else { url.into() };
        match web_address::clickable(&url) {
            Ok(url) => Open::Link { url, text: Vec::new() },
            Err(fault) => {
                self.faults.push((range.clone(), fault));
                Open::Bare
            }
        }
    }

    fn end(&mut self, range: Range<usize>) {
        match self.open.pop() {
            Some(Open::Paragraph(inlines)) if !inlines.is_empty() => self.block(Block::Paragraph(inlines)),
            Some(Open::Heading(inlines)) if !inlines.is_empty() => {
                self.block(Block::Paragraph(vec![Inline::Strong(inlines)]));
            }
            Some(Open::List { start, items }) if !items.is_empty() => self.block(Block::List { start, items }),
            Some(Open::Item { blocks, .. }) => self.item(blocks),
            Some(Open::Quote(blocks)) if !blocks.is_empty() => self.block(Block::Quote(blocks)),
            Some(Open::Code(code)) => self.block(Block::Code(code)),
            Some(Open::Emphasis(inlines)) => self.inline(Inline::Emphasis(inlines)),
            Some(Open::Strong(inlines)) => self.inline(Inline::Strong(inlines)),
            Some(Open::Link { url, text }) => {
                if text.is_empty() {
                    self.faults
                        .push((range, Fault::new("a link without words").help("write them: `[words](https://…)`")));
                }
                self.inline(Inline::Link { url, text });
            }
            Some(Open::Paragraph(_) | Open::Heading(_) | Open::List { .. } | Open::Quote(_) | Open::Bare) | None => {}
        }
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        if let Some(Open::Code(code)) = self.open.last_mut() {
            code.push_str(text);
            return;
        }
        // Text with entities or backslashes is shorter than its Markdown; then the whole of it is the place.
        let exact = self.markdown.get(range.clone()) == Some(text);
        for part in slots::parts(text) {
            match part {
                Part::Text(text) => self.inline(Inline::Text(text.to_owned())),
                Part::Slot(slot) => self.inline(Inline::Slot(slot)),
                Part::Wrong(place, fault) => {
                    let place = if exact { range.start + place.start..range.start + place.end } else { range.clone() };
                    self.faults.push((place, fault));
                }
            }
        }
    }

    /// A line of an HTML block: text like any other, the line end a space.
    fn html_line(&mut self, line: &str, range: Range<usize>) {
        let words = line.trim();
        let start = range.start + (line.len() - line.trim_start().len());
        if let Some(Open::Paragraph(inlines)) = self.open.last()
            && !inlines.is_empty()
        {
            self.inline(Inline::Text(" ".to_owned()));
        }
        self.text(words, start..start + words.len());
    }

    /// Adds to the innermost run of inlines; a tight list item has none, so one begins.
    fn inline(&mut self, inline: Inline) {
        let innermost = self.open.iter_mut().rev().find(|open| !matches!(open, Open::Bare));
        let blocks = match innermost {
            Some(
                Open::Paragraph(inlines)
                | Open::Heading(inlines)
                | Open::Emphasis(inlines)
                | Open::Strong(inlines)
                | Open::Link { text: inlines, .. },
            ) => return push_inline(inlines, inline),
            Some(Open::Item { blocks, running }) => {
                if !std::mem::replace(running, true) {
                    blocks.push(Block::Paragraph(Vec::new()));
                }
                blocks
            }
            Some(Open::Quote(blocks)) => blocks,
            _ => &mut self.blocks,
        };
        match blocks.last_mut() {
            Some(Block::Paragraph(inlines)) => push_inline(inlines, inline),
            _ => blocks.push(Block::Paragraph(vec![inline])),
        }
    }

    fn item(&mut self, blocks: Vec<Block>) {
        match self.open.iter_mut().rev().find(|open| !matches!(open, Open::Bare)) {
            Some(Open::List { items, .. }) => items.push(blocks),
            // Its list was nested too deep.
            _ => blocks.into_iter().for_each(|block| self.block(block)),
        }
    }

    fn block(&mut self, block: Block) {
        match self.open.iter_mut().rev().find(|open| !matches!(open, Open::Bare)) {
            Some(Open::Item { blocks, running }) => {
                *running = false;
                blocks.push(block);
            }
            Some(Open::Quote(blocks)) => blocks.push(block),
            _ => self.blocks.push(block),
        }
    }
}

/// Adds `inline`, joining text to text.
fn push_inline(inlines: &mut Vec<Inline>, inline: Inline) {
    match (inlines.last_mut(), inline) {
        (Some(Inline::Text(before)), Inline::Text(text)) => before.push_str(&text),
        (_, inline) => inlines.push(inline),
    }
}

#[cfg(test)]
mod tests;
