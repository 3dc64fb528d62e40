//! How a delivery stands, in the words of `list` and `status`.

use crate::delivery::ledger::{Counts, State, Summary};
use crate::model::IssueNumber;

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    /// A send is at it.
    Running,
    /// Some do not have it yet.
    Partial,
    /// Nothing is left but people in doubt.
    InDoubt,
    /// Nothing is left.
    Sent,
}

impl Condition {
    /// How the delivery of `summary` stands, while `senders` are at work.
    pub(super) fn of(summary: &Summary, senders: &[String]) -> Self {
        let counts = &summary.counts;
        let this = format!("issue {},", summary.issue);
        if senders.iter().any(|sender| sender.contains(&this)) {
            Self::Running
        } else if counts.left() > 0 {
            Self::Partial
        } else if counts.of(State::InDoubt) + counts.of(State::Dot) > 0 {
            Self::InDoubt
        } else {
            Self::Sent
        }
    }

    /// In a word or two.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Partial => "partial",
            Self::InDoubt => "in doubt",
            Self::Sent => "sent",
        }
    }

    /// What to type next, when there is something to do.
    pub(super) fn command(self, issue: IssueNumber) -> Option<String> {
        match self {
            Self::Running | Self::Sent => None,
            Self::Partial => Some(format!("newsletter send {issue}")),
            Self::InDoubt => Some(format!("newsletter status {issue} --state in-doubt")),
        }
    }
}

/// Rows of a process that died while they were in flight are in doubt, though nobody has said so yet.
pub(super) fn in_doubt(counts: &Counts, condition: Condition) -> u64 {
    counts.of(State::InDoubt) + if condition == Condition::Running { 0 } else { counts.of(State::Dot) }
}
