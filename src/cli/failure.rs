//! How a command ends: exit codes, and the one printer of errors.

use std::fmt;
use std::io::Write;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

use super::Global;
use crate::diagnostic;
use crate::load::Problems;

/// The exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing left to do.
    Done = 0,
    /// Something nobody foresaw.
    Unexpected = 1,
    /// A wrong command line.
    Usage = 2,
    /// Content or configuration has errors; nothing was sent.
    Content = 3,
    /// Finished, but some were refused or are in doubt.
    SomeNotReached = 4,
    /// Stopped part-way; the same command continues.
    Stopped = 5,
    /// Would not start: not confirmed, a draft, changed since the first send, another send holds it.
    NotStarted = 6,
    /// Interrupted a second time.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// An error that knows its exit code and what to type next. Everything else that reaches the top exits 1.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What happened: lower case, no full stop.
    pub message: String,
    /// What to do, most likely first; a command stands in backticks.
    pub hints: Vec<String>,
}

impl Failure {
    /// A failure without hints.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), hints: Vec::new() }
    }

    /// The same failure with one more hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// Prints `error` to stderr and answers its exit code.
pub(super) fn report(error: &anyhow::Error, global: &Global) -> ExitCode {
    if is_broken_pipe(error) {
        return ExitCode::SUCCESS;
    }
    let mut stderr = anstream::stderr().lock();
    let red = Style::new().bold().fg_color(Some(AnsiColor::BrightRed.into()));
    let cyan = Style::new().fg_color(Some(AnsiColor::Cyan.into()));
    if let Some(problems) = error.downcast_ref::<Problems>() {
        // stderr may be closed; the exit code still tells.
        let _ = write!(stderr, "{}", diagnostic::draw(&problems.0, global.colour_of_stderr()));
        // One problem of no file has said it all.
        if let [only] = problems.0.as_slice()
            && only.place.is_none()
        {
            return Exit::Content.into();
        }
        let count = diagnostic::errors(&problems.0);
        let noun = if count == 1 { "error" } else { "errors" };
        let _ = writeln!(stderr, "{red}error{red:#}: {count} {noun}; nothing was sent or written");
        return Exit::Content.into();
    }
    let _ = writeln!(stderr, "{red}error{red:#}: {error}");
    for cause in messages(error).iter().skip(1) {
        let _ = writeln!(stderr, "  caused by: {cause}");
    }
    let Some(failure) = error.downcast_ref::<Failure>() else { return Exit::Unexpected.into() };
    for hint in &failure.hints {
        let _ = writeln!(stderr, "{cyan}hint{cyan:#}: {hint}");
    }
    failure.exit.into()
}

/// Everything `error` says, without colour: for whoever shows it elsewhere than in a terminal.
pub(super) fn told(error: &anyhow::Error) -> String {
    if let Some(problems) = error.downcast_ref::<Problems>() {
        return diagnostic::draw(&problems.0, false);
    }
    let mut lines = messages(error);
    for cause in lines.iter_mut().skip(1) {
        cause.insert_str(0, "caused by: ");
    }
    let hints = error.downcast_ref::<Failure>().map(|failure| failure.hints.as_slice()).unwrap_or_default();
    lines.extend(hints.iter().map(|hint| format!("hint: {hint}")));
    lines.join("\n")
}

/// What `error` says and what each of its causes adds to that, in a line.
pub(super) fn in_a_line(error: &anyhow::Error) -> String {
    messages(error).join(": ")
}

/// The messages of `error` and its causes, without those that only repeat the one before: a cause in SQLite says
/// `Error code 13: database or disk is full` below `database or disk is full`.
fn messages(error: &anyhow::Error) -> Vec<String> {
    let mut messages: Vec<String> = Vec::new();
    for message in error.chain().map(ToString::to_string) {
        if messages.last().is_none_or(|before| !message.ends_with(before.as_str())) {
            messages.push(message);
        }
    }
    messages
}

/// Whether the reader of our output went away, which is its right: `newsletter list | head -1`.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}
