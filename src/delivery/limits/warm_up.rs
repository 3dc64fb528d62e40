//! Limits the first days of a new sender to a little more each day, so that mailbox providers get
//! to know it. Pure.
//!
//! A day is a UTC day on which the relay was used: a weekly newsletter advances one step a week.
//! With rolling 24 hours, a run at the same time each day would be delayed by the messages of the
//! previous day.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

/// The position of a relay in its warm-up.
#[derive(Debug, Clone)]
pub(super) struct WarmUp {
    /// The messages of the first day, the second, ...
    amounts: Vec<u32>,
    /// The days of use before `day`.
    days: usize,
    day: NaiveDate,
    /// The messages sent on `day`.
    sent: u64,
}

impl WarmUp {
    /// A warm-up with these amounts, for a relay never used before.
    pub(super) fn new(amounts: &[u32]) -> Self {
        Self { amounts: amounts.to_vec(), days: 0, day: NaiveDate::MIN, sent: 0 }
    }

    /// Records that `messages` go out at `time`; times never decrease.
    pub(super) fn take(&mut self, messages: u64, time: DateTime<Utc>) {
        self.turn_to(time);
        self.sent += messages;
    }

    /// Takes back the message recorded last, because it did not go out.
    pub(super) fn give_back(&mut self) {
        self.sent = self.sent.saturating_sub(1);
    }

    /// Returns the number of messages that may go out at `now`.
    pub(super) fn ready(&mut self, now: DateTime<Utc>) -> u64 {
        self.turn_to(now);
        self.amount().map_or(u64::MAX, |amount| u64::from(amount).saturating_sub(self.sent))
    }

    /// Returns `day 3 of its warm-up, 200 messages` and the start of the next day, for the day of
    /// the last call; `None` once the warm-up is over.
    pub(super) fn step(&self) -> Option<(String, DateTime<Utc>)> {
        let amount = self.amount()?;
        let tomorrow = self.day.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN).and_utc();
        Some((format!("day {} of its warm-up, {amount} messages", self.days + 1), tomorrow))
    }

    fn amount(&self) -> Option<u32> {
        self.amounts.get(self.days).copied()
    }

    fn turn_to(&mut self, now: DateTime<Utc>) {
        let today = now.date_naive();
        if today > self.day {
            self.days += usize::from(self.sent > 0);
            (self.day, self.sent) = (today, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: u32, hour: u32) -> DateTime<Utc> {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap().and_hms_opt(hour, 0, 0).unwrap().and_utc()
    }

    #[test]
    fn each_day_it_is_used_is_a_step() {
        let mut warm_up = WarmUp::new(&[50, 100]);
        assert_eq!(warm_up.ready(at(1, 9)), 50);
        warm_up.take(50, at(1, 9));
        assert_eq!(warm_up.ready(at(1, 23)), 0);
        assert_eq!(warm_up.step(), Some(("day 1 of its warm-up, 50 messages".to_owned(), at(2, 0))));
        // A week later: the days in between were not used.
        assert_eq!(warm_up.ready(at(8, 9)), 100);
        warm_up.take(30, at(8, 9));
        warm_up.give_back();
        assert_eq!(warm_up.ready(at(8, 10)), 71);
        assert_eq!(warm_up.ready(at(15, 9)), u64::MAX);
        assert_eq!(warm_up.step(), None);
    }

    #[test]
    fn a_day_that_only_waits_is_no_step() {
        let mut warm_up = WarmUp::new(&[50, 100]);
        assert_eq!(warm_up.ready(at(1, 9)), 50);
        assert_eq!(warm_up.ready(at(2, 9)), 50);
    }
}
