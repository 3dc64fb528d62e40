//! A problem with a place in a file, and how it is shown: as rustc draws it, or as JSON.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use serde_json::json;

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
        (line.number, line.column)
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
            number: text[..line_start].bytes().filter(|&byte| byte == b'\n').count() + 1,
            column: line[..span_start].chars().count() + 1,
            text: line,
            span: span_start..span_end,
        }
    }
}

/// A line of a file and what of it is meant.
struct Line<'a> {
    /// Counted from one.
    number: usize,
    /// Of the start of the span, in characters, counted from one.
    column: usize,
    /// Without its line end.
    text: &'a str,
    /// Bytes of the text.
    span: Range<usize>,
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

/// The elements of a report that is a title alone.
const NOTHING: [Origin<'static>; 0] = [];

/// Draws diagnostics as rustc does: message, `--> file:line:column`, the line with a caret, help; an empty line between two.
/// Ends with a newline, unless there is nothing to draw.
pub fn draw(diagnostics: &[Diagnostic], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let drawn: Vec<String> = diagnostics.iter().map(|diagnostic| diagnostic.draw(&renderer)).collect();
    drawn.join("\n")
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
        let line = place.line();
        let path = place.source.path.display().to_string();
        let group = match line.text {
            // Nothing to underline, but a place all the same.
            "" => title.element(Origin::path(path).line(line.number).char_column(line.column)),
            text => {
                let mark = AnnotationKind::Primary.span(line.span);
                title.element(Snippet::source(text).path(path).line_start(line.number).annotation(mark))
            }
        };
        let help = self.help.as_ref().map(|help| Level::HELP.message(help));
        renderer.render(&[group.elements(help)]) + "\n"
    }

    /// The same as JSON: `severity`, `rule`, `message`, `file`, `line`, `column`, `help`; `null` for what there is not.
    pub fn to_json(&self) -> serde_json::Value {
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
mod tests {
    use proptest::prelude::*;
    use snapbox::{assert_data_eq, str};

    use super::*;

    fn source(text: &str) -> Arc<SourceFile> {
        Arc::new(SourceFile { path: PathBuf::from("issues/042.toml"), text: text.to_owned() })
    }

    fn drawn(text: &str, span: Range<usize>) -> String {
        draw(&[Diagnostic::error("wrong", &source(text), span).help("mend it")], false)
    }

    #[test]
    fn a_problem_is_drawn_with_its_line_and_a_caret() {
        let wrong = Diagnostic::error("unknown key `titel`", &source("number = 42\ntitel = \"x\"\n"), 12..17)
            .rule("unknown-key")
            .help("did you mean `title`?");
        let odd = Diagnostic::new(Severity::Warning, "there is no issue yet", None).help("`newsletter new` makes one");
        assert_data_eq!(
            draw(&[wrong, odd], false),
            str![[r#"
error[unknown-key]: unknown key `titel`
 --> issues/042.toml:2:1
  |
2 | titel = "x"
  | ^^^^^
  |
  = help: did you mean `title`?

warning: there is no issue yet
help: `newsletter new` makes one

"#]]
        );
    }

    #[test]
    fn crlf_tabs_and_wide_characters_keep_the_caret_in_place() {
        assert_data_eq!(
            drawn("a = 1\r\n\tb\t= '週刊' x\r\n", 21..22),
            str![[r#"
error: wrong
 --> issues/042.toml:2:11
  |
2 |     b    = '週刊' x
  |                   ^
  |
  = help: mend it

"#]]
        );
    }

    #[test]
    fn a_span_of_several_lines_shows_its_first() {
        assert_data_eq!(
            drawn("a = '''\nb\nc'''\n", 4..14),
            str![[r#"
error: wrong
 --> issues/042.toml:1:5
  |
1 | a = '''
  |     ^^^
  |
  = help: mend it

"#]]
        );
    }

    #[test]
    fn an_empty_file_and_its_end_have_places() {
        assert_data_eq!(
            drawn("", 0..0),
            str![[r#"
error: wrong
--> issues/042.toml:1:1
 = help: mend it

"#]]
        );
        assert_data_eq!(
            drawn("a = 1\n", 6..6),
            str![[r#"
error: wrong
--> issues/042.toml:2:1
 = help: mend it

"#]]
        );
        assert_data_eq!(
            drawn("a = 1", 5..5),
            str![[r#"
error: wrong
 --> issues/042.toml:1:6
  |
1 | a = 1
  |      ^
  |
  = help: mend it

"#]]
        );
    }

    #[test]
    fn colour_is_for_terminals() {
        let coloured = draw(&[Diagnostic::error("wrong", &source("a = 1"), 0..1)], true);
        assert!(coloured.contains("\u{1b}["));
        assert!(!drawn("a = 1", 0..1).contains('\u{1b}'));
    }

    #[test]
    fn json_has_null_for_what_there_is_not() {
        let json = |diagnostic: &Diagnostic| diagnostic.to_json().to_string();
        let wrong = Diagnostic::error("wrong", &source("a\nbé = 1"), 4..5).rule("rule").help("mend it");
        assert_eq!(
            json(&wrong),
            r#"{"column":2,"file":"issues/042.toml","help":"mend it","line":2,"message":"wrong","rule":"rule","severity":"error"}"#
        );
        assert_eq!(
            json(&Diagnostic::new(Severity::Warning, "odd", None)),
            r#"{"column":null,"file":null,"help":null,"line":null,"message":"odd","rule":null,"severity":"warning"}"#
        );
    }

    proptest! {
        #[test]
        fn no_file_and_no_span_make_drawing_panic(text in "(?s).{0,40}", start in 0_usize..60, length in 0_usize..60) {
            let diagnostic = Diagnostic::error(text.clone(), &source(&text), start..start + length).help(text.clone());
            let line = diagnostic.place.as_ref().unwrap().line_and_column().0;
            prop_assert!(line <= text.matches('\n').count() + 1);
            draw(&[diagnostic.clone()], true);
            draw(&[diagnostic], false);
        }
    }
}
