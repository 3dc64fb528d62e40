//! Renders prose as lines of text.

use super::slot_characters::SlotCharacters;
use super::text_table::{aligned_columns, labelled_rows};
use super::wrap::wrap;
use crate::model::{Block, Image, Inline, Prose, Table, Word, Words};

/// The least width of nested text, in columns, at any depth.
const LEAST_COLUMNS: usize = 24;

/// Returns the lines of `prose`, at most `columns` wide except for web addresses and code, which are not broken. A blank
/// line separates blocks.
pub(super) fn prose_lines(
    prose: &Prose,
    columns: usize,
    slot_characters: &SlotCharacters,
    words: &Words,
) -> Vec<String> {
    ProseRenderer { slot_characters, words }.blocks(&prose.0, columns)
}

/// Returns `inlines` in one line: code in backticks, emphasis between `_` or `*`. A title has no links.
pub(super) fn inline_text(inlines: &[Inline], slot_characters: &SlotCharacters) -> String {
    let mut sentence = Sentence { slot_characters, text: String::new(), targets: Vec::new() };
    sentence.inlines(inlines);
    sentence.text
}

struct ProseRenderer<'a> {
    slot_characters: &'a SlotCharacters,
    words: &'a Words,
}

impl ProseRenderer<'_> {
    fn blocks(&self, blocks: &[Block], columns: usize) -> Vec<String> {
        let columns = columns.max(LEAST_COLUMNS);
        spaced(blocks.iter().map(|block| self.block(block, columns)))
    }

    fn block(&self, block: &Block, columns: usize) -> Vec<String> {
        match block {
            Block::Paragraph(words) => self.paragraph(words, columns),
            Block::List { start, items } => self.list(*start, items, columns),
            Block::Quote(quoted) => indented(self.blocks(quoted, columns.saturating_sub(2)), "> ", "> "),
            // Wrapped code is worse than long code.
            Block::Code(code) => indented(code.lines().map(str::to_owned).collect(), "    ", "    "),
            Block::Picture { image, caption } => self.picture(image, caption, columns),
            Block::Table(table) => self.table(table, columns),
            Block::Rule => vec!["* * *".to_owned()],
        }
    }

    /// Returns `[Picture: what it shows. Caption]`, and the address of the picture on the next line.
    fn picture(&self, image: &Image, caption: &[Inline], columns: usize) -> Vec<String> {
        let mut sentence = Sentence { slot_characters: self.slot_characters, text: String::new(), targets: Vec::new() };
        sentence.text.extend(["[", self.words.of(Word::Picture), ": ", &image.alt]);
        if !caption.is_empty() {
            let stop = self.words.full_stop();
            sentence.text.truncate(sentence.text.len() - image.alt.len());
            sentence.text.extend([&stop.after(&image.alt), stop.space]);
            sentence.inlines(caption);
        }
        sentence.text.push(']');
        let mut lines = sentence.lines(columns);
        lines.push(image.url.clone());
        lines
    }

    /// Returns the table in aligned columns, or as `Header: value` lines if it is too wide for them.
    fn table(&self, table: &Table, columns: usize) -> Vec<String> {
        let mut sentence = Sentence { slot_characters: self.slot_characters, text: String::new(), targets: Vec::new() };
        let header = sentence.cells(&table.header);
        let rows: Vec<Vec<String>> = table.rows.iter().map(|row| sentence.cells(row)).collect();
        let mut lines = aligned_columns(&header, &rows, &table.alignments, columns, self.slot_characters)
            .unwrap_or_else(|| labelled_rows(&header, &rows, columns, self.slot_characters));
        lines.extend(sentence.target_lines());
        lines
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
        // Short items follow each other without blank lines, as their author most likely wrote them.
        if items.iter().any(|item| item.iter().any(String::is_empty)) {
            spaced(items.into_iter())
        } else {
            items.concat()
        }
    }

    /// Returns an item of a list. A list right after its first paragraph follows without a blank line.
    fn item(&self, blocks: &[Block], columns: usize) -> Vec<String> {
        match blocks {
            [words @ Block::Paragraph(_), list @ Block::List { .. }] => {
                let columns = columns.max(LEAST_COLUMNS);
                [self.block(words, columns), self.block(list, columns)].concat()
            }
            _ => self.blocks(blocks, columns),
        }
    }

    /// Returns the paragraph, then the addresses of its links, each on a line of its own.
    fn paragraph(&self, words: &[Inline], columns: usize) -> Vec<String> {
        let mut sentence = Sentence { slot_characters: self.slot_characters, text: String::new(), targets: Vec::new() };
        sentence.inlines(words);
        sentence.lines(columns)
    }
}

/// Whether the text of a link is its address: `<https://example.org>`, `<ada@example.org>`.
fn is_autolink(url: &str, text: &[Inline]) -> bool {
    let [Inline::Text(text)] = text else { return false };
    let written = url.strip_prefix("mailto:").or_else(|| url.strip_prefix("https://")).unwrap_or(url);
    [url, written].into_iter().flat_map(|url| [url, url.trim_end_matches('/')]).any(|url| url == text)
}

/// A paragraph before it is wrapped.
struct Sentence<'a> {
    slot_characters: &'a SlotCharacters,
    text: String,
    /// The addresses of its links; a link's number is the position of its address.
    targets: Vec<&'a str>,
}

impl<'a> Sentence<'a> {
    fn inlines(&mut self, inlines: &'a [Inline]) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => self.text.extend(text.chars().map(|c| if c == '\n' { ' ' } else { c })),
                Inline::Emphasis(words) => self.between('_', words),
                Inline::Strong(words) => self.between('*', words),
                Inline::Strikethrough(words) => self.between('~', words),
                Inline::Code(code) => {
                    self.text.push('`');
                    self.text.push_str(code);
                    self.text.push('`');
                }
                Inline::Link { url, text } => {
                    self.inlines(text);
                    if !is_autolink(url, text) {
                        self.targets.push(url);
                        self.text.extend(["[", &self.targets.len().to_string(), "]"]);
                    }
                }
                Inline::LineBreak => self.text.push('\n'),
                Inline::Slot(slot) => self.text.push(self.slot_characters.marker(slot)),
            }
        }
    }

    /// Returns the text of each of `cells`; the addresses of all links are kept.
    fn cells(&mut self, cells: &'a [Vec<Inline>]) -> Vec<String> {
        let mut texts = Vec::new();
        for cell in cells {
            self.inlines(cell);
            texts.push(std::mem::take(&mut self.text));
        }
        texts
    }

    /// Returns its lines, then those of the addresses.
    fn lines(&self, columns: usize) -> Vec<String> {
        wrap(&self.text, columns, self.slot_characters).into_iter().chain(self.target_lines()).collect()
    }

    /// Returns the addresses of its links, each on a line of its own.
    fn target_lines(&self) -> impl Iterator<Item = String> {
        self.targets.iter().zip(1..).map(|(target, number)| format!("[{number}] {target}"))
    }

    fn between(&mut self, sign: char, words: &'a [Inline]) {
        self.text.push(sign);
        self.inlines(words);
        self.text.push(sign);
    }
}

/// Joins groups of lines with a blank line between them.
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

/// Returns `lines` with `first` before the first and `rest` before the others; none ends in a space.
pub(super) fn indented(lines: Vec<String>, first: &str, rest: &str) -> Vec<String> {
    let indent = |(index, line)| format!("{}{line}", if index == 0 { first } else { rest }).trim_end().to_owned();
    lines.into_iter().enumerate().map(indent).collect()
}
