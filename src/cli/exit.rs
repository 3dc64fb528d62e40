//! Exit codes, and the printer of errors.

use std::io::Write;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

use super::global::Global;
use crate::app::failure::{Failure, FailureKind, messages};
use crate::app::send::Completion;
use crate::diagnostic::{self, Problems};

/// The exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Done, or nothing left to do.
    Done = 0,
    /// An unexpected error.
    Unexpected = 1,
    /// A wrong command line.
    Usage = 2,
    /// Content or configuration has errors; nothing was sent.
    Content = 3,
    /// Finished, but some recipients were refused or are in doubt.
    Incomplete = 4,
    /// Stopped part-way; the same command continues.
    Stopped = 5,
    /// Refused to start.
    NotStarted = 6,
    /// A mail server is to hand the message over again later (`EX_TEMPFAIL`).
    TryAgain = 75,
    /// Interrupted a second time.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<FailureKind> for Exit {
    fn from(kind: FailureKind) -> Self {
        match kind {
            FailureKind::Usage => Self::Usage,
            FailureKind::Content => Self::Content,
            FailureKind::NotStarted => Self::NotStarted,
            FailureKind::Stopped => Self::Stopped,
            FailureKind::Damaged => Self::Unexpected,
        }
    }
}

impl From<Completion> for Exit {
    fn from(completion: Completion) -> Self {
        match completion {
            Completion::Complete => Self::Done,
            Completion::Incomplete => Self::Incomplete,
            Completion::Stopped => Self::Stopped,
            Completion::SenderRejected => Self::NotStarted,
        }
    }
}

/// Prints `error` to stderr and returns its exit code.
pub(super) fn report(error: &anyhow::Error, global: &Global) -> ExitCode {
    if is_broken_pipe(error) {
        return ExitCode::SUCCESS;
    }
    let mut stderr = anstream::stderr().lock();
    let red = Style::new().bold().fg_color(Some(AnsiColor::BrightRed.into()));
    let cyan = Style::new().fg_color(Some(AnsiColor::Cyan.into()));
    if let Some(problems) = error.downcast_ref::<Problems>() {
        // stderr may be closed; the exit code still reports the error.
        let _ = write!(stderr, "{}", diagnostic::draw(&problems.0, global.colour_of_stderr()));
        // A single problem without a file needs no count.
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
    Exit::from(failure.kind).into()
}

/// Whether the reader of our output closed it, as in `newsletter list | head -1`.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}
