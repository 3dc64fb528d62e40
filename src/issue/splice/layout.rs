//! Finds the sections of an issue file, where they end, and the manner in which the file is written.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// The manner in which a file is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Manner {
    /// The line end of most lines.
    pub(super) line_end: &'static str,
    /// The white space before a key of a link.
    pub(super) indent: String,
    /// The width to which keys are filled up, so that the equals signs are below each other; 0 if they are not.
    pub(super) width: usize,
    /// The quotes of texts of several lines.
    pub(super) quotes: &'static str,
}

impl Default for Manner {
    fn default() -> Self {
        Self { line_end: "\n", indent: String::new(), width: 0, quotes: "\"\"\"" }
    }
}

/// A `[[section]]` of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SectionLayout {
    /// Its title, as written.
    pub(super) title: Option<String>,
    /// The offset at which a section can be added before it: that of the comments directly above its header.
    pub(super) start: usize,
    /// The offset at which a block can be added to it: after its last line.
    pub(super) end: usize,
}

/// The sections of a file and its manner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout<'a> {
    text: &'a str,
    manner: Manner,
    /// Those that are written as `[[section]]`.
    pub(super) sections: Vec<SectionLayout>,
}

/// A line of a file that is outside of all values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineKind {
    Header,
    Comment,
    Blank,
    /// A key, or a line inside a value.
    Other,
}

struct Line<'a> {
    start: usize,
    text: &'a str,
    kind: LineKind,
}

impl<'a> Layout<'a> {
    /// Reads `text`; `None` if it is not TOML.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let document = DeTable::parse(text).ok()?;
        let mut values = Vec::new();
        collect(document.get_ref(), &mut values);
        values.sort_by_key(|span| span.start);
        let lines = lines(text, &values);
        let headers: Vec<usize> = (0..lines.len()).filter(|&at| lines[at].kind == LineKind::Header).collect();
        let is_section = |at: usize| path(lines[at].text).as_deref() == Some("[[section]]");
        let titles = titles(document.get_ref());
        let starts: Vec<usize> = headers.iter().copied().filter(|&at| is_section(at)).collect();
        let sections = starts.iter().enumerate().map(|(index, &start)| {
            let next = headers.iter().copied().find(|&at| {
                at > start
                    && !path(lines[at].text).is_some_and(|path| path.trim_start_matches('[').starts_with("section."))
            });
            let comments = lines[..start].iter().rev().take_while(|line| line.kind == LineKind::Comment).count();
            SectionLayout {
                title: titles.get(index).cloned().flatten(),
                start: lines[start - comments].start,
                end: end_of(&lines, start, next, text),
            }
        });
        let sections = sections.collect();
        Some(Self { text, manner: manner(text, &lines), sections })
    }

    pub(super) fn manner(&self) -> &Manner {
        &self.manner
    }

    /// Returns the index of the section called `title`, or of the last one.
    pub(super) fn find(&self, title: Option<&str>) -> Option<usize> {
        let Some(wanted) = title else { return self.sections.len().checked_sub(1) };
        let plain = |text: &str| text.trim().to_lowercase().replace(['*', '`', '_'], "");
        self.sections.iter().position(|section| section.title.as_deref().is_some_and(|own| plain(own) == plain(wanted)))
    }

    /// Returns the place of a link in a section of its own before all others, and what stands before and after it there.
    pub(super) fn above_all(&self) -> Option<(usize, String, String)> {
        let place = self.sections.first()?.start;
        let end = self.manner.line_end;
        let is_apart = place == 0 || self.text[..place].ends_with(&end.repeat(2));
        let gap = if is_apart { "" } else { end };
        Some((place, format!("{gap}[[section]]{}", end.repeat(2)), end.repeat(2)))
    }

    /// Returns the line ends before and after a block at `place`: one blank line before it, and one after it if more
    /// follows directly.
    pub(super) fn around(&self, place: usize) -> (String, String) {
        let end = self.manner.line_end;
        let is_line_start = place == 0 || self.text[..place].ends_with('\n');
        let before = if is_line_start { end.to_owned() } else { end.repeat(2) };
        // A file without a last line end stays one.
        let after = if is_line_start || place < self.text.len() { end.to_owned() } else { String::new() };
        let rest = &self.text[place..];
        let follows = rest.split('\n').next().is_some_and(|line| !line.trim().is_empty());
        (before, if follows { after.repeat(2) } else { after })
    }
}

/// Returns the spans of the values of `text`, in order; none if it is not TOML.
pub(crate) fn value_spans_of(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    if let Ok(document) = DeTable::parse(text) {
        collect(document.get_ref(), &mut spans);
        spans.sort_by_key(|span| span.start);
    }
    spans
}

