//! Decides when a deferred subscriber is tried again. Pure.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// The schedule of retries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// The wait after the first, second, ... deferral; the last holds for all later ones.
    pub waits: Vec<Duration>,
    /// The time from the start of the delivery until a subscriber is given up.
    pub give_up: Duration,
}

/// The step after a deferral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Another attempt, not before this time.
    At(DateTime<Utc>),
    /// No further attempt: the issue is too old.
    GiveUp,
}

impl Retry {
    /// Returns the step after deferral number `attempts` (from 1) of row `seq` at `now`, in a delivery that began at
    /// `started`. The last attempt is at the moment of giving up.
    pub fn next(&self, attempts: u32, seq: u32, started: DateTime<Utc>, now: DateTime<Utc>) -> Next {
        let end = later(started, self.give_up);
        if now >= end {
            return Next::GiveUp;
        }
        let index = (attempts.max(1) - 1) as usize;
        let wait = self.waits.get(index).or(self.waits.last()).copied().unwrap_or(self.give_up);
        Next::At(later(now, jittered(wait, attempts, seq)).min(end))
    }
}

/// Varies `wait` by up to 20 %, so that a thousand rows deferred together do not come back together. The same row and
/// attempt always give the same wait: nothing to inject, nothing to persist.
fn jittered(wait: Duration, attempts: u32, seq: u32) -> Duration {
    let mixed = mix((u64::from(seq) << 32) | u64::from(attempts));
    let permille = 800 + u32::try_from(mixed % 401).unwrap_or(0);
    wait.saturating_mul(permille) / 1000
}

/// The finalizer of `SplitMix64` (Steele, Lea, Flood, 2014): neighbouring numbers come out far apart.
fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// Adds `wait` to `time`; returns the last representable time on overflow.
fn later(time: DateTime<Utc>, wait: Duration) -> DateTime<Utc> {
    chrono::TimeDelta::from_std(wait)
        .ok()
        .and_then(|wait| time.checked_add_signed(wait))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn minutes(minutes: u64) -> Duration {
        Duration::from_secs(minutes * 60)
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn waits_grow_and_the_last_one_holds() {
        let retry = Retry { waits: vec![minutes(5), minutes(30)], give_up: minutes(60 * 48) };
        let wait = |attempts| match retry.next(attempts, 7, at(0), at(100)) {
            Next::At(time) => (time - at(100)).num_seconds(),
            Next::GiveUp => panic!("too early"),
        };
        assert!((240..=360).contains(&wait(1)), "{}", wait(1));
        assert!((1440..=2160).contains(&wait(2)), "{}", wait(2));
        assert!((1440..=2160).contains(&wait(9)), "{}", wait(9));
    }

    #[test]
    fn the_last_try_is_at_the_moment_of_giving_up() {
        let retry = Retry { waits: vec![minutes(30)], give_up: minutes(60) };
        assert_eq!(retry.next(3, 1, at(0), at(3590)), Next::At(at(3600)));
        assert_eq!(retry.next(4, 1, at(0), at(3600)), Next::GiveUp);
    }

    proptest! {
        #[test]
        fn a_wait_stays_within_a_fifth_of_what_was_asked(seconds in 1u64..1_000_000, attempts in 1u32..50, seq: u32) {
            let wait = Duration::from_secs(seconds);
            let jittered = jittered(wait, attempts, seq);
            prop_assert!(jittered >= wait * 4 / 5 && jittered <= wait * 6 / 5);
        }

        #[test]
        fn the_next_try_is_never_in_the_past_and_never_after_the_end(
            waits in proptest::collection::vec(0u64..1_000_000, 0..5),
            give_up in 0u64..1_000_000,
            attempts in 0u32..50,
            seq: u32,
            now in 0i64..2_000_000,
        ) {
            let retry = Retry { waits: waits.into_iter().map(Duration::from_secs).collect(), give_up: Duration::from_secs(give_up) };
            let end = at(i64::try_from(give_up).unwrap());
            match retry.next(attempts, seq, at(0), at(now)) {
                Next::At(time) => prop_assert!(time >= at(now) && time <= end),
                Next::GiveUp => prop_assert!(at(now) >= end),
            }
        }
    }

    #[test]
    fn rows_put_off_together_come_back_apart() {
        let mut waits: Vec<_> = (0..1000).map(|seq| jittered(minutes(30), 1, seq).as_secs()).collect();
        waits.sort_unstable();
        waits.dedup();
        assert!(waits.len() > 300, "{}", waits.len());
    }
}
