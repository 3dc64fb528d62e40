//! Decides how many rows are claimed and marked ahead of time. Pure.
//!
//! Just enough that no worker waits for a sync: an unsubscribe only affects rows that are not claimed yet, and after
//! a power cut every claimed row is in doubt.

use std::time::{Duration, Instant};

/// The time for which rows are ready, at the current rate.
const READY_TIME: Duration = Duration::from_millis(50);

/// The most rows claimed at once, unless two for each message in flight are more.
const MAX_CLAIMED: usize = 100;

/// The time over which the rate is averaged.
const RATE_WINDOW: Duration = Duration::from_millis(100);

/// The number of rows to claim ahead.
#[derive(Debug)]
pub(super) struct Prefetch {
    /// Messages that may be in flight.
    max_in_flight: usize,
    /// Rows settled per second.
    rate: f64,
    since: Instant,
}

impl Prefetch {
    /// The numbers for a run with `max_in_flight` messages in flight that begins `now`.
    pub(super) fn new(max_in_flight: usize, now: Instant) -> Self {
        Self { max_in_flight, rate: 0.0, since: now }
    }

    /// Notes that `rows` were settled since the last call.
    pub(super) fn note_settled(&mut self, rows: usize, now: Instant) {
        let time = now.saturating_duration_since(self.since).as_secs_f64();
        if time > 0.0 {
            let weight = (time / RATE_WINDOW.as_secs_f64()).min(1.0);
            #[expect(clippy::cast_precision_loss, reason = "a batch has far fewer rows")]
            let rate = rows as f64 / time;
            self.rate += weight * (rate - self.rate);
            self.since = now;
        }
    }

    /// The rows that should lie ready: those that go in [`READY_TIME`], and at least one for each message in flight.
    pub(super) fn ready_target(&self) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate is never negative")]
        let ahead = (self.rate * READY_TIME.as_secs_f64()) as usize;
        ahead.min(MAX_CLAIMED).max(self.max_in_flight)
    }

    /// The rows that may be claimed: those in flight, one behind each, and those that lie ready.
    pub(super) fn max_claimed(&self) -> usize {
        (2 * self.max_in_flight).max(MAX_CLAIMED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows ready after a second of `rows` rows each `milliseconds`.
    fn ready(connections: usize, rows: usize, milliseconds: u64) -> usize {
        let start = Instant::now();
        let mut prefetch = Prefetch::new(connections, start);
        for step in 1..=1000 / milliseconds {
            prefetch.note_settled(rows, start + Duration::from_millis(step * milliseconds));
        }
        prefetch.ready_target()
    }

    #[test]
    fn a_slow_server_has_one_row_a_connection_ready_a_fast_one_what_goes_in_50_ms() {
        assert_eq!(Prefetch::new(4, Instant::now()).ready_target(), 4);
        assert_eq!(ready(4, 1, 200), 4, "5 a second");
        assert_eq!(ready(4, 10, 10), 49, "1,000 a second");
        assert_eq!(ready(4, 50, 1), 100, "50,000 a second");
    }

    #[test]
    fn no_time_at_all_is_no_rate() {
        let start = Instant::now();
        let mut prefetch = Prefetch::new(4, start);
        prefetch.note_settled(1000, start);
        assert_eq!(prefetch.ready_target(), 4);
    }

    #[test]
    fn no_more_than_a_hundred_are_claimed_unless_there_are_many_connections() {
        assert_eq!(
            [1, 10, 50, 64].map(|connections| Prefetch::new(connections, Instant::now()).max_claimed()),
            [100, 100, 100, 128]
        );
    }
}
