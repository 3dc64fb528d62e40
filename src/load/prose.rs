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
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Slot;

    fn text(text: &str) -> Inline {
        Inline::Text(text.to_owned())
    }

    fn paragraph(inlines: impl Into<Vec<Inline>>) -> Block {
        Block::Paragraph(inlines.into())
    }

    fn blocks(markdown: &str) -> Vec<Block> {
        let (prose, faults) = parse(markdown);
        assert_eq!(faults, [], "{markdown}");
        prose.0
    }

    #[test]
    fn words_emphasis_code_links_and_slots_are_inlines() {
        let friend = Slot::Field { column: "name".to_owned(), fallback: "friend".to_owned() };
        assert_eq!(
            blocks(
                "Hi {subscriber.name|friend}, *a* **b *c***  \n`d` [e](HTTPS://Example.org) <f@example.org>\n&amp; {x}"
            ),
            [paragraph([
                text("Hi "),
                Inline::Slot(friend),
                text(", "),
                Inline::Emphasis(vec![text("a")]),
                text(" "),
                Inline::Strong(vec![text("b "), Inline::Emphasis(vec![text("c")])]),
                Inline::LineBreak,
                Inline::Code("d".to_owned()),
                text(" "),
                Inline::Link { url: "https://example.org/".to_owned(), text: vec![text("e")] },
                text(" "),
                Inline::Link { url: "mailto:f@example.org".to_owned(), text: vec![text("f@example.org")] },
                text(" & {x}"),
            ])]
        );
    }

    #[test]
    fn lists_quotations_code_rules_and_headings_are_blocks() {
        let item = |word: &str| vec![paragraph([text(word)])];
        let inner = Block::List { start: Some(1), items: vec![item("b")] };
        assert_eq!(
            blocks("# One\n\n- a\n  1. b\n- # c\n  d\n\n> e\n\n```rust\nf  {subscriber.name}\n```\n\n---\n"),
            [
                paragraph([Inline::Strong(vec![text("One")])]),
                Block::List {
                    start: None,
                    items: vec![
                        vec![paragraph([text("a")]), inner],
                        vec![paragraph([Inline::Strong(vec![text("c")])]), paragraph([text("d")])],
                    ],
                },
                Block::Quote(item("e")),
                Block::Code("f  {subscriber.name}\n".to_owned()),
                Block::Rule,
            ]
        );
        assert_eq!(blocks(" \n"), []);
    }

    #[test]
    fn html_is_text_and_tables_are_not_made() {
        assert_eq!(
            blocks("<b>x</b>\n\n<div onclick='y'>\n  z\n</div>\n\n<script>alert(1)</script>"),
            [
                paragraph([text("<b>x</b>")]),
                paragraph([text("<div onclick='y'> z </div>")]),
                paragraph([text("<script>alert(1)</script>")]),
            ]
        );
        assert_eq!(blocks("|a|\n|-|"), [paragraph([text("|a| |-|")])]);
    }

    #[test]
    fn what_prose_cannot_hold_is_reported_at_its_place() {
        let cases = [
            ("a [b](javascript:c)", 2..19, "`javascript:c` is not an http or https URL"),
            ("a [b](#c)", 2..9, "`#c` is not an http or https URL"),
            ("a <mailto:b>", 2..12, "`b` is not an address: no `@`"),
            ("![a](b.png)", 0..11, "a picture in prose"),
            ("a [](https://example.org)", 2..25, "a link without words"),
            ("&amp; é {subscriber.name} ok", 0..29, "`{subscriber.name}` says nothing for subscribers without a name"),
            ("é {subscriber.name} ok", 3..20, "`{subscriber.name}` says nothing for subscribers without a name"),
        ];
        for (markdown, place, message) in cases {
            let (_, faults) = parse(markdown);
            let found: Vec<_> = faults.iter().map(|(range, fault)| (range.clone(), fault.message.as_str())).collect();
            assert_eq!(found, [(place, message)], "{markdown}");
        }
    }

    #[test]
    fn what_is_nested_too_deep_is_reported_once_and_stays_shallow() {
        for (open, close) in [(">", ""), ("- ", ""), ("*a **b ", "** *"), ("[", "](https://example.org)")] {
            let markdown = format!("{}x{}", open.repeat(2000), close.repeat(2000));
            let (prose, faults) = parse(&markdown);
            assert!(depth(&prose.0) <= DEEPEST + 1, "{open}");
            assert!(faults.iter().filter(|(_, fault)| fault.message.contains("too deep")).count() <= 1, "{open}");
        }
        assert_eq!(parse(&">".repeat(2000)).1.len(), 1);
    }

    fn depth(blocks: &[Block]) -> usize {
        let deepest = |block: &Block| match block {
            Block::List { items, .. } => 1 + items.iter().map(|item| depth(item)).max().unwrap_or_default(),
            Block::Quote(blocks) => 1 + depth(blocks),
            Block::Paragraph(inlines) => 1 + inline_depth(inlines),
            Block::Code(_) | Block::Rule => 1,
        };
        blocks.iter().map(deepest).max().unwrap_or_default()
    }

    fn inline_depth(inlines: &[Inline]) -> usize {
        let deepest = |inline: &Inline| match inline {
            Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link { text: inner, .. } => {
                1 + inline_depth(inner)
            }
            _ => 0,
        };
        inlines.iter().map(deepest).max().unwrap_or_default()
    }

    proptest! {
        #[test]
        fn no_markdown_panics_and_every_fault_has_a_place_in_it(
            markdown in r"([\[\]()*_>#`!|{}<&\\-]|[a-z]|\n| |https://|\{subscriber\.|- |1\. |é){0,60}"
        ) {
            let (prose, faults) = parse(&markdown);
            prop_assert!(depth(&prose.0) <= DEEPEST + 1);
            for (range, _) in faults {
                prop_assert!(markdown.get(range).is_some());
            }
        }
    }
}
