//! Spreads messages evenly over time, as a token bucket. Pure: the time is passed in.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// The time that a late wake-up may make up for.
const SLACK: Duration = Duration::from_millis(100);

/// Permissions to send at a steady rate.
#[derive(Debug, Clone)]
pub(super) struct TokenBucket {
    /// The time between two messages.
    interval: Duration,
    /// The longest time that can be saved.
    most: Duration,
    /// The time saved at `counted`.
    saved: Duration,
    counted: DateTime<Utc>,
}

impl TokenBucket {
    /// Allows at most `messages` (one or more) in each period `per`, from `now` on.
    pub(super) fn new(messages: u32, per: Duration, now: DateTime<Utc>) -> Self {
        // Rounded up, so that rounding errors never add up to an extra message.
        let interval = per / messages.max(1) + Duration::from_nanos(1);
        Self { interval, most: interval + SLACK, saved: interval, counted: now }
    }

    /// Returns the number of messages that may go out at `now`.
    pub(super) fn ready(&mut self, now: DateTime<Utc>) -> u32 {
        self.saved = (self.saved + (now - self.counted).to_std().unwrap_or_default()).min(self.most);
        self.counted = self.counted.max(now);
        u32::try_from(self.saved.as_nanos() / self.interval.as_nanos()).unwrap_or(u32::MAX)
    }

    /// Uses `messages` of the permissions that [`Self::ready`] has just returned.
    pub(super) fn take(&mut self, messages: u32) {
        self.saved = self.saved.saturating_sub(self.interval.saturating_mul(messages));
    }

    /// Gives a permission back.
    pub(super) fn give_back(&mut self) {
        self.saved += self.interval;
    }

    /// Returns the time when the next message may go out, if none may now.
    pub(super) fn next(&self) -> DateTime<Utc> {
        self.counted + self.interval.saturating_sub(self.saved)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn messages_are_spread_evenly() {
        let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let mut pace = TokenBucket::new(4, Duration::from_secs(1), start);
        let mut sent = Vec::new();
        for millisecond in 0..=2000 {
            let now = start + Duration::from_millis(millisecond);
            while pace.ready(now) > 0 {
                pace.take(1);
                sent.push(millisecond);
            }
        }
        assert_eq!(sent, [0, 251, 501, 751, 1001, 1251, 1501, 1751]);
    }

    #[test]
    fn the_next_permission_comes_when_it_says() {
        let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let mut pace = TokenBucket::new(500, Duration::from_hours(1), start);
        assert_eq!(pace.ready(start), 1);
        pace.take(1);
        assert_eq!(pace.ready(start), 0);
        let wait = (pace.next() - start).to_std().unwrap();
        assert_eq!(wait, Duration::from_nanos(7_200_000_001));
        assert_eq!(pace.ready(start + Duration::from_millis(7200)), 0);
        assert_eq!(pace.ready(start + wait), 1);
    }

    proptest! {
        #[test]
        fn the_rate_is_never_exceeded(
            messages in 1u32..5000,
            per in 1u64..100_000,
            steps in proptest::collection::vec((0u64..5_000, 0u32..50), 1..200),
        ) {
            let per = Duration::from_millis(per);
            let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
            let mut pace = TokenBucket::new(messages, per, start);
            let mut now = start;
            let mut sent = 0u32;
            for (pause, wanted) in steps {
                now += Duration::from_millis(pause);
                let taken = pace.ready(now).min(wanted);
                pace.take(taken);
                sent += taken;
                let elapsed = (now - start).to_std().unwrap().as_secs_f64();
                let allowed = (elapsed + SLACK.as_secs_f64()) * f64::from(messages) / per.as_secs_f64() + 1.0;
                prop_assert!(f64::from(sent) <= allowed, "{} sent, {} allowed", sent, allowed);
            }
        }
    }
}
