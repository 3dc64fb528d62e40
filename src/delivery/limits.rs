//! How many messages a relay may carry now, all its limits together. Pure.
//!
//! A rate a second or a minute is a pace: messages are spread evenly. One an hour or a day is a quota: messages go as fast as
//! the pace allows until it is used up, and what other runs sent counts.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::pace::Pace;
use super::quota::Quota;
use super::warm_up::WarmUp;

/// Limits on longer stretches are quotas.
const EVENLY: Duration = Duration::from_mins(1);

/// So many messages (at least one) in so much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Messages.
    pub messages: u32,
    /// In this time: a second, a minute, an hour, a day.
    pub per: Duration,
}

/// `10/s`.
impl fmt::Display for Rate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.per.as_secs() {
            0..=1 => "s",
            2..=60 => "m",
            61..=3600 => "h",
            _ => "d",
        };
        write!(formatter, "{}/{unit}", self.messages)
    }
}

/// What a relay is allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// All of these hold.
    pub rates: Vec<Rate>,
    /// How many messages on the first day it is used, the second, ...; then only `rates` hold.
    pub warm_up: Vec<u32>,
}

impl Terms {
    /// How long `messages` take at least, by the slowest of the rates, when nothing of them is used up.
    pub fn time_for(&self, messages: u64) -> Duration {
        let messages = u32::try_from(messages).unwrap_or(u32::MAX);
        let time = |rate: &Rate| match rate.messages.max(1) {
            each if rate.per <= EVENLY => rate.per.saturating_mul(messages) / each,
            // As many at once as it allows, and again when that is over.
            each => rate.per.saturating_mul(messages.saturating_sub(1) / each),
        };
        self.rates.iter().map(time).max().unwrap_or_default()
    }
}

/// So many messages went out in the minute that begins then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// The beginning of the minute.
    pub minute: DateTime<Utc>,
    /// How many.
    pub messages: u64,
}

/// A quota or an amount of a day that is used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedUp {
    /// `500/h`, or `day 3 of its warm-up, 200 messages`.
    pub limit: String,
    /// When messages may go again.
    pub until: DateTime<Utc>,
}

/// The limits of a relay and what is used of them.
#[derive(Debug, Clone)]
pub struct Limits {
    paces: Vec<Pace>,
    quotas: Vec<Quota>,
    warm_up: WarmUp,
}

impl Limits {
    /// What `terms` still allow from `now` on after `history`, which is in the order of time.
    pub fn new(terms: &Terms, history: &[Sent], now: DateTime<Utc>) -> Self {
        let (even, quotas): (Vec<Rate>, Vec<Rate>) = terms.rates.iter().partition(|rate| rate.per <= EVENLY);
        let mut limits = Self {
            paces: even.into_iter().map(|rate| Pace::new(rate.messages, rate.per, now)).collect(),
            quotas: quotas.into_iter().map(Quota::new).collect(),
            warm_up: WarmUp::new(&terms.warm_up),
        };
        for sent in history {
            limits.note(sent.messages, sent.minute);
        }
        limits
    }

    /// How many messages may go at `now`.
    pub fn ready(&mut self, now: DateTime<Utc>) -> u64 {
        let paced = self.paces.iter_mut().map(|pace| u64::from(pace.ready(now)));
        let quotas = self.quotas.iter_mut().map(|quota| quota.ready(now));
        paced.chain(quotas).min().unwrap_or(u64::MAX).min(self.warm_up.ready(now))
    }

    /// Takes `messages` of those [`Self::ready`] has just counted.
    pub fn take(&mut self, messages: u64, now: DateTime<Utc>) {
        for pace in &mut self.paces {
            pace.take(u32::try_from(messages).unwrap_or(u32::MAX));
        }
        self.note(messages, now);
    }

    fn note(&mut self, messages: u64, time: DateTime<Utc>) {
        for quota in &mut self.quotas {
            quota.take(messages, time);
        }
        self.warm_up.take(messages, time);
    }

    /// Takes back one that did not go out.
    pub fn give_back(&mut self) {
        for pace in &mut self.paces {
            pace.give_back();
        }
        for quota in &mut self.quotas {
            quota.give_back();
        }
        self.warm_up.give_back();
    }

