//! Counts what a relay carries against all of its limits together.

use chrono::{DateTime, TimeDelta, Utc};

use super::rate::Rate;
use super::relay_limits::{MAX_EVEN_PERIOD, RelayLimits};
use super::rolling_quota::RollingQuota;
use super::token_bucket::TokenBucket;
use super::warm_up::WarmUp;
use crate::ledger::SentInMinute;

/// A quota, or the amount of a warm-up day, that is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitReached {
    /// `500/h`, or `day 3 of its warm-up, 200 messages`, or the reply of the server.
    pub limit: String,
    /// The time when messages may go out again.
    pub until: DateTime<Utc>,
}

/// The limits of a relay and their usage.
#[derive(Debug, Clone)]
pub struct Limits {
    token_buckets: Vec<TokenBucket>,
    quotas: Vec<RollingQuota>,
    warm_up: WarmUp,
    /// A limit the server reported.
    reported: Option<LimitReached>,
}

impl Limits {
    /// Counts against `limits` from `now` on, starting with `history` (oldest first).
    pub fn new(limits: &RelayLimits, history: &[SentInMinute], now: DateTime<Utc>) -> Self {
        let (even, quotas): (Vec<Rate>, Vec<Rate>) = limits.rates.iter().partition(|rate| rate.per <= MAX_EVEN_PERIOD);
        let mut started = Self {
            token_buckets: even.into_iter().map(|rate| TokenBucket::new(rate.messages, rate.per, now)).collect(),
            quotas: quotas.into_iter().map(RollingQuota::new).collect(),
            warm_up: WarmUp::new(&limits.warm_up),
            reported: None,
        };
        for sent in history {
            started.note(sent.messages, sent.minute);
        }
        started
    }

    /// Returns the number of messages that may go out at `now`.
    pub fn ready(&mut self, now: DateTime<Utc>) -> u64 {
        if self.reported_limit(now).is_some() {
            return 0;
        }
        let even = self.token_buckets.iter_mut().map(|bucket| u64::from(bucket.ready(now)));
        let quotas = self.quotas.iter_mut().map(|quota| quota.ready(now));
        even.chain(quotas).min().unwrap_or(u64::MAX).min(self.warm_up.ready(now))
    }

    /// Records that the server has reported a limit as reached.
    pub fn note_limit_reached(&mut self, reached: LimitReached) {
        self.reported = Some(reached);
    }

    /// The limit that the server reported, while it applies.
    fn reported_limit(&self, now: DateTime<Utc>) -> Option<&LimitReached> {
        self.reported.as_ref().filter(|limit| limit.until > now)
    }

    /// Uses `messages` of those that [`Self::ready`] has just returned.
    pub fn take(&mut self, messages: u64, now: DateTime<Utc>) {
        for bucket in &mut self.token_buckets {
            bucket.take(u32::try_from(messages).unwrap_or(u32::MAX));
        }
        self.note(messages, now);
    }

    pub(super) fn note(&mut self, messages: u64, time: DateTime<Utc>) {
        for quota in &mut self.quotas {
            quota.take(messages, time);
        }
        self.warm_up.take(messages, time);
    }

    /// Takes back one message that did not go out.
    pub fn give_back(&mut self) {
        for bucket in &mut self.token_buckets {
            bucket.give_back();
        }
        for quota in &mut self.quotas {
            quota.give_back();
        }
        self.warm_up.give_back();
    }

    /// Returns the limit that is reached at `now`; the one that lasts longest if there are several.
    pub fn limit_reached(&mut self, now: DateTime<Utc>) -> Option<LimitReached> {
        let quotas = self.quotas.iter_mut().filter_map(|quota| {
            let until = (quota.ready(now) == 0).then(|| quota.next()).flatten()?;
            Some(LimitReached { limit: quota.rate().to_string(), until })
        });
        let longest = quotas.max_by_key(|reached| reached.until);
        let is_warming_up = self.warm_up.ready(now) == 0;
        let step =
            is_warming_up.then(|| self.warm_up.step()).flatten().map(|(limit, until)| LimitReached { limit, until });
        let reported = self.reported_limit(now).cloned();
        longest.into_iter().chain(step).chain(reported).max_by_key(|reached| reached.until)
    }

    /// Returns the number of messages that quotas and warm-up leave at `now`, regardless of the
    /// rates.
    pub(super) fn room(&mut self, now: DateTime<Utc>) -> u64 {
        let quotas = self.quotas.iter_mut().map(|quota| quota.ready(now));
        quotas.min().unwrap_or(u64::MAX).min(self.warm_up.ready(now))
    }

    /// Returns the time to try again if no message may go out at `now`.
    pub fn next(&mut self, now: DateTime<Utc>) -> DateTime<Utc> {
        let reached = self.limit_reached(now).map(|reached| reached.until);
        let even = self.token_buckets.iter().map(TokenBucket::next);
        even.chain(reached).max().unwrap_or(now).max(now).min(now + TimeDelta::days(1))
    }
}
