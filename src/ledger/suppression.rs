//! Describes suppressions: addresses that never get mail, even if they are on the subscriber list.

use chrono::{DateTime, Utc};

/// An address that must never get mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The address, as it was given.
    pub address: String,
    /// The reason.
    pub reason: String,
    /// The time it was suppressed.
    pub at: DateTime<Utc>,
}

/// The reason recorded for an address that its server reports as nonexistent.
pub(super) const HARD_BOUNCE: &str = "hard bounce";
