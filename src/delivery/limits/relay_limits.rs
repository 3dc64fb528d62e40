//! Describes the limits of a relay, as they are configured.

use std::time::Duration;

use super::rate::Rate;

/// The longest period over which messages are spread evenly; limits on longer ones are quotas.
pub(super) const MAX_EVEN_PERIOD: Duration = Duration::from_mins(1);

/// The limits of a relay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RelayLimits {
    /// The rates, all of which apply.
    pub rates: Vec<Rate>,
    /// The messages of the first day of use, the second, ...; after that only `rates` apply.
    pub warm_up: Vec<u32>,
}

impl RelayLimits {
    /// Returns the shortest time that `messages` can take at the slowest rate, if nothing has been
    /// sent yet.
    pub fn time_for(&self, messages: u64) -> Duration {
        let messages = u32::try_from(messages).unwrap_or(u32::MAX);
        let time = |rate: &Rate| match rate.messages.max(1) {
            each if rate.per <= MAX_EVEN_PERIOD => rate.per.saturating_mul(messages) / each,
            // A quota lets a period's messages out at once, and the next ones when the period is
            // over.
            each => rate.per.saturating_mul(messages.saturating_sub(1) / each),
        };
        self.rates.iter().map(time).max().unwrap_or_default()
    }
}
