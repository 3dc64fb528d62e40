//! Halves the load on a relay that asks for less, and raises it step by step after the complaints
//! end. Pure.
//!
//! Additive increase, multiplicative decrease, as in TCP (Chiu and Jain 1989; RFC 5681 3.1): the
//! load settles just below the limit of the server, and follows its changes.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// Complaints within this time count as one, because every open connection gets the same one.
const ECHO: TimeDelta = TimeDelta::seconds(5);

/// The time without a complaint before the load is raised by a step.
const CALM: TimeDelta = TimeDelta::seconds(10);

/// The steps from half speed back to full speed.
const STEPS: f64 = 5.0;

/// The lowest rate, in messages a second.
const MIN_RATE: f64 = 1.0 / 60.0;

/// Feedback of a relay about its load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Feedback {
    /// It accepted a message.
    Accepted,
    /// It asked for less.
    Throttled,
}

/// The load on a relay.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Throttle {
    /// The number of configured connections.
    most: usize,
    /// The current number of connections, 1 to `most`.
    connections: usize,
    /// The reduced rate; `None` at full speed.
    rate: Option<ReducedRate>,
    /// The time of the last change.
    changed_at: DateTime<Utc>,
    /// The number of messages accepted since then.
    accepted: u32,
    /// The time of the last complaint that counted.
    throttled_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct ReducedRate {
    now: f64,
    full: f64,
}

impl Throttle {
    /// Starts at full load, with at most `most` connections.
    pub(super) fn new(most: usize, now: DateTime<Utc>) -> Self {
        let most = most.max(1);
        Self { most, connections: most, rate: None, changed_at: now, accepted: 0, throttled_at: None }
    }

    /// Connections at once.
    pub(super) fn connections(&self) -> usize {
        self.connections
    }

    /// The time between two messages, when the rate is reduced.
    pub(super) fn interval(&self) -> Option<Duration> {
        self.rate.map(|speed| Duration::from_secs_f64(1.0 / speed.now))
    }

    /// Returns the load after `feedback` at `now`.
    pub(super) fn after(mut self, feedback: Feedback, now: DateTime<Utc>) -> Self {
        match feedback {
            Feedback::Throttled if self.throttled_at.is_some_and(|complained| now - complained < ECHO) => {}
            Feedback::Throttled => self.halve(now),
            Feedback::Accepted => {
                self.accepted = self.accepted.saturating_add(1);
                if self.is_slowed() && now - self.changed_at >= CALM {
                    self.step_up(now);
                }
            }
        }
        self
    }

    /// Returns whether the load is reduced.
    pub(super) fn is_slowed(&self) -> bool {
        self.connections < self.most || self.rate.is_some()
    }

    fn halve(&mut self, now: DateTime<Utc>) {
        self.connections = self.connections.div_ceil(2);
        let seconds = (now - self.changed_at).to_std().unwrap_or_default().as_secs_f64();
        // A rate cannot be measured in less than a second.
        let measured = (self.accepted > 0 && seconds >= 1.0).then(|| f64::from(self.accepted) / seconds);
        let current = self.rate.map(|speed| speed.now).or(measured);
        self.rate = current.map(|current| {
            let full = self.rate.map_or(current, |speed| speed.full.max(current));
            ReducedRate { now: (current / 2.0).max(MIN_RATE), full }
        });
        (self.changed_at, self.accepted, self.throttled_at) = (now, 0, Some(now));
    }

    fn step_up(&mut self, now: DateTime<Utc>) {
        self.connections = (self.connections + 1).min(self.most);
        self.rate = self.rate.and_then(|ReducedRate { now, full }| {
            let faster = now + full / 2.0 / STEPS;
            (faster < full).then_some(ReducedRate { now: faster, full })
        });
        (self.changed_at, self.accepted) = (now, 0);
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
        (0..1000)
            .fold(Throttle::new(most, at(0)), |throttle, number| throttle.after(Feedback::Accepted, at(number * 10)))
    }

    #[test]
    fn a_complaint_halves_and_its_echo_does_not() {
        let throttle = busy(8).after(Feedback::Throttled, at(10_000));
        assert_eq!((throttle.connections(), throttle.interval()), (4, Some(Duration::from_millis(20))));
        let same = throttle.clone().after(Feedback::Throttled, at(14_999));
        assert_eq!(same, throttle);
        let again = throttle.after(Feedback::Throttled, at(15_000));
        assert_eq!((again.connections(), again.interval()), (2, Some(Duration::from_millis(40))));
    }

    #[test]
    fn a_server_that_complains_at_once_gets_fewer_connections_and_no_speed_is_made_up() {
        let throttle = Throttle::new(3, at(0)).after(Feedback::Throttled, at(0));
        assert_eq!((throttle.connections(), throttle.interval()), (2, None));
    }

    #[test]
    fn it_comes_back_a_step_at_a_time() {
        let mut throttle = busy(4).after(Feedback::Throttled, at(10_000));
        let mut seen = Vec::new();
        for second in 11..=70 {
            throttle = throttle.after(Feedback::Accepted, at(second * 1000));
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
                let feedback = if strained { Feedback::Throttled } else { Feedback::Accepted };
                throttle = throttle.after(feedback, at(now));
                prop_assert!((1..=most).contains(&throttle.connections()));
                prop_assert!(throttle.interval().is_none_or(|interval| interval <= Duration::from_secs(61)));
                match feedback {
                    Feedback::Throttled => prop_assert!(throttle.connections() <= before.connections()),
                    Feedback::Accepted => prop_assert!(throttle.connections() >= before.connections()),
                }
            }
            // Without complaints it is at full speed after some minutes: one step every ten seconds. How many depends on how
            // often it was halved.
            for _ in 0..200_000 {
                if !throttle.is_slowed() { break }
                now += 10_000;
                throttle = throttle.after(Feedback::Accepted, at(now));
            }
            prop_assert!(!throttle.is_slowed());
        }
    }
}
