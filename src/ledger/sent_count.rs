//! Counts the messages of an account by minute, for its limits.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// The messages that went out in one minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentInMinute {
    /// The beginning of the minute.
    pub minute: DateTime<Utc>,
    /// The number of messages.
    pub messages: u64,
}

/// Rounds `time` down to the minute, the resolution of the counts.
pub fn minute(time: DateTime<Utc>) -> DateTime<Utc> {
    // Rounding fails only after the year 2262.
    time.duration_trunc(TimeDelta::minutes(1)).unwrap_or(time)
}
