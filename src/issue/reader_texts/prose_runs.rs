//! Splits prose into runs: the texts of its blocks without code, each with the places of its bytes in the Markdown.

use std::ops::Range;

use super::align::Cursor;
use crate::issue::leftover::{Leftover, LeftoverKind, TextForm};
use crate::issue::picture_source::PictureSource;
use crate::issue::prose;
use crate::model::{Block, Inline};

/// Takes the place of code and slots, so that what is around them does not meet.
const OBJECT: char = '\u{fffc}';

/// Takes the place of the marks of emphasis, so that further marks beside them are found.
const EMPHASIS_BEGINS: char = '\u{fff9}';
const EMPHASIS_ENDS: char = '\u{fffb}';

/// A text of a block, or a URL of a link in it.
pub(super) struct Run {
    pub(super) form: TextForm,
    pub(super) text: String,
    /// Where each byte of the text begins in the Markdown; one more for its end.
    places: Vec<usize>,
}

impl Run {
    /// Returns the bytes of the Markdown between its beginning and its end.
    pub(super) fn range(&self) -> Range<usize> {
        let (start, end) = (self.places.first().copied(), self.places.last().copied());
        start.unwrap_or_default()..end.unwrap_or_default()
    }

    /// Returns the bytes of `markdown` in which `leftover` is written; `None` when it is written so that Markdown does not
    /// take it for markup, on purpose.
    pub(super) fn written(&self, markdown: &str, leftover: &Leftover) -> Option<Range<usize>> {
        let piece = &self.text[leftover.range.clone()];
        let start = self.places[leftover.range.start];
        let end = self.places[leftover.range.end].max(start);
        let range = markdown.floor_char_boundary(start)..markdown.ceil_char_boundary(end);
        let written = &markdown[range.clone()];
        // Converters to Markdown escape fields as well, and readers see those all the same.
        let may_be_meant =
            !matches!(leftover.kind, LeftoverKind::Field | LeftoverKind::SubscriberField | LeftoverKind::Template);
        let is_escaped = markdown[..range.start].ends_with('\\')
            || written.contains('\\') && !piece.contains('\\')
            || written.contains('&') && written.contains(';') && written != piece && !piece.contains(';');
        (!(may_be_meant && is_escaped)).then_some(range)
    }
}

/// Markup that took effect and is likely not meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accident {
    /// An indent, which made code of a block.
    Indent,
    /// A line of `-` or `=`, which made a heading of the text above it.
    Underline,
}

/// What there is to look at in a text of Markdown.
#[derive(Default)]
pub(super) struct Reading {
    /// Its runs, in order.
    pub(super) runs: Vec<Run>,
    /// Its markup that is likely not meant, by byte range.
    pub(super) accidents: Vec<(Accident, Range<usize>)>,
}

/// Reads `markdown`.
pub(super) fn read(markdown: &str) -> Reading {
    Reader::read(markdown).reading
}

/// Returns the runs of the title of a section, part or link, which is a line of Markdown.
pub(super) fn title_runs(title: &str) -> Vec<Run> {
    // Nothing at its beginning makes a heading or a list of it.
    const GUARD: &str = ". ";
    let mut runs = read(&format!("{GUARD}{title}")).runs;
    if let Some(first) = runs.first_mut().filter(|run| run.text.starts_with(GUARD)) {
        first.text.replace_range(..GUARD.len(), "");
        first.places.drain(..GUARD.len());
    }
    for run in &mut runs {
        run.places.iter_mut().for_each(|place| *place = place.saturating_sub(GUARD.len()));
    }
    runs
}

struct Reader<'m> {
    markdown: &'m str,
    cursor: Cursor<'m>,
    reading: Reading,
}

/// The longest line that is a heading.
const LONGEST_HEADING: usize = 80;

impl<'m> Reader<'m> {
    fn read(markdown: &'m str) -> Self {
        // The loader has measured the pictures; their size says nothing about texts.
        let prose = prose::parse(markdown, PictureSource::new("", &|_| Ok((1, 1)))).prose;
        let mut reader = Self { markdown, cursor: Cursor::new(markdown), reading: Reading::default() };
        reader.blocks(&prose.0, TextForm::Prose);
        reader
    }

    fn blocks(&mut self, blocks: &[Block], mut form: TextForm) {
        for block in blocks {
            match block {
                Block::Paragraph(inlines) => self.paragraph(inlines, form),
                Block::List { items, .. } => items.iter().for_each(|item| self.blocks(item, TextForm::Item)),
                Block::Quote(blocks) => self.blocks(blocks, TextForm::Prose),
                Block::Code(code) => self.code(code),
                Block::Picture { image, caption } => {
                    let mut alt = Run { form, text: String::new(), places: Vec::new() };
                    self.text(&image.alt, &mut alt);
                    alt.places.push(self.cursor.at());
                    self.reading.runs.push(alt);
                    self.paragraph(caption, TextForm::Prose);
                }
                Block::Table(table) => {
                    let cells = std::iter::once(&table.header).chain(&table.rows).flatten();
                    cells.for_each(|cell| self.paragraph(cell, TextForm::Prose));
                }
                Block::Rule => {}
            }
            form = TextForm::Prose;
        }
    }

