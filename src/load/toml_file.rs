//! A TOML file parsed, and everything wrong with it collected: syntax errors beside wrong values.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use toml::de::DeTable;

use super::Problems;
use super::table::Table;
use crate::diagnostic::{Diagnostic, Severity, SourceFile};

/// What is wrong with a value, before it has a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Fault {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// What is wrong and what to write, for where there is no file to point into.
    pub(super) fn on_one_line(self) -> String {
        self.help.map_or(self.message.clone(), |help| format!("{}; {help}", self.message))
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A TOML file being read.
pub(super) struct TomlFile {
    /// What diagnostics show; as long as the text that was parsed.
    source: Arc<SourceFile>,
    problems: RefCell<Vec<Diagnostic>>,
    /// The lines, counted from one, on which the file is not TOML.
    broken_lines: Vec<usize>,
}

impl TomlFile {
    /// Parses `text` and reads it with `read`, which gets the top-level table. Diagnostics show `source`, whose text is
    /// `text` but for characters that are not to be shown.
    ///
    /// Answers what was read and the warnings, or every problem in the order of the file.
    pub(super) fn read<T>(
        source: &Arc<SourceFile>,
        text: &str,
        read: impl FnOnce(&Table<'_>) -> Option<T>,
    ) -> Result<(T, Vec<Diagnostic>), Problems> {
        let (document, errors) = DeTable::parse_recoverable(text);
        let mut file = Self { source: Arc::clone(source), problems: RefCell::default(), broken_lines: Vec::new() };
        for error in errors {
            file.syntax_error(text, &error);
        }
        let top = Table::top(&file, text, document.get_ref());
        let value = read(&top);
        let mut problems = file.problems.into_inner();
        problems.sort_by_key(|problem| problem.place.as_ref().map(|place| place.span.start));
        match value {
            Some(value) if problems.iter().all(|problem| problem.severity == Severity::Warning) => {
                Ok((value, problems))
            }
            _ => Err(Problems(problems)),
        }
    }

    /// Whether the file is TOML from end to end.
    pub(super) fn is_whole(&self) -> bool {
        self.broken_lines.is_empty()
    }

    fn syntax_error(&mut self, text: &str, error: &toml::de::Error) {
        let span = character_bounds(text, error.span().unwrap_or(text.len()..text.len()));
        let control = text[span.start..].chars().next().filter(|&next| next.is_control() && !"\r\n\t".contains(next));
        let fault = match control {
            Some(control) => Fault::new(format!("control character U+{:04X}", u32::from(control))).help("delete it"),
            None => syntax_fault(error.message()),
        };
        let mut diagnostic = Diagnostic::error(fault.message, &self.source, span);
        diagnostic.help = fault.help;
        self.broken_lines.extend(diagnostic.place.as_ref().map(|place| place.line_and_column().0));
        self.problems.get_mut().push(diagnostic);
    }

    /// Adds a problem at `span`.
    pub(super) fn report(&self, severity: Severity, span: Range<usize>, fault: Fault) {
        let mut diagnostic = match severity {
            Severity::Error => Diagnostic::error(fault.message, &self.source, span),
            Severity::Warning => Diagnostic::warning(fault.message, &self.source, span),
        };
        diagnostic.help = fault.help;
        // The parser guesses how a broken line was meant, and which table the line below it belongs to. What follows
        // from a guess is noise until the line is mended.
        let line = diagnostic.place.as_ref().map_or(0, |place| place.line_and_column().0);
        if !self.broken_lines.iter().any(|&broken| broken == line || broken + 1 == line) {
            self.problems.borrow_mut().push(diagnostic);
        }
    }
}

/// The parser's words for a syntax error, with help for what people get wrong.
fn syntax_fault(message: &str) -> Fault {
    const HELP: [(&str, &str); 3] = [
        ("string values must be quoted", "text stands in quotes: `key = \"text\"`"),
        ("duplicate key", "a key stands once in a table; delete or rename one"),
        ("unexpected leading zero", "numbers have no leading zeros: `7`, not `007`"),
    ];
    let help = HELP.iter().find(|(start, _)| message.starts_with(start)).map(|(_, help)| (*help).to_owned());
    Fault { message: format!("not TOML: {message}"), help }
}

/// `span` inside `text` and on character boundaries.
fn character_bounds(text: &str, span: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    start..text.ceil_char_boundary(span.end.clamp(start, text.len()))
}
