//! A new sender's first days: a little more each day, so that mailbox providers learn to know it. Pure.
//!
//! A day is one, by UTC, on which the relay was used: a weekly newsletter climbs a step a week. Not the stretch of 24 hours a
//! quota means, or a run at the same hour each day would find yesterday's messages in its way.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

/// Where a relay is on its ramp.
#[derive(Debug, Clone)]
pub(super) struct WarmUp {
    /// How many on the first day, the second, ...
    amounts: Vec<u32>,
    /// How many days it was used before `day`.
    days: usize,
    day: NaiveDate,
    /// How many went out on `day`.
    sent: u64,
}

impl WarmUp {
    /// A relay never used before, at `now`.
    pub(super) fn new(amounts: &[u32]) -> Self {
        Self { amounts: amounts.to_vec(), days: 0, day: NaiveDate::MIN, sent: 0 }
    }

    /// Notes that `messages` go out at `time`, which is not before those noted already.
    pub(super) fn take(&mut self, messages: u64, time: DateTime<Utc>) {
        self.turn_to(time);
        self.sent += messages;
    }

    /// Takes back one message noted last: it did not go out.
    pub(super) fn give_back(&mut self) {
        self.sent = self.sent.saturating_sub(1);
    }

    /// How many may go at `now`.
    pub(super) fn ready(&mut self, now: DateTime<Utc>) -> u64 {
        self.turn_to(now);
        self.amount().map_or(u64::MAX, |amount| u64::from(amount).saturating_sub(self.sent))
    }

    /// `day 3 of its warm-up, 200 messages` and when the next day begins, on the day last asked for; `None` when it is warm.
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
        // A week later: the days between were not used.
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
