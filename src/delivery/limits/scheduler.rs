//! Decides which relay may carry the next message, according to limits, shares and health. Pure:
//! the time is passed in.

use chrono::{DateTime, TimeDelta, Utc};

use super::throttle::{Feedback, Throttle};
use super::usage::{LimitReached, Limits};

/// The number of messages by which a relay may exceed its share.
const BURST: u64 = 8;

/// The number of replies about this account, without an acceptance in between, that lead to action:
/// a single one may come from the server of one subscriber.
const CONFIRMATIONS: u32 = 2;

/// The time until a connection tries again when it waits for something without a known end.
const POLL_INTERVAL: TimeDelta = TimeDelta::milliseconds(100);

/// One connection of a relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::delivery) struct Slot {
    /// From 0.
    pub(in crate::delivery) relay: usize,
    /// From 0.
    pub(in crate::delivery) connection: usize,
}

/// Whether a connection may carry a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::delivery) enum Permission {
    /// Now.
    Go,
    /// Not before this time.
    Wait(DateTime<Utc>),
    /// Not over this connection, which is to be closed, because the server asked for fewer. Try
    /// again at this time.
    CloseConnection(DateTime<Utc>),
    /// Never again in this run.
    Disabled,
}

/// The relays that remain after one is disabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::delivery) enum Remaining {
    Others,
    /// Others, as before: the relay was already disabled.
    Unchanged,
    None,
}

/// The limits of a throttled relay.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::delivery) struct ThrottledTo {
    /// Connections at once.
    pub(in crate::delivery) connections: usize,
    /// Messages per second, if known.
    pub(in crate::delivery) rate: Option<f64>,
}

/// All relays of a run.
#[derive(Debug)]
pub(in crate::delivery) struct RelayScheduler(Vec<RelayState>);

/// One relay.
#[derive(Debug)]
struct RelayState {
    limits: Limits,
    throttle: Throttle,
    weight: Option<u32>,
    /// The number of messages assigned to it.
    sent: u64,
    /// The time of the last one.
    last: Option<DateTime<Utc>>,
    health: Health,
    /// Replies about this account since the last acceptance.
    account_replies: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Health {
    /// Whether there was no failure since the last acceptance.
    Healthy,
    /// Whether the last connection or reply was a failure.
    Failing,
    /// Whether it is no longer used in this run.
    Disabled,
}

impl RelayScheduler {
    /// Relays, each with its limits, its connections and its share.
    pub(in crate::delivery) fn new(
        relays: impl IntoIterator<Item = (Limits, usize, Option<u32>)>,
        now: DateTime<Utc>,
    ) -> Self {
        let state = |(limits, connections, weight)| RelayState {
            limits,
            throttle: Throttle::new(connections, now),
            weight,
            sent: 0,
            last: None,
            health: Health::Healthy,
            account_replies: 0,
        };
        Self(relays.into_iter().map(state).collect())
    }

    /// Returns whether `slot` may carry a message at `now`.
    pub(in crate::delivery) fn permission(&mut self, slot: Slot, now: DateTime<Utc>) -> Permission {
        if !self.has_share(slot.relay, now) {
            return Permission::Wait(now + POLL_INTERVAL);
        }
        let state = &mut self.0[slot.relay];
        if state.health == Health::Disabled {
            return Permission::Disabled;
        }
        if slot.connection >= state.throttle.connections() {
            return Permission::CloseConnection(now + POLL_INTERVAL);
        }
        if state.limits.ready(now) == 0 {
            return Permission::Wait(state.limits.next(now));
        }
        let interval = state.throttle.interval().and_then(|interval| TimeDelta::from_std(interval).ok());
        match interval.and_then(|interval| state.last?.checked_add_signed(interval)) {
            Some(next) if next > now => Permission::Wait(next),
            _ => Permission::Go,
        }
    }

    /// Returns whether `relay` is within its share. Only relays that could send now hold others
    /// back.
    fn has_share(&mut self, relay: usize, now: DateTime<Utc>) -> bool {
        let has_shares = self.0.iter().any(|state| state.weight.is_some());
        if !has_shares || self.0[relay].health == Health::Disabled {
            return true;
        }
        let (weight, given) = (self.0[relay].weight(), self.0[relay].sent);
        let others = self.0.iter_mut().enumerate().filter(|(other, _)| *other != relay);
        let mut able = others.map(|(_, state)| state).filter(|state| state.health == Health::Healthy);
        able.all(|state| {
            state.limits.limit_reached(now).is_some() || given < state.sent * weight / state.weight() + BURST
        })
    }

    /// Records that `relay` gets a message it has permission for.
    pub(in crate::delivery) fn take(&mut self, relay: usize, now: DateTime<Utc>) {
        let state = &mut self.0[relay];
        state.limits.take(1, now);
        state.sent += 1;
        state.last = Some(now);
    }

