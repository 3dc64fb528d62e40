//! Describes reports that mail did not arrive.

use chrono::{DateTime, Utc};

use crate::model::IssueNumber;

/// What a report says about the reader, from what counts least to what counts most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BounceClass {
    /// Given up after a time.
    Late,
    /// Refused for what the message or its sender is: never the reader's fault.
    Policy,
    /// The mailbox is full, disabled, or the report does not say.
    Full,
    /// No such user or domain.
    Dead,
}

impl BounceClass {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Late, Self::Policy, Self::Full, Self::Dead];

    /// The name in the ledger and in summaries.
    pub fn name(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Policy => "policy",
            Self::Full => "full",
            Self::Dead => "dead",
        }
    }
}

/// A report about an issue and an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BounceReport {
    /// The issue; 0 if the report does not tell.
    pub issue: IssueNumber,
    /// What it says.
    pub class: BounceClass,
    /// Whether it names our token or our message, rather than an address only.
    pub is_proof: bool,
    /// The enhanced status code (RFC 3463), if it has one.
    pub status: String,
    /// The diagnosis in words.
    pub text: String,
    /// The time of the report.
    pub at: DateTime<Utc>,
}
