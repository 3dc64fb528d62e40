//! Describes a rate: a number of messages in a period.

use std::fmt;
use std::time::Duration;

/// A number of messages (at least one) in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Messages.
    pub messages: u32,
    /// The period: a second, a minute, an hour, a day.
    pub per: Duration,
}

/// `10/s`.
impl fmt::Display for Rate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.per.as_secs() {
            0..=1 => "s",
            2..=60 => "m",
            61..=3600 => "h",
            _ => "d",
        };
        write!(formatter, "{}/{unit}", self.messages)
    }
}
