//! Writes to stderr, and asks questions where a person can answer them.

use std::io::{BufRead, IsTerminal, Write};

use serde_json::Value;

use super::global::Global;
use crate::app::relays::LineSink;
use crate::config::Newsletter;
use crate::diagnostic::{self, Problems};
use crate::issue::stray_files;
use crate::model::IssueNumber;

/// Writes `text`, which brings its own line ends, unless `--quiet`.
pub(super) fn note(global: &Global, text: &str) {
    if !global.quiet {
        always(text);
    }
}

/// Warns of the files in the folder of the issues that are passed over, unless `--quiet`.
///
/// Errors when the folder cannot be read.
pub(super) fn warn_about_stray_files(global: &Global, newsletter: &Newsletter) -> Result<(), Problems> {
    note(global, &diagnostic::draw(&stray_files(&newsletter.root)?, global.colour_of_stderr()));
    Ok(())
}

/// Returns the number of an issue for JSON: a number, or a string where a date takes its place.
pub(super) fn issue_in_json(issue: IssueNumber) -> Value {
    if issue.date().is_some() { issue.to_string().into() } else { issue.0.into() }
}

/// Writes `text` even with `--quiet`: an error, or what was asked for. A closed stderr is ignored.
pub(super) fn always(text: &str) {
    let _ = write!(anstream::stderr().lock(), "{text}");
}

/// Returns what prints the conversation with the mail server, with `-vv`.
pub(super) fn conversation(global: &Global) -> Option<LineSink> {
    (global.verbose >= 2).then_some(|line| always(&format!("{line}\n")))
}

/// Whether a person at a terminal can be asked.
pub(super) fn can_ask(global: &Global) -> bool {
    !global.no_input && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks `question` and returns the line typed, trimmed; empty at the end of input.
pub(super) fn ask(question: &str) -> anyhow::Result<String> {
    let mut stderr = anstream::stderr().lock();
    write!(stderr, "{question}")?;
    stderr.flush()?;
    let mut line = String::new();
    if std::io::stdin().lock().read_line(&mut line)? == 0 {
        // The end of input echoes no line end.
        writeln!(stderr)?;
    }
    Ok(line.trim().to_owned())
}
