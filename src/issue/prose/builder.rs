//! Builds prose from the tree of the Markdown parser.

use std::ops::Range;

use comrak::Arena;
use comrak::arena_tree::NodeEdge;
use comrak::nodes::{ListType, Node, NodeLink, NodeValue, Sourcepos, TableAlignment};

use super::comments::{is_comment, strip_comments};
use super::line_ends;
use super::mask::unmask;
use super::open_nodes::{Open, OpenNodes};
use super::parser::parse_tree;
use super::picture::picture_block;
use super::position::SourceLines;
use super::text::{self, BareAddresses};
use crate::diagnostic::Problem;
use crate::issue::picture_source::PictureSource;
use crate::issue::web_address;
use crate::model::{Alignment, Block, Inline, Prose, Table};

/// How many blocks, list items and inlines may stand in each other. No reader follows deeper nesting, and what renders prose recurses.
pub(super) const DEEPEST: usize = 24;

/// The content of a Markdown text, and what is wrong with it by byte range of the text.
pub(in crate::issue) struct ParsedProse {
    /// The content.
    pub(in crate::issue) prose: Prose,
    /// Problems: elements that prose cannot have.
    pub(in crate::issue) errors: Vec<(Range<usize>, Problem)>,
    /// Warnings: elements that are probably not meant.
    pub(in crate::issue) warnings: Vec<(Range<usize>, Problem)>,
}

/// Builds the prose of `document`, which was parsed from `markdown`. Problems have byte ranges of `markdown`.
pub(super) fn build(
    markdown: &str,
    document: Node<'_>,
    pictures: PictureSource<'_>,
    addresses: BareAddresses,
) -> ParsedProse {
    let mut builder = Builder {
        lines: SourceLines::new(markdown),
        pictures,
        addresses,
        nodes: OpenNodes::default(),
        errors: Vec::new(),
        warnings: Vec::new(),
        too_deep: false,
    };
    for edge in document.traverse() {
        match edge {
            NodeEdge::Start(node) if !node.same_node(document) => builder.start(node),
            NodeEdge::End(node) if !node.same_node(document) => builder.end(node),
            NodeEdge::Start(_) | NodeEdge::End(_) => {}
        }
    }
    line_ends::replace_in_blocks(&mut builder.nodes.blocks);
    ParsedProse { prose: Prose(builder.nodes.blocks), errors: builder.errors, warnings: builder.warnings }
}

struct Builder<'m> {
    lines: SourceLines<'m>,
    pictures: PictureSource<'m>,
    addresses: BareAddresses,
    nodes: OpenNodes,
    errors: Vec<(Range<usize>, Problem)>,
    warnings: Vec<(Range<usize>, Problem)>,
    too_deep: bool,
}

