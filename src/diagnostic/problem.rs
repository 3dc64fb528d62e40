//! Defines a problem found by a function that does not know the place of the value in the file.

use std::ops::Range;
use std::sync::Arc;

use super::place::{Place, SourceFile};
use super::report::{Diagnostic, Severity};

/// A problem and the advice about it; a [`Diagnostic`] once it has a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Problem {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// The warning for a name that was changed and is still accepted.
    pub(crate) fn renamed(former: &str, present: &str) -> Self {
        Self::new(format!("`{former}` is now called `{present}`")).help(format!("write `{present}`"))
    }

    /// The same problem with a line of help.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Puts the problem at `span` of `source`.
    pub(crate) fn at(self, severity: Severity, source: &Arc<SourceFile>, span: Range<usize>) -> Diagnostic {
        let place = Place { source: Arc::clone(source), span };
        Diagnostic { help: self.help, ..Diagnostic::new(severity, self.message, Some(place)) }
    }

    /// Returns message and help as one line, for command-line arguments, which have no file to point into.
    pub(crate) fn into_line(self) -> String {
        self.help.map_or(self.message.clone(), |help| format!("{}; {help}", self.message))
    }

    /// Replaces `placeholder` with the text it stood for when the value was checked.
    #[must_use]
    pub(crate) fn with_original(self, placeholder: &str, original: &str) -> Self {
        let restore = |text: String| text.replace(placeholder, original);
        Self { message: restore(self.message), help: self.help.map(restore) }
    }
}
