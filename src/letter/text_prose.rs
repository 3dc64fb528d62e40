//! The curator's words as lines of text.

use super::markers::Markers;
use super::wrap::wrap;
use crate::model::{Block, Inline, Prose};

/// The least room given to nested text, in columns, however deep it stands.
const LEAST_COLUMNS: usize = 24;

/// The lines of `prose`, at most `columns` wide but for web addresses and code, which are left whole. Blocks are a
/// blank line apart.
pub(super) fn lines(prose: &Prose, columns: usize, markers: &Markers) -> Vec<String> {
    Writer { markers }.blocks(&prose.0, columns)
}

struct Writer<'a> {
    markers: &'a Markers,
}

impl Writer<'_> {
    fn blocks(&self, blocks: &[Block], columns: usize) -> Vec<String> {
        let columns = columns.max(LEAST_COLUMNS);
        spaced(blocks.iter().map(|block| self.block(block, columns)))
    }

    fn block(&self, block: &Block, columns: usize) -> Vec<String> {
        match block {
            Block::Paragraph(words) => self.paragraph(words, columns),
            Block::List { start, items } => self.list(*start, items, columns),
            Block::Quote(quoted) => indented(self.blocks(quoted, columns.saturating_sub(2)), "> ", "> "),
            // Broken code is worse than long code.
            Block::Code(code) => indented(code.lines().map(str::to_owned).collect(), "    ", "    "),
            Block::Rule => vec!["* * *".to_owned()],
        }
    }

    fn list(&self, start: Option<u64>, items: &[Vec<Block>], columns: usize) -> Vec<String> {
        let last = start.map(|first| first.saturating_add(items.len().saturating_sub(1) as u64));
        let marker_width = last.map_or(2, |last| last.to_string().len() + 2);
        let rest = " ".repeat(marker_width);
        let items = items.iter().zip(0_u64..).map(|(item, index)| {
            let first = match start {
                None => "* ".to_owned(),
                Some(first) => format!("{:<marker_width$}", format!("{}.", first.saturating_add(index))),
            };
            indented(self.item(item, columns.saturating_sub(marker_width)), &first, &rest)
        });
        let items: Vec<_> = items.collect();
        // Items of a line or two stand close together, as their author most likely wrote them.
        if items.iter().any(|item| item.iter().any(String::is_empty)) {
            spaced(items.into_iter())
        } else {
            items.concat()
        }
    }

    /// An item of a list: a list in it follows its first words at once.
    fn item(&self, blocks: &[Block], columns: usize) -> Vec<String> {
        match blocks {
            [words @ Block::Paragraph(_), list @ Block::List { .. }] => {
                let columns = columns.max(LEAST_COLUMNS);
                [self.block(words, columns), self.block(list, columns)].concat()
            }
            _ => self.blocks(blocks, columns),
        }
    }

    /// The paragraph, then the addresses of its links, each whole on a line of its own.
    fn paragraph(&self, words: &[Inline], columns: usize) -> Vec<String> {
        let mut sentence = Sentence { markers: self.markers, text: String::new(), targets: Vec::new() };
        sentence.inlines(words);
        let mut lines = wrap(&sentence.text, columns, self.markers);
        lines.extend(sentence.targets.iter().zip(1..).map(|(target, number)| format!("[{number}] {target}")));
        lines
    }
}

/// Whether the words of a link are its address: `<https://example.org>`, `<ada@example.org>`.
fn says_itself(url: &str, text: &[Inline]) -> bool {
    let [Inline::Text(text)] = text else { return false };
    let written = url.strip_prefix("mailto:").unwrap_or(url);
    [url, written, url.trim_end_matches('/')].contains(&text.as_str())
}

/// A paragraph on one line, before it is wrapped.
struct Sentence<'a> {
    markers: &'a Markers,
    text: String,
    /// The addresses of its links; each link carries the number of its own.
    targets: Vec<&'a str>,
}

impl<'a> Sentence<'a> {
    fn inlines(&mut self, inlines: &'a [Inline]) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => self.text.extend(text.chars().map(|c| if c == '\n' { ' ' } else { c })),
                Inline::Emphasis(words) => self.between('_', words),
                Inline::Strong(words) => self.between('*', words),
                Inline::Code(code) => {
                    self.text.push('`');
                    self.text.push_str(code);
                    self.text.push('`');
                }
                Inline::Link { url, text } => {
                    self.inlines(text);
                    if !says_itself(url, text) {
                        self.targets.push(url);
                        self.text.extend(["[", &self.targets.len().to_string(), "]"]);
                    }
                }
                Inline::LineBreak => self.text.push('\n'),
                Inline::Slot(slot) => self.text.push(self.markers.mark(slot)),
            }
        }
    }

    fn between(&mut self, sign: char, words: &'a [Inline]) {
        self.text.push(sign);
        self.inlines(words);
        self.text.push(sign);
    }
}

/// Groups of lines, a blank line between them.
fn spaced(groups: impl Iterator<Item = Vec<String>>) -> Vec<String> {
    let mut lines = Vec::new();
    for group in groups.filter(|group| !group.is_empty()) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(group);
    }
    lines
}

/// `lines` behind `first`, the later ones behind `rest`; none ends in a space.
pub(super) fn indented(lines: Vec<String>, first: &str, rest: &str) -> Vec<String> {
    let indent = |(index, line)| format!("{}{line}", if index == 0 { first } else { rest }).trim_end().to_owned();
    lines.into_iter().enumerate().map(indent).collect()
}
