//! A problem with a place in a file, and how it is shown: as rustc draws it, or as JSON.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use serde_json::json;

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

/// How bad a problem is. An error stops a send; a warning does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing, not in the way.
    Warning,
    /// Nothing is sent while it is there.
    Error,
}

impl Severity {
    /// The word for it: `error`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
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
    fn line(&self) -> Line<'_> {
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
struct Line<'a> {
    /// Where in the file it starts.
    start: usize,
    /// Of the start of the span, in characters, counted from one.
    column: usize,
    /// Without its line end.
    text: &'a str,
    /// Bytes of the text.
    span: Range<usize>,
}

/// How many lines end in `text`.
pub(crate) fn line_ends(text: &str) -> usize {
    text.bytes().filter(|&byte| byte == b'\n').count()
}

/// One problem: what is wrong, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// The rule that found it (`link-scheme`), when a check did; `None` from the loaders.
    pub rule: Option<&'static str>,
    /// What is wrong: lower case, values in backticks, no full stop.
    pub message: String,
    /// Where, when there is a place.
    pub place: Option<Place>,
    /// What to do: `did you mean`, a command to type.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at `span` of `source`.
    pub fn error(message: impl Into<String>, source: &Arc<SourceFile>, span: Range<usize>) -> Self {
        Self::new(Severity::Error, message, Some(Place { source: Arc::clone(source), span }))
    }

    /// A warning at `span` of `source`.
    pub fn warning(message: impl Into<String>, source: &Arc<SourceFile>, span: Range<usize>) -> Self {
        Self::new(Severity::Warning, message, Some(Place { source: Arc::clone(source), span }))
    }

    /// A problem with or without a place.
    pub fn new(severity: Severity, message: impl Into<String>, place: Option<Place>) -> Self {
        Self { severity, rule: None, message: message.into(), place, help: None }
    }

    /// The same problem with a line of help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same problem, found by a rule.
    #[must_use]
    pub fn rule(mut self, rule: &'static str) -> Self {
        self.rule = Some(rule);
        self
    }
}

/// How many of `diagnostics` are errors.
pub fn errors(diagnostics: &[Diagnostic]) -> usize {
    diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
}

/// `1 error, 2 warnings`, those there are.
pub fn counts(errors: usize, warnings: usize) -> String {
    let counts: Vec<String> = [(errors, "error"), (warnings, "warning")]
        .into_iter()
        .filter(|&(count, _)| count > 0)
        .map(|(count, noun)| format!("{count} {noun}{}", if count == 1 { "" } else { "s" }))
        .collect();
    counts.join(", ")
}

/// The elements of a report that is a title alone.
const NOTHING: [Origin<'static>; 0] = [];

/// Draws diagnostics as rustc does: message, `--> file:line:column`, the line with a caret, help; an empty line between two.
/// Ends with a newline, unless there is nothing to draw.
pub fn draw(diagnostics: &[Diagnostic], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let drawn: Vec<String> = diagnostics.iter().map(|diagnostic| diagnostic.draw(&renderer)).collect();
    drawn.join("\n")
}

/// The same as a JSON array of objects: `severity`, `rule`, `message`, `file`, `line`, `column`, `help`; `null` for what
/// there is not.
pub fn to_json(diagnostics: &[Diagnostic]) -> serde_json::Value {
    diagnostics.iter().map(Diagnostic::to_json).collect()
}

impl Diagnostic {
    fn draw(&self, renderer: &Renderer) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut title = level.primary_title(&self.message);
        if let Some(rule) = self.rule {
            title = title.id(rule);
        }
        let Some(place) = &self.place else {
            // Without a snippet to hang it on, the help stands under the message as one of its own.
            let help = self.help.as_ref().map(|help| Level::HELP.primary_title(help).elements(NOTHING));
            let reports = [title.elements(NOTHING)].into_iter().chain(help);
            return reports.map(|report| renderer.render(&[report]) + "\n").collect();
        };
        let (number, line) = (place.line_and_column().0, place.line());
        let path = place.source.path.display().to_string();
        let group = match line.text {
            // Nothing to underline, but a place all the same.
            "" => title.element(Origin::path(path).line(number).char_column(line.column)),
            text => {
                let mark = AnnotationKind::Primary.span(line.span);
                title.element(Snippet::source(text).path(path).line_start(number).annotation(mark))
            }
        };
        let help = self.help.as_ref().map(|help| Level::HELP.message(help));
        renderer.render(&[group.elements(help)]) + "\n"
    }

    fn to_json(&self) -> serde_json::Value {
        let (line, column) = self.place.as_ref().map(Place::line_and_column).unzip();
        json!({
            "severity": self.severity.word(),
            "rule": self.rule,
            "message": self.message,
            "file": self.place.as_ref().map(|place| place.source.path.to_string_lossy()),
            "line": line,
            "column": column,
            "help": self.help,
        })
    }
}

#[cfg(test)]
mod tests;
