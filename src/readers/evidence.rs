//! Describes the evidence that is kept of what a reader wanted.

use chrono::{DateTime, Utc};

/// How something came to be known: evidence that is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The address of the form, the Message-ID of the mail, or the file and its digest.
    pub how: String,
    /// The exact words the reader saw.
    pub words: String,
    /// The network it came from, as much of it as is kept.
    pub network: String,
}

/// Evidence of what a reader wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentEvent {
    /// What happened.
    pub what: ConsentKind,
    /// How it came to be known.
    pub evidence: Evidence,
    /// When.
    pub at: DateTime<Utc>,
}

/// A kind of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentKind {
    /// Signed up.
    SignedUp,
    /// Confirmed.
    Confirmed,
    /// Stood in a file.
    Imported,
    /// Added by the writer.
    Added,
    /// Left.
    Unsubscribed,
    /// Called a message spam, or said that they never signed up.
    Complained,
    /// Could not be reached.
    Bounced,
    /// Changed something, or took leaving back.
    Changed,
    /// Was given what is kept about them.
    Exported,
}

impl ConsentKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::SignedUp,
        Self::Confirmed,
        Self::Imported,
        Self::Added,
        Self::Unsubscribed,
        Self::Complained,
        Self::Bounced,
        Self::Changed,
        Self::Exported,
    ];

    /// The name in the ledger.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignedUp => "signed up",
            Self::Confirmed => "confirmed",
            Self::Imported => "imported",
            Self::Added => "added",
            Self::Unsubscribed => "unsubscribed",
            Self::Complained => "complained",
            Self::Bounced => "bounced",
            Self::Changed => "changed",
            Self::Exported => "exported",
        }
    }
}