    /// The limit that is used up at `now`; of several the one that takes longest.
    pub fn used_up(&mut self, now: DateTime<Utc>) -> Option<UsedUp> {
        let quotas = self.quotas.iter_mut().filter_map(|quota| {
            let until = (quota.ready(now) == 0).then(|| quota.next()).flatten()?;
            Some(UsedUp { limit: quota.rate().to_string(), until })
        });
        let longest = quotas.max_by_key(|used_up| used_up.until);
        let cold = self.warm_up.ready(now) == 0;
        let step = cold.then(|| self.warm_up.step()).flatten().map(|(limit, until)| UsedUp { limit, until });
        longest.into_iter().chain(step).max_by_key(|used_up| used_up.until)
    }

    /// When to ask again, if none may go at `now`.
    pub fn next(&mut self, now: DateTime<Utc>) -> DateTime<Utc> {
        let used_up = self.used_up(now).map(|used_up| used_up.until);
        let paced = self.paces.iter().map(Pace::next);
        paced.chain(used_up).max().unwrap_or(now).max(now).min(now + TimeDelta::days(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn rate(messages: u32, seconds: u64) -> Rate {
        Rate { messages, per: Duration::from_secs(seconds) }
    }

    fn terms(rates: &[Rate], warm_up: &[u32]) -> Terms {
        Terms { rates: rates.to_vec(), warm_up: warm_up.to_vec() }
    }

    #[test]
    fn without_limits_there_is_no_limit() {
        let mut limits = Limits::new(&Terms::default(), &[], at(0));
        assert_eq!((limits.ready(at(0)), limits.used_up(at(0)), limits.next(at(0))), (u64::MAX, None, at(0)));
    }

    #[test]
    fn every_limit_holds_and_what_other_runs_sent_counts() {
        let terms = terms(&[rate(10, 1), rate(100, 3600), rate(150, 86400)], &[]);
        let yesterday = Sent { minute: at(-7200), messages: 60 };
        let mut limits = Limits::new(&terms, &[yesterday], at(0));
        let mut sent = 0;
        for tenth in 0..600 {
            let now = at(0) + TimeDelta::milliseconds(100 * tenth);
            let ready = limits.ready(now);
            limits.take(ready, now);
            sent += ready;
        }
        // Ten a second, until the 150 of the day are used up; then the hour would have had room for ten more.
        assert_eq!(sent, 90);
        let used_up = UsedUp { limit: "150/d".to_owned(), until: at(-7200 + 86400 + 60) };
        assert_eq!(limits.used_up(at(60)), Some(used_up.clone()));
        assert_eq!(limits.next(at(60)), used_up.until);
    }

    #[test]
    fn a_pace_alone_is_never_used_up() {
        let mut limits = Limits::new(&terms(&[rate(1, 60)], &[]), &[], at(0));
        assert_eq!(limits.ready(at(0)), 1);
        limits.take(1, at(0));
        assert_eq!((limits.ready(at(0)), limits.used_up(at(0))), (0, None));
        assert_eq!((limits.next(at(0)) - at(60)).num_milliseconds(), 0);
    }

    #[test]
    fn the_amount_of_a_day_holds_beside_the_rates_and_what_came_back_is_free_again() {
        let terms = terms(&[rate(100, 3600)], &[20]);
        let mut limits = Limits::new(&terms, &[], at(0));
        assert_eq!(limits.ready(at(0)), 20);
        limits.take(20, at(0));
        assert_eq!(limits.used_up(at(0)).unwrap().limit, "day 1 of its warm-up, 20 messages");
        limits.give_back();
        assert_eq!((limits.ready(at(0)), limits.used_up(at(0))), (1, None));
    }

    #[test]
    fn the_slowest_rate_says_how_long_it_takes() {
        assert_eq!(terms(&[rate(10, 1), rate(100, 60)], &[]).time_for(300), Duration::from_mins(3));
        let daily = terms(&[rate(10, 1), rate(2000, 86400)], &[]);
        assert_eq!([100, 2000, 5000].map(|messages| daily.time_for(messages).as_secs()), [10, 200, 2 * 86400]);
        assert_eq!(Terms::default().time_for(300), Duration::ZERO);
        assert_eq!(
            [rate(14, 1), rate(30, 60), rate(500, 3600), rate(2000, 86400)].map(|rate| rate.to_string()),
            ["14/s", "30/m", "500/h", "2000/d"]
        );
    }
}