    fn code(&mut self, code: &str) {
        let first = code.lines().map(str::trim).find(|line| !line.is_empty());
        if let Some(place) = first.and_then(|first| self.cursor.find(first)) {
            let above = self.markdown[..place.start].rfind('\n').map_or("", |end| &self.markdown[..end]);
            let above = above.rsplit('\n').find(|line| !line.trim().is_empty()).unwrap_or_default();
            let above = above.trim_start_matches(|mark: char| {
                mark.is_whitespace() || "->*+.)".contains(mark) || mark.is_ascii_digit()
            });
            if !above.starts_with("```") && !above.starts_with("~~~") {
                self.reading.accidents.push((Accident::Indent, place));
            }
        }
        code.lines().for_each(|line| self.cursor.pass(line.trim()));
    }

    /// Looks for a line of `-` or `=` below the heading that begins at `start` and ends here.
    fn underline(&mut self, start: usize, text: &str) {
        let rest = &self.markdown[self.cursor.at()..];
        let Some(end) = rest.find('\n') else { return };
        let below = rest[end + 1..].split('\n').next().unwrap_or_default();
        let line = below.trim();
        let is_underline = !line.is_empty() && ['-', '='].iter().any(|mark| line.chars().all(|one| one == *mark));
        let is_sentence = text.trim_end().ends_with(['.', '!', '?', ':', ',', ';', '…', '。', '！', '？']);
        let is_long = text.chars().count() > LONGEST_HEADING || self.markdown[start..self.cursor.at()].contains('\n');
        if is_underline && (line.len() <= 2 || is_sentence || is_long) {
            let at = self.cursor.at() + end + 1 + (below.len() - below.trim_start().len());
            self.reading.accidents.push((Accident::Underline, at..at + line.len()));
        }
    }

    fn paragraph(&mut self, inlines: &[Inline], form: TextForm) {
        let mut run = Run { form, text: String::new(), places: Vec::new() };
        let mut urls = Vec::new();
        self.inlines(inlines, &mut run, &mut urls);
        run.places.push(self.cursor.at());
        if let [Inline::Strong(_)] = inlines {
            let text: String = run.text.chars().filter(|letter| !"\u{fff9}\u{fffb}".contains(*letter)).collect();
            self.underline(run.places[0].min(self.cursor.at()), &text);
        }
        self.reading.runs.push(run);
        self.reading.runs.extend(urls);
    }

    fn inlines(&mut self, inlines: &[Inline], run: &mut Run, urls: &mut Vec<Run>) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => self.text(text, run),
                Inline::Code(code) => {
                    self.cursor.pass(code.trim());
                    self.mark(OBJECT, run);
                }
                Inline::Slot(_) => {
                    self.cursor.pass("{subscriber.");
                    self.cursor.pass("}");
                    self.mark(OBJECT, run);
                }
                Inline::LineBreak => {
                    run.places.push(self.cursor.at());
                    run.text.push('\n');
                }
                // Mailchimp's `*|FNAME|*` is emphasis to Markdown.
                Inline::Emphasis(inside) if is_between_bars(inside) => {
                    self.text("*", run);
                    self.inlines(inside, run, urls);
                    self.text("*", run);
                }
                Inline::Emphasis(inside) | Inline::Strong(inside) | Inline::Strikethrough(inside) => {
                    self.mark(EMPHASIS_BEGINS, run);
                    self.inlines(inside, run, urls);
                    self.mark(EMPHASIS_ENDS, run);
                }
                Inline::Link { url, text } => {
                    self.inlines(text, run, urls);
                    let range = self.cursor.target();
                    // As it was before the standard encoded it.
                    let text = url.replace("%7B", "{").replace("%7D", "}").replace("%20", " ");
                    let places = std::iter::repeat_n(range.start, text.len()).chain([range.end]).collect();
                    urls.push(Run { form: TextForm::Url, text, places });
                }
            }
        }
    }

    fn text(&mut self, text: &str, run: &mut Run) {
        run.places.extend(self.cursor.places_of(text));
        run.text.push_str(text);
    }

    fn mark(&self, mark: char, run: &mut Run) {
        run.places.extend(std::iter::repeat_n(self.cursor.at(), mark.len_utf8()));
        run.text.push(mark);
    }
}

/// Returns whether `inlines` begin and end with a bar.
fn is_between_bars(inlines: &[Inline]) -> bool {
    let text =
        |inline: Option<&Inline>, test: fn(&str) -> bool| matches!(inline, Some(Inline::Text(text)) if test(text));
    text(inlines.first(), |text| text.starts_with('|')) && text(inlines.last(), |text| text.ends_with('|'))
}
