//! How hard a relay is worked: half when it asks for less, and step by step more when it no longer does. Pure.
//!
//! Additive increase, multiplicative decrease, as TCP shares a wire it cannot see (Chiu and Jain 1989; RFC 5681 3.1): it
//! settles just below what the server bears, whatever that is, and follows when it changes.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// Complaints within this time are about the same moment: every open connection hears of it.
const SAME: TimeDelta = TimeDelta::seconds(5);

/// How long a relay is left in peace before it is worked a step harder.
const CALM: TimeDelta = TimeDelta::seconds(10);

/// The steps from half speed back to full speed.
const STEPS: f64 = 5.0;

/// The slowest, in messages a second.
const SLOWEST: f64 = 1.0 / 60.0;

/// What happens on a relay's connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// It took a message.
    Accepted,
    /// It asked for less.
    Strained,
}

/// How hard a relay is worked.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Throttle {
    /// Connections as configured.
    most: usize,
    /// Connections now, 1 to `most`.
    connections: usize,
    /// Messages a second now, and full speed as it was before it was slowed; `None` at full speed.
    speed: Option<Speed>,
    /// When it was last worked harder or less hard.
    changed: DateTime<Utc>,
    /// Messages taken since then.
    taken: u32,
    /// The last complaint that counted.
    complained: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Speed {
    now: f64,
    full: f64,
}

impl Throttle {
    /// A relay with at most so many connections (one or more), worked as hard as it is allowed to.
    pub(super) fn new(most: usize, now: DateTime<Utc>) -> Self {
        let most = most.max(1);
        Self { most, connections: most, speed: None, changed: now, taken: 0, complained: None }
    }

    /// Connections at once.
    pub(super) fn connections(&self) -> usize {
        self.connections
    }

    /// The time between two messages, when it is slowed.
    pub(super) fn interval(&self) -> Option<Duration> {
        self.speed.map(|speed| Duration::from_secs_f64(1.0 / speed.now))
    }

    /// What becomes of it by `sign` at `now`.
    pub(super) fn after(mut self, sign: Sign, now: DateTime<Utc>) -> Self {
        match sign {
            Sign::Strained if self.complained.is_some_and(|complained| now - complained < SAME) => {}
            Sign::Strained => self.halve(now),
            Sign::Accepted => {
                self.taken = self.taken.saturating_add(1);
                if self.is_slowed() && now - self.changed >= CALM {
                    self.step_up(now);
                }
            }
        }
        self
    }

    /// Whether it is worked less hard than it might be.
    pub(super) fn is_slowed(&self) -> bool {
        self.connections < self.most || self.speed.is_some()
    }

    fn halve(&mut self, now: DateTime<Utc>) {
        self.connections = self.connections.div_ceil(2);
        let seconds = (now - self.changed).to_std().unwrap_or_default().as_secs_f64();
        // Of less than a second nothing can be said.
        let measured = (self.taken > 0 && seconds >= 1.0).then(|| f64::from(self.taken) / seconds);
        let current = self.speed.map(|speed| speed.now).or(measured);
        self.speed = current.map(|current| {
            let full = self.speed.map_or(current, |speed| speed.full.max(current));
            Speed { now: (current / 2.0).max(SLOWEST), full }
        });
        (self.changed, self.taken, self.complained) = (now, 0, Some(now));
    }

    fn step_up(&mut self, now: DateTime<Utc>) {
        self.connections = (self.connections + 1).min(self.most);
        self.speed = self.speed.and_then(|Speed { now, full }| {
            let faster = now + full / 2.0 / STEPS;
            (faster < full).then_some(Speed { now: faster, full })
        });
        (self.changed, self.taken) = (now, 0);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(milliseconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_800_000_000_000 + milliseconds).unwrap()
    }

    /// `most` connections at which a hundred messages a second were taken for ten seconds.
    fn busy(most: usize) -> Throttle {
        (0..1000).fold(Throttle::new(most, at(0)), |throttle, number| throttle.after(Sign::Accepted, at(number * 10)))
    }

    #[test]
    fn a_complaint_halves_and_its_echo_does_not() {
        let throttle = busy(8).after(Sign::Strained, at(10_000));
        assert_eq!((throttle.connections(), throttle.interval()), (4, Some(Duration::from_millis(20))));
        let same = throttle.clone().after(Sign::Strained, at(14_999));
        assert_eq!(same, throttle);
        let again = throttle.after(Sign::Strained, at(15_000));
        assert_eq!((again.connections(), again.interval()), (2, Some(Duration::from_millis(40))));
    }

    #[test]
    fn a_server_that_complains_at_once_gets_fewer_connections_and_no_speed_is_made_up() {
        let throttle = Throttle::new(3, at(0)).after(Sign::Strained, at(0));
        assert_eq!((throttle.connections(), throttle.interval()), (2, None));
    }

    #[test]
    fn it_comes_back_a_step_at_a_time() {
        let mut throttle = busy(4).after(Sign::Strained, at(10_000));
        let mut seen = Vec::new();
        for second in 11..=70 {
            throttle = throttle.after(Sign::Accepted, at(second * 1000));
            let milliseconds = throttle.interval().map(|interval| interval.as_micros());
            if seen.last() != Some(&(throttle.connections(), milliseconds)) {
                seen.push((throttle.connections(), milliseconds));
            }
        }
        assert_eq!(
            seen,
            [(2, Some(20_000)), (3, Some(16_666)), (4, Some(14_285)), (4, Some(12_500)), (4, Some(11_111)), (4, None)]
        );
        assert!(!throttle.is_slowed());
    }

    proptest! {
        #[test]
        fn it_stays_between_one_connection_and_those_configured_and_recovers(
            most in 1_usize..65,
            signs in proptest::collection::vec((proptest::bool::ANY, 0_i64..30_000), 0..300),
        ) {
            let mut throttle = Throttle::new(most, at(0));
            let mut now = 0;
            for (strained, pause) in signs {
                now += pause;
                let before = throttle.clone();
                let sign = if strained { Sign::Strained } else { Sign::Accepted };
                throttle = throttle.after(sign, at(now));
                prop_assert!((1..=most).contains(&throttle.connections()));
                prop_assert!(throttle.interval().is_none_or(|interval| interval <= Duration::from_secs(61)));
                match sign {
                    Sign::Strained => prop_assert!(throttle.connections() <= before.connections()),
                    Sign::Accepted => prop_assert!(throttle.connections() >= before.connections()),
                }
            }
            // Left in peace, it is at full speed after some minutes: a step each ten seconds. How many depends on how often it
            // was halved.
            for _ in 0..200_000 {
                if !throttle.is_slowed() { break }
                now += 10_000;
                throttle = throttle.after(Sign::Accepted, at(now));
            }
            prop_assert!(!throttle.is_slowed());
        }
    }
}
