//! A TOML file parsed, and everything wrong with it collected: syntax errors beside wrong values.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use toml::de::DeTable;

use super::Problems;
use super::suggestion::quote;
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

    /// The same fault of a value in which `stand_in` stood for `written`.
    pub(super) fn reworded(self, stand_in: &str, written: &str) -> Self {
        let reword = |text: String| text.replace(stand_in, written);
        Self { message: reword(self.message), help: self.help.map(reword) }
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
    /// The lines, as byte ranges, on which the file is not TOML.
    broken_lines: Vec<Range<usize>>,
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
        let (span, fault) = match control {
            Some(control) => {
                (span, Fault::new(format!("control character U+{:04X}", u32::from(control))).help("delete it"))
            }
            None => syntax_fault(text, span, error.message()),
        };
        let line_start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[span.start..].find('\n').map_or(text.len(), |at| span.start + at);
        self.broken_lines.push(line_start..line_end + 1);
        let mut diagnostic = Diagnostic::error(fault.message, &self.source, span);
        diagnostic.help = fault.help;
        self.problems.get_mut().push(diagnostic);
    }

    /// Adds a problem at `span`.
    pub(super) fn report(&self, severity: Severity, span: Range<usize>, fault: Fault) {
        // The parser guesses how a broken line was meant; what follows from a guess is noise until the line is mended.
        if self.broken_lines.iter().any(|line| line.contains(&span.start)) {
            return;
        }
        let mut diagnostic = match severity {
            Severity::Error => Diagnostic::error(fault.message, &self.source, span),
            Severity::Warning => Diagnostic::warning(fault.message, &self.source, span),
        };
        diagnostic.help = fault.help;
        self.problems.borrow_mut().push(diagnostic);
    }
}

/// Words and place for the syntax error the parser calls `message`: ours for what people get wrong, else its own.
fn syntax_fault(text: &str, span: Range<usize>, message: &str) -> (Range<usize>, Fault) {
    let (what, help) = if message.starts_with("string values must be quoted") {
        ("text without quotes".to_owned(), "write `key = \"text\"`")
    } else if message.starts_with("duplicate key") {
        (format!("{} stands twice", quote(&text[span.clone()])), "delete or rename one of the two")
    } else if message.starts_with("unexpected leading zero") {
        ("a number with a leading zero".to_owned(), "write `7`, not `007`")
    } else if let Some(quotes) = never_closed(message) {
        // The parser points at the end of the file; the quotes that opened the text say more.
        let opening = text.rfind(quotes).map_or(span.clone(), |start| start..start + quotes.len());
        let fault = Fault::new("not TOML: a text that never ends");
        return (opening, fault.help(format!("close it with `{quotes}` on a line of its own")));
    } else {
        return (span, Fault::new(format!("not TOML: {}", message.trim_end_matches(", expected nothing"))));
    };
    (span, Fault::new(format!("not TOML: {what}")).help(help))
}

/// The quotes of a multi-line text that is never closed, if that is what `message` says.
fn never_closed(message: &str) -> Option<&'static str> {
    match message {
        "invalid multi-line basic string, expected `\"`" => Some("\"\"\""),
        "invalid multi-line literal string, expected `'`" => Some("'''"),
        _ => None,
    }
}

/// `span` inside `text` and on character boundaries.
fn character_bounds(text: &str, span: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    start..text.ceil_char_boundary(span.end.clamp(start, text.len()))
}
