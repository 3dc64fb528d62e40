//! How many rows are taken in hand ahead of time. Pure.
//!
//! Enough that nobody waits for a sync, and no more: who unsubscribes is left out only of what is not leased yet, and after
//! a power cut every leased row is in doubt.

use std::time::{Duration, Instant};

/// Rows lie ready for so long at the rate they go.
const AHEAD: Duration = Duration::from_millis(50);

/// Rows leased at once, at most; but two for each of many messages under way.
const MOST: usize = 100;

/// The rate is that of about so much time.
const MEMORY: Duration = Duration::from_millis(100);

/// How large a lease is.
#[derive(Debug)]
pub(super) struct Lease {
    /// Messages that may be under way at once.
    at_once: usize,
    /// Rows settled in a second.
    rate: f64,
    since: Instant,
}

impl Lease {
    /// For a run with so many messages under way `at_once` that begins `now`.
    pub(super) fn new(at_once: usize, now: Instant) -> Self {
        Self { at_once, rate: 0.0, since: now }
    }

    /// Takes note that so many `rows` were settled since the last note.
    pub(super) fn settled(&mut self, rows: usize, now: Instant) {
        let time = now.saturating_duration_since(self.since).as_secs_f64();
        if time > 0.0 {
            let weight = (time / MEMORY.as_secs_f64()).min(1.0);
            #[expect(clippy::cast_precision_loss, reason = "there are never so many")]
            let rate = rows as f64 / time;
            self.rate += weight * (rate - self.rate);
            self.since = now;
        }
    }

    /// How many rows are to lie ready: what goes in a while, and one for each message under way.
    pub(super) fn ready(&self) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate is never negative")]
        let ahead = (self.rate * AHEAD.as_secs_f64()) as usize;
        ahead.min(MOST).max(self.at_once)
    }

    /// How many rows may be leased: those under way and one behind each, and those that lie ready.
    pub(super) fn most(&self) -> usize {
        (2 * self.at_once).max(MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What lies ready after a second of `rows` rows each `milliseconds`.
    fn ready(connections: usize, rows: usize, milliseconds: u64) -> usize {
        let start = Instant::now();
        let mut lease = Lease::new(connections, start);
        for step in 1..=1000 / milliseconds {
            lease.settled(rows, start + Duration::from_millis(step * milliseconds));
        }
        lease.ready()
    }

    #[test]
    fn a_slow_server_has_one_row_a_connection_ready_a_fast_one_what_goes_in_50_ms() {
        assert_eq!(Lease::new(4, Instant::now()).ready(), 4);
        assert_eq!(ready(4, 1, 200), 4, "5 a second");
        assert_eq!(ready(4, 10, 10), 49, "1,000 a second");
        assert_eq!(ready(4, 50, 1), 100, "50,000 a second");
    }

    #[test]
    fn no_time_at_all_is_no_rate() {
        let start = Instant::now();
        let mut lease = Lease::new(4, start);
        lease.settled(1000, start);
        assert_eq!(lease.ready(), 4);
    }

    #[test]
    fn no_more_than_a_hundred_are_leased_unless_there_are_many_connections() {
        assert_eq!(
            [1, 10, 50, 64].map(|connections| Lease::new(connections, Instant::now()).most()),
            [100, 100, 100, 128]
        );
    }
}
