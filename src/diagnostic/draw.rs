//! Draws diagnostics as rustc does, or as JSON, and limits how many of one file are shown.

use std::collections::BTreeMap;
use std::path::PathBuf;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use serde_json::json;

use super::place::Place;
use super::report::{Diagnostic, Severity};

/// Returns how many of `diagnostics` are errors.
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

/// The most problems of one file that are shown: who has made one mistake everywhere sees it in fewer.
const MOST: usize = 100;

/// The longest line that is shown, in bytes.
const LONGEST_LINE: usize = 10_000;

/// The selection shown of many diagnostics.
#[derive(Debug, PartialEq, Eq)]
pub struct Shown<'d> {
    /// The first hundred of each file, errors before warnings, in the order they came in.
    pub diagnostics: Vec<&'d Diagnostic>,
    /// How many more there are, by file.
    pub more: BTreeMap<PathBuf, usize>,
}

/// Chooses those that are shown. What has no place counts as of one file.
pub fn shown(diagnostics: &[Diagnostic]) -> Shown<'_> {
    let file = |diagnostic: &Diagnostic| diagnostic.place.as_ref().map(|place| place.source.path.clone());
    let mut errors: BTreeMap<Option<PathBuf>, usize> = BTreeMap::new();
    for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error) {
        *errors.entry(file(diagnostic)).or_default() += 1;
    }
    let mut seen: BTreeMap<(Option<PathBuf>, Severity), usize> = BTreeMap::new();
    let mut shown = Shown { diagnostics: Vec::new(), more: BTreeMap::new() };
    for diagnostic in diagnostics {
        let file = file(diagnostic);
        let room = match diagnostic.severity {
            Severity::Error => MOST,
            Severity::Warning => MOST.saturating_sub(errors.get(&file).copied().unwrap_or_default()),
        };
        let seen = seen.entry((file.clone(), diagnostic.severity)).or_default();
        *seen += 1;
        if *seen <= room {
            shown.diagnostics.push(diagnostic);
        } else {
            *shown.more.entry(file.unwrap_or_default()).or_default() += 1;
        }
    }
    shown
}

/// The elements of a report that is a title alone.
const NOTHING: [Origin<'static>; 0] = [];

/// Draws diagnostics, as many as [`shown`] chooses, as rustc does: message, `--> file:line:column`, the line with a caret, help; an empty line between two.
/// Ends with a newline, unless there is nothing to draw.
pub fn draw(diagnostics: &[Diagnostic], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let shown = shown(diagnostics);
    let drawn = shown.diagnostics.iter().map(|diagnostic| diagnostic.draw(&renderer));
    let more = shown.more.iter().map(|(path, count)| {
        let place = if path.as_os_str().is_empty() { String::new() } else { format!(" in `{}`", path.display()) };
        let problems = if *count == 1 { "problem" } else { "problems" };
        let title = Level::NOTE.primary_title(format!("{count} more {problems}{place}, not shown"));
        renderer.render(&[title.elements(NOTHING)]) + "\n"
    });
    drawn.chain(more).collect::<Vec<_>>().join("\n")
}

/// The same ones as a JSON array of objects: `severity`, `rule`, `message`, `file`, `line`, `column`, `help`; `null` for what
/// there is not.
pub fn to_json(diagnostics: &[Diagnostic]) -> serde_json::Value {
    shown(diagnostics).diagnostics.into_iter().map(Diagnostic::to_json).collect()
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
            // Nothing to underline, or more than a terminal shows, but a place all the same.
            text if text.is_empty() || text.len() > LONGEST_LINE => {
                title.element(Origin::path(path).line(number).char_column(line.column))
            }
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
