//! Represents the author's prose: a small tree, parsed once from Markdown and rendered to HTML and to text.

use super::image::Image;
use super::slot::Slot;

/// A sequence of blocks; empty if the author wrote nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prose(pub Vec<Block>);

impl Prose {
    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns its pictures, in order.
    pub fn images(&self) -> Vec<&Image> {
        let mut images = Vec::new();
        add_images(&self.0, &mut images);
        images
    }

    /// Returns how much text it has, in bytes.
    pub fn text_length(&self) -> usize {
        self.0.iter().map(text_length).sum()
    }

    /// How much there is to lay out: blocks, list items and pieces of text, and the links among them.
    pub fn size(&self) -> ProseSize {
        let mut size = ProseSize::default();
        self.0.iter().for_each(|block| size.add_block(block));
        size
    }
}

/// The amount of prose to lay out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProseSize {
    /// Blocks, list items and pieces of text.
    pub pieces: usize,
    /// Links.
    pub links: usize,
}

impl ProseSize {
    fn add_block(&mut self, block: &Block) {
        self.pieces += 1;
        match block {
            Block::Paragraph(inlines) => self.add_inlines(inlines),
            Block::Quote(blocks) => blocks.iter().for_each(|block| self.add_block(block)),
            Block::List { items, .. } => {
                self.pieces += items.len();
                items.iter().flatten().for_each(|block| self.add_block(block));
            }
            Block::Picture { caption, .. } => self.add_inlines(caption),
            Block::Table(table) => {
                for cells in std::iter::once(&table.header).chain(&table.rows) {
                    self.pieces += cells.len();
                    for cell in cells {
                        self.add_inlines(cell);
                    }
                }
            }
            Block::Code(_) | Block::Rule => {}
        }
    }

    fn add_inlines(&mut self, inlines: &[Inline]) {
        self.pieces += inlines.len();
        for inline in inlines {
            match inline {
                Inline::Emphasis(inlines) | Inline::Strong(inlines) | Inline::Strikethrough(inlines) => {
                    self.add_inlines(inlines);
                }
                Inline::Link { text, .. } => {
                    self.links += 1;
                    self.add_inlines(text);
                }
                Inline::Text(_) | Inline::Code(_) | Inline::LineBreak | Inline::Slot(_) => {}
            }
        }
    }
}

/// A block of prose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list.
    List {
        /// The first number of an ordered list; `None` for bullets.
        start: Option<u64>,
        /// Its items.
        items: Vec<Vec<Block>>,
    },
    /// A quotation.
    Quote(Vec<Block>),
    /// Code or preformatted text, lines ended by `\n`.
    Code(String),
    /// A picture in the width of the text.
    Picture {
        /// The picture.
        image: Image,
        /// The line under it; empty if it has none.
        caption: Vec<Inline>,
    },
    /// A table.
    Table(Table),
    /// A thematic break.
    Rule,
}

/// A table of text. All rows have as many cells as the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The alignment of each column.
    pub alignments: Vec<Alignment>,
    /// The names of the columns.
    pub header: Vec<Vec<Inline>>,
    /// The cells, row by row.
    pub rows: Vec<Vec<Vec<Inline>>>,
}

/// The alignment of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alignment {
    /// At the side where lines begin.
    Start,
    /// At the left side.
    Left,
    /// In the middle.
    Centre,
    /// At the right side.
    Right,
}

/// A piece of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Text, never markup.
    Text(String),
    /// Stressed.
    Emphasis(Vec<Inline>),
    /// Strongly stressed.
    Strong(Vec<Inline>),
    /// Struck through.
    Strikethrough(Vec<Inline>),
    /// A word of code.
    Code(String),
    /// A link to an absolute http, https or mailto URL.
    Link {
        /// Where it goes.
        url: String,
        /// The words of the link.
        text: Vec<Inline>,
    },
    /// A forced line end.
    LineBreak,
    /// Something that differs per subscriber.
    Slot(Slot),
}

fn add_images<'p>(blocks: &'p [Block], images: &mut Vec<&'p Image>) {
    for block in blocks {
        match block {
            Block::Picture { image, .. } => images.push(image),
            Block::List { items, .. } => items.iter().for_each(|item| add_images(item, images)),
            Block::Quote(blocks) => add_images(blocks, images),
            Block::Paragraph(_) | Block::Code(_) | Block::Table(_) | Block::Rule => {}
        }
    }
}

fn text_length(block: &Block) -> usize {
    let of_all = |blocks: &[Block]| blocks.iter().map(text_length).sum::<usize>();
    match block {
        Block::Paragraph(words) | Block::Picture { caption: words, .. } => plain_text(words).len(),
        Block::List { items, .. } => items.iter().map(|item| of_all(item)).sum(),
        Block::Quote(blocks) => of_all(blocks),
        Block::Code(lines) => lines.len(),
        Block::Table(table) => {
            let cells = table.header.iter().chain(table.rows.iter().flatten());
            cells.map(|cell| plain_text(cell).len()).sum()
        }
        Block::Rule => 0,
    }
}

/// Returns the text of `inlines` without markup; a line end is a space, a slot is nothing.
pub fn plain_text(inlines: &[Inline]) -> String {
    let mut text = String::new();
    add_plain_text(inlines, &mut text);
    text
}

fn add_plain_text(inlines: &[Inline], text: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(words) | Inline::Code(words) => text.push_str(words),
            Inline::Emphasis(inlines)
            | Inline::Strong(inlines)
            | Inline::Strikethrough(inlines)
            | Inline::Link { text: inlines, .. } => {
                add_plain_text(inlines, text);
            }
            Inline::LineBreak => text.push(' '),
            Inline::Slot(_) => {}
        }
    }
}