    /// Records that a message assigned to `relay` did not go out.
    pub(in crate::delivery) fn give_back(&mut self, relay: usize) {
        let state = &mut self.0[relay];
        state.limits.give_back();
        state.sent = state.sent.saturating_sub(1);
    }

    /// Records that `relay` accepted a message.
    pub(in crate::delivery) fn accepted(&mut self, relay: usize, now: DateTime<Utc>) {
        let state = &mut self.0[relay];
        state.account_replies = 0;
        state.throttle = state.throttle.clone().after(Feedback::Accepted, now);
        if state.health == Health::Failing {
            state.health = Health::Healthy;
        }
    }

    /// Records that `relay` asked for less. Returns the new limits if they changed.
    pub(in crate::delivery) fn on_throttled(&mut self, relay: usize, now: DateTime<Utc>) -> Option<ThrottledTo> {
        let state = &mut self.0[relay];
        let slowed = |throttle: &Throttle| {
            let rate = throttle.interval().map(|interval| 1.0 / interval.as_secs_f64());
            ThrottledTo { connections: throttle.connections(), rate }
        };
        let before = slowed(&state.throttle);
        state.throttle = state.throttle.clone().after(Feedback::Throttled, now);
        Some(slowed(&state.throttle)).filter(|now| *now != before)
    }

    /// Records that a connection to `relay` failed.
    pub(in crate::delivery) fn mark_failing(&mut self, relay: usize) {
        if self.0[relay].health == Health::Healthy {
            self.0[relay].health = Health::Failing;
        }
    }

    /// Counts a reply of `relay` that is about this account, such as a rejected sender or a reached
    /// limit, and not about a subscriber. Returns whether there have been enough of them to act.
    pub(in crate::delivery) fn confirm_account_reply(&mut self, relay: usize) -> bool {
        let state = &mut self.0[relay];
        state.account_replies += 1;
        state.account_replies >= CONFIRMATIONS
    }

    /// Records that `relay` has reported a limit as reached; returns whether that is new.
    pub(in crate::delivery) fn note_limit_reached(
        &mut self,
        relay: usize,
        limit: LimitReached,
        now: DateTime<Utc>,
    ) -> bool {
        let news = self.0[relay].limits.ready(now) > 0;
        self.0[relay].limits.note_limit_reached(limit);
        news
    }

    /// Disables `relay` for the rest of the run.
    pub(in crate::delivery) fn disable(&mut self, relay: usize) -> Remaining {
        let before = std::mem::replace(&mut self.0[relay].health, Health::Disabled);
        if self.0.iter().all(|state| state.health == Health::Disabled) {
            Remaining::None
        } else if before == Health::Disabled {
            Remaining::Unchanged
        } else {
            Remaining::Others
        }
    }

    /// Returns the number of messages that all enabled relays together may carry at `now`.
    pub(in crate::delivery) fn ready(&mut self, now: DateTime<Utc>) -> u64 {
        let able = self.0.iter_mut().filter(|state| state.health != Health::Disabled);
        able.map(|state| state.limits.ready(now)).fold(0, u64::saturating_add)
    }

    /// If every enabled relay has reached a limit, returns the one that may continue first, and its
    /// limit.
    pub(in crate::delivery) fn limit_reached(&mut self, now: DateTime<Utc>) -> Option<(usize, LimitReached)> {
        let mut first: Option<(usize, LimitReached)> = None;
        for (relay, state) in self.0.iter_mut().enumerate().filter(|(_, state)| state.health != Health::Disabled) {
            let limit = state.limits.limit_reached(now)?;
            if first.as_ref().is_none_or(|(_, first)| limit.until < first.until) {
                first = Some((relay, limit));
            }
        }
        first
    }
}

impl RelayState {
    fn weight(&self) -> u64 {
        u64::from(self.weight.unwrap_or(1))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::delivery::limits::rate::Rate;
    use crate::delivery::limits::relay_limits::RelayLimits;

    fn at(milliseconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_800_000_000_000 + milliseconds).unwrap()
    }

    fn limits(hourly: Option<u32>) -> Limits {
        let rates = hourly.map(|messages| Rate { messages, per: Duration::from_hours(1) }).into_iter().collect();
        Limits::new(&RelayLimits { rates, warm_up: Vec::new() }, &[], at(0))
    }

    fn scheduler<const N: usize>(relays: [(Option<u32>, usize, Option<u32>); N]) -> RelayScheduler {
        RelayScheduler::new(relays.map(|(hourly, connections, weight)| (limits(hourly), connections, weight)), at(0))
    }

    fn slot(relay: usize, number: usize) -> Slot {
        Slot { relay, connection: number }
    }

