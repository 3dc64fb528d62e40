//! Parses a TOML file and has its tables read, so that one report has both its syntax errors and its wrong values.

use std::ops::Range;
use std::sync::Arc;

use toml::de::DeTable;

use super::mistakes::mistakes;
use super::report::Report;
use super::table::Table;
use crate::diagnostic::suggestion::quote;
use crate::diagnostic::{Diagnostic, Problem, Problems, Severity, SourceFile};

/// Parses `text` and calls `read` with its top-level table. Diagnostics show `source`, whose text is `text` except for
/// characters that must not be shown.
///
/// Returns what was read and the warnings, or every problem in the order of the file.
pub(crate) fn read_toml<T>(
    source: &Arc<SourceFile>,
    text: &str,
    read: impl FnOnce(&Table<'_>) -> Option<T>,
) -> Result<(T, Vec<Diagnostic>), Problems> {
    match read_toml_partially(source, text, read) {
        (Some(value), diagnostics) if diagnostics.iter().all(|one| one.severity == Severity::Warning) => {
            Ok((value, diagnostics))
        }
        (_, diagnostics) => Err(Problems(diagnostics)),
    }
}

/// Reads as [`read_toml`] does.
///
/// Returns what could be read, if `read` returned anything, and every problem in the order of the file.
pub(crate) fn read_toml_partially<T>(
    source: &Arc<SourceFile>,
    text: &str,
    read: impl FnOnce(&Table<'_>) -> Option<T>,
) -> (Option<T>, Vec<Diagnostic>) {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut report = Report::new(Arc::clone(source));
    report_syntax_errors(&mut report, source, text, &errors);
    let value = read(&Table::top(&report, text, document.get_ref()));
    (value, report.into_diagnostics())
}

/// Reports each mistake once: one that is known in its own words, and the parser's errors about anything else.
fn report_syntax_errors(report: &mut Report, source: &SourceFile, text: &str, errors: &[toml::de::Error]) {
    let mut errors: Vec<_> = errors.iter().map(|error| syntax_error(text, error)).collect();
    // The help shows lines of the file: without what must not be shown.
    let mistakes = if errors.is_empty() { Vec::new() } else { mistakes(&source.text) };
    errors.sort_by_key(|(span, _)| span.start);
    let mut explained = vec![false; errors.len()];
    for mistake in mistakes {
        let first = errors.partition_point(|(span, _)| span.start < mistake.lines.start);
        // An error at the end of the file is about its last line; one where the next line begins is about that.
        let is_behind = |at: usize| at > mistake.lines.end || (at == mistake.lines.end && at < text.len());
        let behind = errors.partition_point(|(span, _)| mistake.loses_rest || !is_behind(span.start));
        let own = explained.get_mut(first..behind).unwrap_or_default();
        // What the parser accepts is no mistake.
        if own.iter().all(|is_explained| *is_explained) {
            continue;
        }
        own.fill(true);
        report.add_syntax_error(text, mistake.lines, mistake.span, mistake.problem);
        if mistake.loses_rest {
            // Later mistakes explain what this one has explained.
            break;
        }
    }
    for ((span, problem), _) in errors.into_iter().zip(explained).filter(|(_, is_explained)| !is_explained) {
        report.add_syntax_error(text, span.clone(), span, problem);
    }
}

fn syntax_error(text: &str, error: &toml::de::Error) -> (Range<usize>, Problem) {
    let span = character_bounds(text, error.span().unwrap_or(text.len()..text.len()));
    let next = text[span.start..].chars().next();
    match next.filter(|&next| next.is_control() && !"\r\n\t".contains(next)) {
        Some(control) => {
            (span, Problem::new(format!("control character U+{:04X}", u32::from(control))).help("delete it"))
        }
        None => syntax_problem(text, span, error.message()),
    }
}

/// Words and place for the syntax error the parser calls `message`: ours for what people get wrong, else its own.
fn syntax_problem(text: &str, span: Range<usize>, message: &str) -> (Range<usize>, Problem) {
    let (what, help) = if message.starts_with("string values must be quoted") {
        ("text without quotes".to_owned(), "write `key = \"text\"`")
    } else if message.starts_with("duplicate key") {
        (format!("{} is defined twice", quote(&text[span.clone()])), "delete or rename one of the two")
    } else if message.starts_with("unexpected leading zero") {
        ("a number with a leading zero".to_owned(), "write `7`, not `007`")
    } else if message.starts_with("key with no value") {
        ("a key without a value".to_owned(), "write `key = \"text\"`, or put text of several lines between `'''`")
    } else if let Some(quotes) = never_closed(message) {
        // The parser points at the end of the file; the quotes that opened the text say more.
        let opening = text.rfind(quotes).map_or(span.clone(), |start| start..start + quotes.len());
        let problem = Problem::new("invalid TOML: a string that is never closed");
        return (opening, problem.help(format!("close it with `{quotes}` on a line of its own")));
    } else {
        return (span, Problem::new(format!("invalid TOML: {}", message.trim_end_matches(", expected nothing"))));
    };
    (span, Problem::new(format!("invalid TOML: {what}")).help(help))
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
