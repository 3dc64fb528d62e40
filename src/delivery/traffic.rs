//! The relays of a run: which connection may carry a message now, which relay is to be spared, which is of no use. Pure: time
//! comes in.

use chrono::{DateTime, TimeDelta, Utc};

use super::limits::{Limits, UsedUp};
use super::throttle::{Sign, Throttle};

/// How far, in messages, a relay may get ahead of its share.
const AHEAD: u64 = 8;

/// How soon a connection that waits for something without a time looks again.
const SOON: TimeDelta = TimeDelta::milliseconds(100);

/// One connection: which relay's, and which of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Counted from 0.
    pub(super) relay: usize,
    /// Counted from 0.
    pub(super) number: usize,
}

/// Whether a connection may carry a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Permission {
    /// Yes.
    Go,
    /// Not before this.
    Wait(DateTime<Utc>),
    /// The server asked for fewer connections: this one is to be closed. Ask again then.
    Rest(DateTime<Utc>),
    /// The relay is of no use any more.
    Over,
}

/// Who is left when a relay is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// Others.
    Others,
    /// Others, as before: it was out already.
    Same,
    /// Nobody.
    None,
}

/// How much less a relay is worked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Slowed {
    /// Connections at once.
    pub(super) connections: usize,
    /// Messages a second, when it is known.
    pub(super) rate: Option<f64>,
}

/// All relays.
#[derive(Debug)]
pub(super) struct Traffic(Vec<Lane>);

/// A relay.
#[derive(Debug)]
struct Lane {
    limits: Limits,
    throttle: Throttle,
    weight: Option<u32>,
    /// Messages given to it.
    given: u64,
    /// When the last one was.
    last: Option<DateTime<Utc>>,
    health: Health,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Health {
    /// Nothing is known against it.
    Well,
    /// The last that was heard of it was a failure.
    Ailing,
    /// It is of no use in this run.
    Out,
}

impl Traffic {
    /// Relays, each with its limits, its connections and its share.
    pub(super) fn new(relays: impl IntoIterator<Item = (Limits, usize, Option<u32>)>, now: DateTime<Utc>) -> Self {
        let lane = |(limits, connections, weight)| Lane {
            limits,
            throttle: Throttle::new(connections, now),
            weight,
            given: 0,
            last: None,
            health: Health::Well,
        };
        Self(relays.into_iter().map(lane).collect())
    }

    /// Whether `place` may carry a message at `now`.
    pub(super) fn permission(&mut self, place: Place, now: DateTime<Utc>) -> Permission {
        if !self.has_share(place.relay, now) {
            return Permission::Wait(now + SOON);
        }
        let lane = &mut self.0[place.relay];
        if lane.health == Health::Out {
            return Permission::Over;
        }
        if place.number >= lane.throttle.connections() {
            return Permission::Rest(now + SOON);
        }
        if lane.limits.ready(now) == 0 {
            return Permission::Wait(lane.limits.next(now));
        }
        let interval = lane.throttle.interval().and_then(|interval| TimeDelta::from_std(interval).ok());
        match interval.and_then(|interval| lane.last?.checked_add_signed(interval)) {
            Some(next) if next > now => Permission::Wait(next),
            _ => Permission::Go,
        }
    }

    /// Whether `relay` is not ahead of its share. Only relays that could send hold others up.
    fn has_share(&mut self, relay: usize, now: DateTime<Utc>) -> bool {
        let is_weighed = self.0.iter().any(|lane| lane.weight.is_some());
        if !is_weighed || self.0[relay].health == Health::Out {
            return true;
        }
        let (weight, given) = (self.0[relay].weight(), self.0[relay].given);
        let others = self.0.iter_mut().enumerate().filter(|(other, _)| *other != relay);
        let mut able = others.map(|(_, lane)| lane).filter(|lane| lane.health == Health::Well);
        able.all(|lane| lane.limits.used_up(now).is_some() || given < lane.given * weight / lane.weight() + AHEAD)
    }

    /// Takes note that `relay` gets a message it has permission for.
    pub(super) fn take(&mut self, relay: usize, now: DateTime<Utc>) {
        let lane = &mut self.0[relay];
        lane.limits.take(1, now);
        lane.given += 1;
        lane.last = Some(now);
    }

