//! An error a person can act on: what happened, what to do next, and which kind it is.
//!
//! Every other error is unexpected. The command line turns the kind into its exit code.

use std::fmt;

use rustix::process::{Resource, getrlimit};

use crate::diagnostic::{self, Problems};
use crate::ledger::{self, Unreachable};

/// The kind of an error, by what has to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// The command line is wrong.
    Usage,
    /// Content or configuration has errors.
    Content,
    /// A send refused to start: not confirmed, a draft, edited since, or another send is running.
    NotStarted,
    /// A send stopped before its end; the same command continues it.
    Stopped,
    /// A file the program keeps is damaged.
    Damaged,
}

/// An error with a kind and hints.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    /// Lower case, without a full stop.
    pub(crate) message: String,
    /// Advice, most likely first; commands are in backticks.
    pub(crate) hints: Vec<String>,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new() }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Usage, message)
    }

    pub(crate) fn content(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Content, message)
    }

    pub(crate) fn not_started(message: impl Into<String>) -> Self {
        Self::new(FailureKind::NotStarted, message)
    }

    pub(crate) fn stopped(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Stopped, message)
    }

    /// Adds a hint.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
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

/// Turns an error of the ledger before the first message into a failure. A ledger that is only unreachable can be tried
/// again.
pub(crate) fn before_start(error: &anyhow::Error) -> anyhow::Error {
    if let Some(failure) = error.downcast_ref::<Failure>() {
        return failure.clone().into();
    }
    let kind = if error.is::<Unreachable>() { FailureKind::Stopped } else { FailureKind::NotStarted };
    Failure::new(kind, format!("{}; nothing was sent", one_line(error))).into()
}

/// Returns the text of `error` with its causes and hints, without colour.
pub(crate) fn full_text(error: &anyhow::Error) -> String {
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

/// Returns the messages of `error` and its causes on one line.
pub(crate) fn one_line(error: &anyhow::Error) -> String {
    messages(error).join(": ")
}

/// Returns the messages of `error` and its causes, without those that repeat the one before: SQLite
/// gives `Error code 13: database or disk is full` as the cause of `database or disk is full`.
pub(crate) fn messages(error: &anyhow::Error) -> Vec<String> {
    let mut messages: Vec<String> = Vec::new();
    for message in error.chain().map(ToString::to_string) {
        if messages.last().is_none_or(|before| !message.ends_with(before.as_str())) {
            messages.push(message);
        }
    }
    if error.chain().any(may_be_too_large)
        && let Some(limit) = getrlimit(Resource::Fsize).current
    {
        messages.push(format!("files may not be larger than {limit} bytes here (`ulimit -f`)"));
    }
    messages
}

/// Whether a limit on the size of files can be behind `cause`.
fn may_be_too_large(cause: &(dyn std::error::Error + 'static)) -> bool {
    let kind = cause.downcast_ref().map(std::io::Error::kind);
    kind == Some(std::io::ErrorKind::FileTooLarge) || ledger::is_of_file(cause)
}
