//! Defines a diagnostic: a problem with its place, its severity and what to do about it.

use std::ops::Range;
use std::sync::Arc;

use super::place::{Place, SourceFile};

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

/// One problem: what is wrong, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// The rule that found it (`link-scheme`), when a check did; `None` from the loaders.
    pub rule: Option<&'static str>,
    /// The problem: lower case, values in backticks, no full stop.
    pub message: String,
    /// Where, when there is a place.
    pub place: Option<Place>,
    /// The advice: `did you mean`, a command to type.
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