impl Builder<'_> {
    fn start(&mut self, node: Node<'_>) {
        let open = self.opened(node);
        self.nodes.begin(open);
    }

    fn opened(&mut self, node: Node<'_>) -> Open {
        let data = node.data();
        let place = data.sourcepos;
        if nests(&data.value) && self.nodes.count() >= DEEPEST {
            return self.nested_too_deep(place);
        }
        match &data.value {
            NodeValue::Paragraph if is_of_pictures(node) => Open::Pictures(Vec::new()),
            NodeValue::Paragraph => Open::Paragraph(Vec::new()),
            NodeValue::Heading(_) => Open::Heading(Vec::new()),
            NodeValue::BlockQuote => Open::Quote(Vec::new()),
            NodeValue::List(list) => {
                let start = (list.list_type == ListType::Ordered).then_some(list.start as u64);
                Open::List { start, items: Vec::new() }
            }
            NodeValue::Item(_) => Open::Item(Vec::new()),
            NodeValue::Table(table) => {
                Open::Table { alignments: table.alignments.iter().copied().map(alignment).collect(), rows: Vec::new() }
            }
            NodeValue::TableRow(_) => Open::Row(Vec::new()),
            NodeValue::TableCell => Open::Cell(Vec::new()),
            NodeValue::Emph => Open::Emphasis(Vec::new()),
            NodeValue::Strong => Open::Strong(Vec::new()),
            NodeValue::Strikethrough => self.strikethrough(place),
            NodeValue::Link(link) => self.link(&link.url, place),
            NodeValue::Image(link) if matches!(self.nodes.innermost(), Some(Open::Pictures(_))) => {
                Open::Picture { link: link.clone(), alt: Vec::new() }
            }
            value => {
                self.leaf(value, place);
                Open::ContentOnly
            }
        }
    }

    /// Adds what contains nothing, or nothing but its content.
    fn leaf(&mut self, value: &NodeValue, place: Sourcepos) {
        match value {
            NodeValue::Text(text) => self.text(text, self.lines.range(place)),
            // A comment that only came together when another was left out.
            NodeValue::HtmlInline(html) if is_comment(html) => {}
            NodeValue::HtmlInline(html) => self.text(html, self.lines.range(place)),
            NodeValue::HtmlBlock(block) => self.html_block(&strip_comments(&block.literal), self.lines.range(place)),
            NodeValue::CodeBlock(block) => self.nodes.block(Block::Code(unmask(&block.literal).into_owned())),
            NodeValue::Code(code) => self.nodes.inline(Inline::Code(unmask(&code.literal).into_owned())),
            NodeValue::SoftBreak => self.nodes.inline(Inline::Text("\n".to_owned())),
            NodeValue::LineBreak => self.nodes.inline(Inline::LineBreak),
            NodeValue::ThematicBreak => self.nodes.block(Block::Rule),
            NodeValue::Image(_) => self.error(
                place,
                Problem::new("a picture in a sentence")
                    .help("put it in a paragraph of its own, with blank lines around it"),
            ),
            NodeValue::FootnoteReference(_) | NodeValue::FootnoteDefinition(_) => {
                let problem = Problem::new("letters have no footnotes");
                self.error(place, problem.help("write it in parentheses, or as a paragraph of its own"));
            }
            // The rest only with extensions that are not enabled.
            _ => {}
        }
    }

    fn nested_too_deep(&mut self, place: Sourcepos) -> Open {
        if !self.too_deep {
            let problem = Problem::new("quotations, lists or emphasis nested too deep");
            self.error(place, problem.help("use fewer levels"));
        }
        self.too_deep = true;
        Open::ContentOnly
    }

    fn error(&mut self, place: Sourcepos, problem: Problem) {
        self.errors.push((self.lines.range(place), problem));
    }

    fn link(&mut self, url: &str, place: Sourcepos) -> Open {
        match web_address::clickable_url(&unmask(url)) {
            Ok(url) => Open::Link { url, text: Vec::new() },
            Err(problem) => {
                self.error(place, problem);
                Open::ContentOnly
            }
        }
    }

    /// Only `~~` strikes through: `10~20` is a range in Chinese and Japanese, and `~` an approximation in any language.
    fn strikethrough(&mut self, place: Sourcepos) -> Open {
        if self.lines.text(self.lines.range(place)).is_some_and(|text| text.starts_with("~~")) {
            return Open::Strikethrough(Vec::new());
        }
        self.nodes.inline(Inline::Text("~".to_owned()));
        Open::ContentOnly
    }

    fn end(&mut self, node: Node<'_>) {
        let ended = self.nodes.end();
        let place = node.data().sourcepos;
        match ended {
            Some(Open::Paragraph(inlines)) if !inlines.is_empty() => self.nodes.block(Block::Paragraph(inlines)),
            Some(Open::Heading(inlines)) if !inlines.is_empty() => {
                self.nodes.block(Block::Paragraph(vec![Inline::Strong(inlines)]));
            }
            Some(Open::List { start, items }) if !items.is_empty() => self.nodes.block(Block::List { start, items }),
            Some(Open::Item(blocks)) => self.nodes.item(blocks),
            Some(Open::Quote(blocks)) if !blocks.is_empty() => self.nodes.block(Block::Quote(blocks)),
            Some(Open::Table { alignments, rows }) => self.table(alignments, rows),
            Some(Open::Row(cells)) => {
                if let Some(Open::Table { rows, .. }) = self.nodes.innermost() {
                    rows.push(cells);
                }
            }
            Some(Open::Cell(inlines)) => self.nodes.cell(inlines),
            Some(Open::Pictures(blocks)) => blocks.into_iter().for_each(|block| self.nodes.block(block)),
            Some(Open::Picture { link, alt }) => self.picture(&link, alt, place),
            Some(Open::Emphasis(inlines)) => self.nodes.inline(Inline::Emphasis(inlines)),
            Some(Open::Strong(inlines)) => self.nodes.inline(Inline::Strong(inlines)),
            Some(Open::Strikethrough(inlines)) => self.nodes.inline(Inline::Strikethrough(inlines)),
            Some(Open::Link { url, text }) => {
                if text.is_empty() {
                    self.error(place, Problem::new("a link without text").help("write `[text](https://…)`"));
                }
                self.nodes.inline(Inline::Link { url, text });
            }
            Some(Open::ContentOnly) if matches!(node.data().value, NodeValue::Strikethrough) && !self.too_deep => {
                self.nodes.inline(Inline::Text("~".to_owned()));
            }
            Some(Open::Paragraph(_) | Open::Heading(_) | Open::List { .. } | Open::Quote(_) | Open::ContentOnly)
            | None => {}
        }
    }

    /// Adds text; the addresses in it become links unless it is in one.
    fn text(&mut self, text: &str, range: Range<usize>) {
        let addresses = if self.nodes.is_in_link() { BareAddresses::Text } else { self.addresses };
        let written = self.lines.text(range.clone()).unwrap_or_default();
        let read = text::read(text, written, range.start, addresses);
        self.errors.extend(read.errors);
        self.warnings.extend(read.warnings);
        read.inlines.into_iter().for_each(|inline| self.nodes.inline(inline));
    }

    /// Adds an HTML block as a paragraph of text.
    fn html_block(&mut self, html: &str, range: Range<usize>) {
        self.nodes.begin(Open::Paragraph(Vec::new()));
        let lines = html.split('\n').map(str::trim).enumerate().filter(|(_, line)| !line.is_empty());
        for (count, (index, line)) in lines.enumerate() {
            if count > 0 {
                self.nodes.inline(Inline::Text("\n".to_owned()));
            }
            self.text(line, self.lines.place_in_line(range.start, index, line));
        }
        if let Some(Open::Paragraph(inlines)) = self.nodes.end()
            && !inlines.is_empty()
        {
            self.nodes.block(Block::Paragraph(inlines));
        }
    }

    fn picture(&mut self, link: &NodeLink, alt: Vec<Inline>, place: Sourcepos) {
        let range = self.lines.range(place);
        let caption = self.caption(&link.title, &range);
        let (block, problems) = picture_block(link, alt, caption, self.pictures);
        self.errors.extend(problems.into_iter().map(|problem| (range.clone(), problem)));
        if let (Some(block), Some(Open::Pictures(blocks))) = (block, self.nodes.innermost()) {
            blocks.push(block);
        }
    }

    /// Returns the words of a caption, which is Markdown in one paragraph.
    fn caption(&mut self, title: &str, place: &Range<usize>) -> Vec<Inline> {
        if title.trim().is_empty() {
            return Vec::new();
        }
        let arena = Arena::new();
        let ParsedProse { prose, errors, warnings } =
            build(title, parse_tree(&arena, title), self.pictures, self.addresses);
        match <[Block; 1]>::try_from(prose.0) {
            Ok([Block::Paragraph(words)]) => {
                self.errors.extend(errors.into_iter().map(|(_, problem)| (place.clone(), problem)));
                self.warnings.extend(warnings.into_iter().map(|(_, problem)| (place.clone(), problem)));
                words
            }
            _ => vec![Inline::Text(unmask(title).into_owned())],
        }
    }

    fn table(&mut self, alignments: Vec<Alignment>, rows: Vec<Vec<Vec<Inline>>>) {
        let mut rows = rows.into_iter();
        if let Some(header) = rows.next() {
            self.nodes.block(Block::Table(Table { alignments, header, rows: rows.collect() }));
        }
    }
}

/// Whether what it is may stand in itself.
fn nests(value: &NodeValue) -> bool {
    matches!(
        value,
        NodeValue::BlockQuote
            | NodeValue::List(_)
            | NodeValue::Table(_)
            | NodeValue::Emph
            | NodeValue::Strong
            | NodeValue::Strikethrough
            | NodeValue::Link(_)
            | NodeValue::Image(_)
    )
}

/// Whether `paragraph` has pictures and nothing else.
fn is_of_pictures(paragraph: Node<'_>) -> bool {
    let mut pictures = 0;
    for child in paragraph.children() {
        match &child.data().value {
            NodeValue::Image(_) => pictures += 1,
            NodeValue::SoftBreak | NodeValue::LineBreak => {}
            NodeValue::Text(text) if text.trim().is_empty() => {}
            _ => return false,
        }
    }
    pictures > 0
}

fn alignment(alignment: TableAlignment) -> Alignment {
    match alignment {
        TableAlignment::None => Alignment::Start,
        TableAlignment::Left => Alignment::Left,
        TableAlignment::Center => Alignment::Centre,
        TableAlignment::Right => Alignment::Right,
    }
}