/// Collects the spans of the values that can go over several lines.
fn collect(table: &DeTable<'_>, spans: &mut Vec<Range<usize>>) {
    for (_, value) in table {
        value_spans(value.get_ref(), value.span(), spans);
    }
}

fn value_spans(value: &DeValue<'_>, span: Range<usize>, spans: &mut Vec<Range<usize>>) {
    match value {
        DeValue::Table(table) => collect(table, spans),
        DeValue::Array(values) => {
            // The span of `[[section]]` is its header; that of an array of values is all of it.
            let is_tables = values.iter().any(|value| matches!(value.get_ref(), DeValue::Table(_)));
            if !is_tables {
                spans.push(span);
            }
            for value in values {
                value_spans(value.get_ref(), value.span(), spans);
            }
        }
        _ => spans.push(span),
    }
}

fn titles(document: &DeTable<'_>) -> Vec<Option<String>> {
    let Some(DeValue::Array(sections)) = document.get("section").map(toml::Spanned::get_ref) else { return Vec::new() };
    let title = |section: &DeValue<'_>| match section {
        DeValue::Table(table) => match table.get("title").map(toml::Spanned::get_ref) {
            Some(DeValue::String(title)) => Some(title.to_string()),
            _ => None,
        },
        _ => None,
    };
    sections.iter().map(|section| title(section.get_ref())).collect()
}

/// Returns the lines of `text`, each with its kind. `values`: the spans of all values, in order.
fn lines<'a>(text: &'a str, values: &[Range<usize>]) -> Vec<Line<'a>> {
    let mut start = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let before = values.partition_point(|span| span.start < start);
        let is_inside = values[..before].iter().rev().take(8).any(|span| span.end > start);
        let words = line.trim();
        let kind = match words.chars().next() {
            _ if is_inside => LineKind::Other,
            None => LineKind::Blank,
            Some('#') => LineKind::Comment,
            Some('[') => LineKind::Header,
            Some(_) => LineKind::Other,
        };
        lines.push(Line { start, text: line, kind });
        start += line.len();
    }
    lines
}

/// Returns a header without white space and quotes: `[[section]]`.
fn path(line: &str) -> Option<String> {
    let end = line.rfind(']')?;
    let header = line[..=end].split('#').next()?;
    Some(header.chars().filter(|character| !character.is_whitespace() && !"\"'".contains(*character)).collect())
}

/// Returns the offset after the last line of the section that starts at the line `start`; comments directly above the
/// next header belong to that.
fn end_of(lines: &[Line<'_>], start: usize, next: Option<usize>, text: &str) -> usize {
    let until = next.unwrap_or(lines.len());
    let last =
        (start..until).rev().find(|&at| matches!(lines[at].kind, LineKind::Header | LineKind::Other)).unwrap_or(start);
    let comments = lines[last + 1..until].iter().take_while(|line| line.kind == LineKind::Comment).count();
    let reaches_next = next.is_some() && last + 1 + comments == until;
    let end = if reaches_next { last + 1 } else { last + 1 + comments };
    lines.get(end).map_or(text.len(), |line| line.start)
}

fn manner(text: &str, lines: &[Line<'_>]) -> Manner {
    let line_end = if text.matches("\r\n").count() * 2 > text.matches('\n').count() { "\r\n" } else { "\n" };
    let is_link = |line: &&Line<'_>| {
        line.kind == LineKind::Header && path(line.text).is_some_and(|path| path == "[[section.link]]")
    };
    let header =
        lines.iter().rev().find(is_link).or_else(|| lines.iter().rev().find(|line| line.kind == LineKind::Header));
    let indent: String = header
        .map(|line| line.text.chars().take_while(|character| " \t".contains(*character)).collect())
        .unwrap_or_default();
    let literal = text.matches("'''").count();
    let quotes = if literal > text.matches("\"\"\"").count() { "'''" } else { "\"\"\"" };
    Manner { line_end, indent, width: width(lines), quotes }
}

/// Returns the column of the equals signs of links, if keys of different lengths have it in common.
fn width(lines: &[Line<'_>]) -> usize {
    let mut columns = Vec::new();
    let mut is_link = false;
    for line in lines {
        if line.kind == LineKind::Header {
            is_link = path(line.text).is_some_and(|path| path == "[[section.link]]");
        } else if is_link
            && line.kind == LineKind::Other
            && let Some((key, _)) = line.text.trim_start().split_once('=')
        {
            let name = key.trim_end();
            if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                columns.push((name.len(), key.len()));
            }
        }
    }
    let Some(&(_, column)) = columns.first() else { return 0 };
    let lengths: std::collections::BTreeSet<usize> = columns.iter().map(|(length, _)| *length).collect();
    let is_aligned = lengths.len() > 1 && columns.iter().all(|(_, own)| *own == column);
    if is_aligned { column.saturating_sub(1) } else { 0 }
}
