//! Names the processes that deliver from a ledger.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::model::IssueNumber;

/// The format of the time in the lock file.
const TIME: &str = "%F %T";

/// A process that delivers an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// `pid 4711`, with ` on runner-7` where several machines share the ledger.
    pub process: String,
    /// The issue.
    pub issue: IssueNumber,
    /// When it began.
    pub since: DateTime<Utc>,
}

impl Sender {
    /// Parses the output of [`fmt::Display`]; `None` for any other text.
    pub(super) fn parse(note: &str) -> Option<Self> {
        let (process, rest) = note.split_once(", issue ")?;
        let (issue, since) = rest.split_once(", since ")?;
        let since = NaiveDateTime::parse_from_str(since.strip_suffix(" UTC")?, TIME).ok()?;
        Some(Self { process: process.to_owned(), issue: issue.parse().ok()?, since: since.and_utc() })
    }
}

/// `pid 4711, issue 42, since 2026-11-24 09:02:11 UTC`.
impl fmt::Display for Sender {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { process, issue, since } = self;
        write!(formatter, "{process}, issue {issue}, since {} UTC", since.format(TIME))
    }
}

/// The process that holds the lock of a ledger; `None` until its note is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockHolder(pub Option<Sender>);

impl fmt::Display for LockHolder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(sender) => sender.fmt(formatter),
            None => formatter.write_str("a process that has not identified itself"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_read_as_it_was_written() {
        let note = "pid 4711, issue 42, since 2026-11-24 09:02:11 UTC";
        let sender = Sender::parse(note).unwrap();
        assert_eq!((sender.process.as_str(), sender.issue), ("pid 4711", IssueNumber(42)));
        assert_eq!(sender.to_string(), note);
        for other in ["", "pid 4711", "pid 4711, issue 42", "pid 4711, issue x, since 2026-11-24 09:02:11 UTC"] {
            assert_eq!(Sender::parse(other), None, "{other}");
        }
    }
}
