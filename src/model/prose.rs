//! The curator's words: a small tree parsed once from Markdown, rendered to HTML and to text.

use super::Slot;

/// A run of blocks; empty when the author wrote nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prose(pub Vec<Block>);

impl Prose {
    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
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
    /// A thematic break.
    Rule,
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
    /// A word of code.
    Code(String),
    /// A link to an absolute http, https or mailto URL.
    Link {
        /// Where it goes.
        url: String,
        /// What is clicked.
        text: Vec<Inline>,
    },
    /// A forced line end.
    LineBreak,
    /// Something that differs per subscriber.
    Slot(Slot),
}
