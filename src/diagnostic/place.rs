//! Finds the line to show for a place in a file.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// A file as it was read, or a part of it, kept so that a diagnostic can show the line it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The path as people should see it: relative to the newsletter's folder.
    pub path: PathBuf,
    /// The text, UTF-8.
    pub text: String,
    /// Which line of the file the text begins with, from 1.
    pub first_line: usize,
}

impl SourceFile {
    /// A whole file.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self::part(path, 1, text)
    }

    /// The part of a file that says `text`, from the start of `first_line` on.
    pub fn part(path: impl Into<PathBuf>, first_line: usize, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), first_line }
    }
}

/// Where in a file a problem is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub source: Arc<SourceFile>,
    /// Byte range in [`SourceFile::text`], on character boundaries; empty means "here".
    pub span: Range<usize>,
}

impl Place {
    /// Line and column of the span's start, both counted from one, the column in characters.
    pub fn line_and_column(&self) -> (usize, usize) {
        let line = self.line();
        (self.source.first_line + line_ends(&self.source.text[..line.start]), line.column)
    }

    /// The line the span starts on. A span that goes on to further lines ends with it: one line shows where to look.
    pub(super) fn line(&self) -> Line<'_> {
        let text = self.source.text.as_str();
        let start = text.floor_char_boundary(self.span.start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line = text[line_start..].split('\n').next().unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let span_start = (start - line_start).min(line.len());
        let span_end = line.ceil_char_boundary(self.span.end.saturating_sub(line_start)).max(span_start);
        Line {
            start: line_start,
            column: line[..span_start].chars().count() + 1,
            text: line,
            span: span_start..span_end,
        }
    }
}

/// A line of a file and what of it is meant.
pub(super) struct Line<'a> {
    /// Where in the file it starts.
    pub(super) start: usize,
    /// Of the start of the span, in characters, counted from one.
    pub(super) column: usize,
    /// Without its line end.
    pub(super) text: &'a str,
    /// Bytes of the text.
    pub(super) span: Range<usize>,
}

/// Returns how many lines end in `text`.
pub(crate) fn line_ends(text: &str) -> usize {
    text.bytes().filter(|&byte| byte == b'\n').count()
}
