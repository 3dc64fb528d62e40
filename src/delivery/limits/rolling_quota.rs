//! Limits the messages of an account in any hour or day across all runs, as providers do. Pure.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};

use super::rate::Rate;
use crate::ledger::minute;

/// A limit on every period of a given length.
#[derive(Debug, Clone)]
pub(super) struct RollingQuota {
    rate: Rate,
    /// The time for which a message counts: the period plus the minute in which it went out.
    memory: TimeDelta,
    /// Messages by minute, oldest first; no minute is empty.
    sent: VecDeque<(DateTime<Utc>, u64)>,
    /// The sum of `sent`.
    total: u64,
}

impl RollingQuota {
    /// The limit `rate`, with nothing sent yet.
    pub(super) fn new(rate: Rate) -> Self {
        let per = TimeDelta::from_std(rate.per).unwrap_or(TimeDelta::MAX);
        let memory = per.checked_add(&TimeDelta::minutes(1)).unwrap_or(per);
        Self { rate, memory, sent: VecDeque::new(), total: 0 }
    }

    /// The limit.
    pub(super) fn rate(&self) -> Rate {
        self.rate
    }

    /// Records that `messages` go out at `time`; times never decrease.
    pub(super) fn take(&mut self, messages: u64, time: DateTime<Utc>) {
        if messages == 0 {
            return;
        }
        let minute = minute(time);
        match self.sent.back_mut() {
            Some((last, sent)) if *last >= minute => *sent += messages,
            _ => self.sent.push_back((minute, messages)),
        }
        self.total += messages;
    }

    /// Takes back the message recorded last, because it did not go out.
    pub(super) fn give_back(&mut self) {
        let Some((_, sent)) = self.sent.back_mut() else { return };
        *sent -= 1;
        self.total -= 1;
        if *sent == 0 {
            self.sent.pop_back();
        }
    }

    /// Returns the number of messages that may go out at `now`.
    pub(super) fn ready(&mut self, now: DateTime<Utc>) -> u64 {
        while let Some(&(minute, sent)) = self.sent.front()
            && now - minute >= self.memory
        {
            self.sent.pop_front();
            self.total -= sent;
        }
        u64::from(self.rate.messages).saturating_sub(self.total)
    }

    /// Returns the time when the next message may go out, if none may at the time of the last call.
    pub(super) fn next(&self) -> Option<DateTime<Utc>> {
        let mut left = self.total;
        for &(minute, sent) in &self.sent {
            left -= sent;
            if left < u64::from(self.rate.messages) {
                return minute.checked_add_signed(self.memory);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn an_hour(messages: u32) -> RollingQuota {
        RollingQuota::new(Rate { messages, per: Duration::from_hours(1) })
    }

    #[test]
    fn an_hour_holds_so_many_and_the_next_goes_when_the_first_are_out_of_it() {
        let mut quota = an_hour(10);
        assert_eq!(quota.ready(at(0)), 10);
        quota.take(6, at(5));
        quota.take(4, at(90));
        assert_eq!((quota.ready(at(100)), quota.next()), (0, Some(at(3660))));
        assert_eq!(quota.ready(at(3659)), 0);
        assert_eq!(quota.ready(at(3660)), 6);
        quota.take(6, at(3660));
        assert_eq!((quota.ready(at(3661)), quota.next()), (0, Some(at(3720))));
        assert_eq!(quota.ready(at(4_000_000)), 10);
    }

    #[test]
    fn what_did_not_go_out_is_not_counted() {
        let mut quota = an_hour(2);
        quota.take(2, at(0));
        quota.give_back();
        assert_eq!(quota.ready(at(1)), 1);
        quota.give_back();
        quota.give_back();
        assert_eq!((quota.ready(at(1)), quota.next()), (2, None));
    }

    #[test]
    fn a_limit_that_was_lowered_waits_until_it_fits() {
        let mut quota = an_hour(5);
        quota.take(20, at(0));
        quota.take(3, at(600));
        assert_eq!((quota.ready(at(700)), quota.next()), (0, Some(at(3660))));
        assert_eq!(quota.ready(at(3660)), 2);
    }

    #[test]
    fn a_limit_that_was_lowered_a_lot_waits_for_all_that_is_too_much() {
        let mut quota = an_hour(5);
        quota.take(1, at(0));
        quota.take(20, at(600));
        assert_eq!((quota.ready(at(700)), quota.next()), (0, Some(at(600 + 3660))));
    }

    proptest! {
        #[test]
        fn no_hour_ever_holds_more(
            most in 1_u32..200,
            steps in proptest::collection::vec((0_i64..900, 0_u64..100), 1..200),
        ) {
            let mut quota = an_hour(most);
            let (mut now, mut sent) = (0, Vec::new());
            for (pause, wanted) in steps {
                now += pause;
                let ready = quota.ready(at(now));
                if ready == 0 {
                    prop_assert!(quota.next().unwrap() > at(now));
                }
                let taken = ready.min(wanted);
                quota.take(taken, at(now));
                sent.push((now, taken));
                let held: u64 = sent.iter().filter(|(when, _)| now - when < 3600).map(|(_, taken)| taken).sum();
                prop_assert!(held <= u64::from(most), "{} in an hour", held);
            }
        }
    }
}
