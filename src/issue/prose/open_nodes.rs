//! Holds the blocks and inlines of prose that are begun and not ended, and puts what is ended into them.

use comrak::nodes::NodeLink;

use crate::model::{Alignment, Block, Inline};

/// A block or inline that is begun and not ended.
pub(super) enum Open {
    Paragraph(Vec<Inline>),
    Heading(Vec<Inline>),
    List {
        start: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    Item(Vec<Block>),
    Quote(Vec<Block>),
    Table {
        alignments: Vec<Alignment>,
        rows: Vec<Vec<Vec<Inline>>>,
    },
    Row(Vec<Vec<Inline>>),
    Cell(Vec<Inline>),
    /// A paragraph of pictures only.
    Pictures(Vec<Block>),
    /// A picture of such a paragraph; its inlines are the alternative text.
    Picture {
        link: Box<NodeLink>,
        alt: Vec<Inline>,
    },
    Emphasis(Vec<Inline>),
    Strong(Vec<Inline>),
    Strikethrough(Vec<Inline>),
    Link {
        url: String,
        text: Vec<Inline>,
    },
    /// Something whose content stays and whose markup goes: what is nested too deep, wrong links, pictures in sentences.
    ContentOnly,
}

/// The open nodes, from the outermost to the innermost.
#[derive(Default)]
pub(super) struct OpenNodes {
    open: Vec<Open>,
    /// Which of those are not [`Open::ContentOnly`], which may be as many as there are letters.
    settled: Vec<usize>,
    /// The blocks that are in no other.
    pub(super) blocks: Vec<Block>,
}

impl OpenNodes {
    /// Returns how many there are.
    pub(super) fn count(&self) -> usize {
        self.open.len()
    }

    /// Begins `open`.
    pub(super) fn begin(&mut self, open: Open) {
        if !matches!(open, Open::ContentOnly) {
            self.settled.push(self.open.len());
        }
        self.open.push(open);
    }

    /// Ends the innermost and returns it.
    pub(super) fn end(&mut self) -> Option<Open> {
        let ended = self.open.pop();
        self.settled.pop_if(|index| *index == self.open.len());
        ended
    }

    /// Whether it is the text of a link or picture that is open.
    pub(super) fn is_in_link(&self) -> bool {
        let is_link = |open: &Open| matches!(open, Open::Link { .. } | Open::Picture { .. });
        self.settled.iter().any(|index| self.open.get(*index).is_some_and(is_link))
    }

    /// Adds to the innermost run of inlines.
    pub(super) fn inline(&mut self, inline: Inline) {
        let blocks = match innermost(&mut self.open, &self.settled) {
            Some(
                Open::Paragraph(inlines)
                | Open::Heading(inlines)
                | Open::Cell(inlines)
                | Open::Emphasis(inlines)
                | Open::Strong(inlines)
                | Open::Strikethrough(inlines)
                | Open::Picture { alt: inlines, .. }
                | Open::Link { text: inlines, .. },
            ) => return push_inline(inlines, inline),
            // The line ends between pictures.
            Some(Open::Pictures(_)) => return,
            Some(Open::Item(blocks) | Open::Quote(blocks)) => blocks,
            _ => &mut self.blocks,
        };
        match blocks.last_mut() {
            Some(Block::Paragraph(inlines)) => push_inline(inlines, inline),
            _ => blocks.push(Block::Paragraph(vec![inline])),
        }
    }

    pub(super) fn cell(&mut self, inlines: Vec<Inline>) {
        match self.innermost() {
            Some(Open::Row(cells)) => cells.push(inlines),
            // Its table was nested too deep.
            _ => self.block(Block::Paragraph(inlines)),
        }
    }

    pub(super) fn item(&mut self, blocks: Vec<Block>) {
        match self.innermost() {
            Some(Open::List { items, .. }) => items.push(blocks),
            // Its list was nested too deep.
            _ => blocks.into_iter().for_each(|block| self.block(block)),
        }
    }

    pub(super) fn block(&mut self, block: Block) {
        match self.innermost() {
            Some(Open::Item(blocks) | Open::Quote(blocks)) => blocks.push(block),
            _ => self.blocks.push(block),
        }
    }

    /// The innermost of what is open whose markup stays.
    pub(super) fn innermost(&mut self) -> Option<&mut Open> {
        innermost(&mut self.open, &self.settled)
    }
}

fn innermost<'o>(open: &'o mut [Open], settled: &[usize]) -> Option<&'o mut Open> {
    settled.last().and_then(|index| open.get_mut(*index))
}

/// Adds `inline`, joining text to text.
fn push_inline(inlines: &mut Vec<Inline>, inline: Inline) {
    match (inlines.last_mut(), inline) {
        (Some(Inline::Text(before)), Inline::Text(text)) => before.push_str(&text),
        (_, inline) => inlines.push(inline),
    }
}