    /// Returns the number of `messages` each relay gets if the listed ones ask in turn.
    fn shares<const N: usize>(scheduler: &mut RelayScheduler, turns: [usize; N], messages: usize) -> Vec<u64> {
        let mut left = messages;
        for turn in 0..100 * messages {
            let relay = turns[turn % N];
            if left > 0 && scheduler.permission(slot(relay, 0), at(0)) == Permission::Go {
                scheduler.take(relay, at(0));
                left -= 1;
            }
        }
        scheduler.0.iter().map(|state| state.sent).collect()
    }

    #[test]
    fn without_shares_any_free_relay_takes_the_next() {
        let mut two = scheduler([(None, 1, None), (None, 1, None)]);
        assert_eq!(shares(&mut two, [0, 0, 0, 1], 400), [300, 100]);
    }

    #[test]
    fn shares_hold_however_fast_each_relay_is() {
        let mut two = scheduler([(None, 1, Some(3)), (None, 1, None)]);
        let shares = shares(&mut two, [0, 0, 0, 0, 0, 0, 0, 1], 400);
        assert!(shares[0].abs_diff(300) <= BURST, "{shares:?}");
    }

    #[test]
    fn a_relay_at_its_limit_or_disabled_does_not_hold_others_back() {
        let mut two = scheduler([(Some(10), 1, Some(3)), (None, 1, Some(1))]);
        assert_eq!(shares(&mut two, [0, 1], 400), [10, 390]);
        let mut two = scheduler([(None, 1, Some(1)), (None, 1, Some(1))]);
        two.mark_failing(0);
        assert_eq!(shares(&mut two, [1], 100), [0, 100]);
        two.accepted(0, at(0));
        assert!(matches!(two.permission(slot(1, 0), at(0)), Permission::Wait(_)));
        assert_eq!(two.disable(0), Remaining::Others);
        assert_eq!(two.permission(slot(1, 0), at(0)), Permission::Go);
        assert_eq!(two.permission(slot(0, 0), at(0)), Permission::Disabled);
        assert_eq!(
            [two.disable(0), two.disable(1), two.disable(1)],
            [Remaining::Unchanged, Remaining::None, Remaining::None]
        );
    }

    #[test]
    fn a_relay_that_asked_for_less_closes_connections_and_goes_slower() {
        let mut one = scheduler([(None, 4, None)]);
        for number in 0..100 {
            one.take(0, at(number * 100));
            one.accepted(0, at(number * 100));
        }
        assert_eq!(one.on_throttled(0, at(10_000)), Some(ThrottledTo { connections: 2, rate: Some(5.0) }));
        assert_eq!(one.on_throttled(0, at(10_001)), None);
        assert_eq!(one.permission(slot(0, 1), at(10_100)), Permission::Go);
        assert_eq!(one.permission(slot(0, 2), at(10_100)), Permission::CloseConnection(at(10_200)));
        one.take(0, at(10_100));
        assert_eq!(one.permission(slot(0, 0), at(10_100)), Permission::Wait(at(10_300)));
        assert_eq!(one.permission(slot(0, 0), at(10_300)), Permission::Go);
    }

    #[test]
    fn when_all_relays_have_reached_a_limit_the_first_to_continue_is_named() {
        let mut two = scheduler([(Some(1), 1, None), (Some(1), 1, None)]);
        assert_eq!(two.limit_reached(at(0)), None);
        two.take(1, at(0));
        assert_eq!(two.limit_reached(at(0)), None);
        two.take(0, at(120_000));
        let (relay, limit) = two.limit_reached(at(120_000)).unwrap();
        assert_eq!((relay, limit.limit.as_str(), limit.until), (1, "1/h", at(3_660_000)));
        two.give_back(0);
        assert_eq!(two.limit_reached(at(120_000)), None);
        two.disable(0);
        assert!(two.limit_reached(at(120_000)).is_some());

        let mut other_way_round = scheduler([(Some(1), 1, None), (Some(1), 1, None)]);
        other_way_round.take(0, at(0));
        other_way_round.take(1, at(120_000));
        assert_eq!(other_way_round.limit_reached(at(120_000)).map(|(relay, _)| relay), Some(0));
    }

    proptest! {
        #[test]
        fn one_relay_may_always_go_on_when_none_has_a_limit(
            weights in proptest::collection::vec(proptest::option::of(1_u32..1000), 1..5),
            asking in proptest::collection::vec(0_usize..5, 1..300),
        ) {
            let relays: Vec<_> = weights.iter().map(|&weight| (limits(None), 1, weight)).collect();
            let mut scheduler = RelayScheduler::new(relays, at(0));
            for relay in asking {
                let relay = relay % weights.len();
                if scheduler.permission(slot(relay, 0), at(0)) == Permission::Go {
                    scheduler.take(relay, at(0));
                }
                let free = (0..weights.len()).any(|relay| scheduler.permission(slot(relay, 0), at(0)) == Permission::Go);
                prop_assert!(free);
            }
        }
    }
}