    /// Takes note that a message given to `relay` did not go out.
    pub(super) fn give_back(&mut self, relay: usize) {
        let lane = &mut self.0[relay];
        lane.limits.give_back();
        lane.given = lane.given.saturating_sub(1);
    }

    /// Takes note that `relay` took a message.
    pub(super) fn accepted(&mut self, relay: usize, now: DateTime<Utc>) {
        let lane = &mut self.0[relay];
        lane.throttle = lane.throttle.clone().after(Sign::Accepted, now);
        if lane.health == Health::Ailing {
            lane.health = Health::Well;
        }
    }

    /// Takes note that `relay` asked for less. Answers how hard it is worked now, if that is news.
    pub(super) fn strained(&mut self, relay: usize, now: DateTime<Utc>) -> Option<Slowed> {
        let lane = &mut self.0[relay];
        let slowed = |throttle: &Throttle| {
            let rate = throttle.interval().map(|interval| 1.0 / interval.as_secs_f64());
            Slowed { connections: throttle.connections(), rate }
        };
        let before = slowed(&lane.throttle);
        lane.throttle = lane.throttle.clone().after(Sign::Strained, now);
        Some(slowed(&lane.throttle)).filter(|now| *now != before)
    }

    /// Takes note that a connection to `relay` failed.
    pub(super) fn ails(&mut self, relay: usize) {
        if self.0[relay].health == Health::Well {
            self.0[relay].health = Health::Ailing;
        }
    }

    /// Takes `relay` out of the run.
    pub(super) fn take_out(&mut self, relay: usize) -> Left {
        let before = std::mem::replace(&mut self.0[relay].health, Health::Out);
        if self.0.iter().all(|lane| lane.health == Health::Out) {
            Left::None
        } else if before == Health::Out {
            Left::Same
        } else {
            Left::Others
        }
    }

    /// How many messages all relays of use together may carry at `now`.
    pub(super) fn ready(&mut self, now: DateTime<Utc>) -> u64 {
        let able = self.0.iter_mut().filter(|lane| lane.health != Health::Out);
        able.map(|lane| lane.limits.ready(now)).fold(0, u64::saturating_add)
    }

    /// When every relay of use has used up a limit: which of them goes on first, and its limit.
    pub(super) fn used_up(&mut self, now: DateTime<Utc>) -> Option<(usize, UsedUp)> {
        let mut first: Option<(usize, UsedUp)> = None;
        for (relay, lane) in self.0.iter_mut().enumerate().filter(|(_, lane)| lane.health != Health::Out) {
            let used_up = lane.limits.used_up(now)?;
            if first.as_ref().is_none_or(|(_, first)| used_up.until < first.until) {
                first = Some((relay, used_up));
            }
        }
        first
    }
}

impl Lane {
    fn weight(&self) -> u64 {
        u64::from(self.weight.unwrap_or(1))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::super::limits::{Rate, Terms};
    use super::*;

    fn at(milliseconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_800_000_000_000 + milliseconds).unwrap()
    }

    fn limits(hourly: Option<u32>) -> Limits {
        let rates = hourly.map(|messages| Rate { messages, per: Duration::from_hours(1) }).into_iter().collect();
        Limits::new(&Terms { rates, warm_up: Vec::new() }, &[], at(0))
    }

    fn traffic<const N: usize>(relays: [(Option<u32>, usize, Option<u32>); N]) -> Traffic {
        Traffic::new(relays.map(|(hourly, connections, weight)| (limits(hourly), connections, weight)), at(0))
    }

    fn place(relay: usize, number: usize) -> Place {
        Place { relay, number }
    }

    /// How many messages each relay gets of `messages` when those listed ask in turn, again and again.
    fn shares<const N: usize>(traffic: &mut Traffic, turns: [usize; N], messages: usize) -> Vec<u64> {
        let mut left = messages;
        for turn in 0..100 * messages {
            let relay = turns[turn % N];
            if left > 0 && traffic.permission(place(relay, 0), at(0)) == Permission::Go {
                traffic.take(relay, at(0));
                left -= 1;
            }
        }
        traffic.0.iter().map(|lane| lane.given).collect()
    }

