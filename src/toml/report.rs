//! Collects the problems of a TOML file and drops those that follow from a syntax error.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Problem, Severity, SourceFile};

/// The problems of a TOML file, while it is read.
pub(super) struct Report {
    /// The text diagnostics show; as long as the text that was parsed.
    source: Arc<SourceFile>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    /// The lines with syntax errors: where each begins, and where the next one does.
    broken_lines: BTreeMap<usize, usize>,
}

impl Report {
    /// Diagnostics show `source`, whose text is as long as the one that is parsed.
    pub(super) fn new(source: Arc<SourceFile>) -> Self {
        Self { source, diagnostics: RefCell::default(), broken_lines: BTreeMap::new() }
    }

    /// Adds a syntax error at `span` of `text`, which makes `lines` unreadable.
    pub(super) fn add_syntax_error(&mut self, text: &str, lines: Range<usize>, span: Range<usize>, problem: Problem) {
        // A long line with many errors is inserted once.
        if !self.is_on_broken_line(lines.start) {
            let line_start = text[..lines.start].rfind('\n').map_or(0, |at| at + 1);
            let last = lines.end.saturating_sub(1).max(lines.start);
            let rest = text.as_bytes().get(last..).unwrap_or_default();
            let line_end = rest.iter().position(|&byte| byte == b'\n').map_or(text.len(), |at| last + at);
            self.broken_lines.insert(line_start, line_end + 1);
        }
        self.push(Severity::Error, span, problem);
    }

    /// Adds a problem at `span`, unless its line has a syntax error: the parser guesses how a broken line was meant, and
    /// what follows from a guess is noise until the line is corrected.
    pub(super) fn add(&self, severity: Severity, span: Range<usize>, problem: Problem) {
        if !self.is_on_broken_line(span.start) {
            self.push(severity, span, problem);
        }
    }

    /// Returns whether the file is TOML from end to end.
    pub(super) fn is_well_formed(&self) -> bool {
        self.broken_lines.is_empty()
    }

    /// Returns what was reported, in the order of the file.
    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        let mut diagnostics = self.diagnostics.into_inner();
        diagnostics.sort_by_key(|diagnostic| diagnostic.place.as_ref().map(|place| place.span.start));
        diagnostics
    }

    fn is_on_broken_line(&self, at: usize) -> bool {
        self.broken_lines.range(..=at).next_back().is_some_and(|(_, &end)| at < end)
    }

    fn push(&self, severity: Severity, span: Range<usize>, problem: Problem) {
        self.diagnostics.borrow_mut().push(problem.at(severity, &self.source, span));
    }
}