    #[test]
    fn without_weights_whoever_is_free_takes_the_next() {
        let mut two = traffic([(None, 1, None), (None, 1, None)]);
        assert_eq!(shares(&mut two, [0, 0, 0, 1], 400), [300, 100]);
    }

    #[test]
    fn weights_are_shares_however_fast_each_is() {
        let mut two = traffic([(None, 1, Some(3)), (None, 1, None)]);
        let shares = shares(&mut two, [0, 0, 0, 0, 0, 0, 0, 1], 400);
        assert!(shares[0].abs_diff(300) <= AHEAD, "{shares:?}");
    }

    #[test]
    fn a_relay_at_its_limit_or_out_of_order_holds_nobody_up() {
        let mut two = traffic([(Some(10), 1, Some(3)), (None, 1, Some(1))]);
        assert_eq!(shares(&mut two, [0, 1], 400), [10, 390]);
        let mut two = traffic([(None, 1, Some(1)), (None, 1, Some(1))]);
        two.ails(0);
        assert_eq!(shares(&mut two, [1], 100), [0, 100]);
        two.accepted(0, at(0));
        assert!(matches!(two.permission(place(1, 0), at(0)), Permission::Wait(_)));
        assert_eq!(two.take_out(0), Left::Others);
        assert_eq!(two.permission(place(1, 0), at(0)), Permission::Go);
        assert_eq!(two.permission(place(0, 0), at(0)), Permission::Over);
        assert_eq!([two.take_out(0), two.take_out(1), two.take_out(1)], [Left::Same, Left::None, Left::None]);
    }

    #[test]
    fn a_relay_that_asked_for_less_closes_connections_and_goes_slower() {
        let mut one = traffic([(None, 4, None)]);
        for number in 0..100 {
            one.take(0, at(number * 100));
            one.accepted(0, at(number * 100));
        }
        assert_eq!(one.strained(0, at(10_000)), Some(Slowed { connections: 2, rate: Some(5.0) }));
        assert_eq!(one.strained(0, at(10_001)), None);
        assert_eq!(one.permission(place(0, 1), at(10_100)), Permission::Go);
        assert_eq!(one.permission(place(0, 2), at(10_100)), Permission::Rest(at(10_200)));
        one.take(0, at(10_100));
        assert_eq!(one.permission(place(0, 0), at(10_100)), Permission::Wait(at(10_300)));
        assert_eq!(one.permission(place(0, 0), at(10_300)), Permission::Go);
    }

    #[test]
    fn when_all_have_used_up_a_limit_the_first_to_go_on_is_named() {
        let mut two = traffic([(Some(1), 1, None), (Some(1), 1, None)]);
        assert_eq!(two.used_up(at(0)), None);
        two.take(1, at(0));
        assert_eq!(two.used_up(at(0)), None);
        two.take(0, at(120_000));
        let (relay, used_up) = two.used_up(at(120_000)).unwrap();
        assert_eq!((relay, used_up.limit.as_str(), used_up.until), (1, "1/h", at(3_660_000)));
        two.give_back(0);
        assert_eq!(two.used_up(at(120_000)), None);
        two.take_out(0);
        assert!(two.used_up(at(120_000)).is_some());

        let mut other_way_round = traffic([(Some(1), 1, None), (Some(1), 1, None)]);
        other_way_round.take(0, at(0));
        other_way_round.take(1, at(120_000));
        assert_eq!(other_way_round.used_up(at(120_000)).map(|(relay, _)| relay), Some(0));
    }

    proptest! {
        #[test]
        fn somebody_may_always_go_on_when_nobody_has_a_limit(
            weights in proptest::collection::vec(proptest::option::of(1_u32..1000), 1..5),
            asking in proptest::collection::vec(0_usize..5, 1..300),
        ) {
            let relays: Vec<_> = weights.iter().map(|&weight| (limits(None), 1, weight)).collect();
            let mut traffic = Traffic::new(relays, at(0));
            for relay in asking {
                let relay = relay % weights.len();
                if traffic.permission(place(relay, 0), at(0)) == Permission::Go {
                    traffic.take(relay, at(0));
                }
                let free = (0..weights.len()).any(|relay| traffic.permission(place(relay, 0), at(0)) == Permission::Go);
                prop_assert!(free);
            }
        }
    }
}
