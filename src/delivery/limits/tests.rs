//! Tests of all limits together.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::forecast::forecast;
use super::rate::Rate;
use super::relay_limits::RelayLimits;
use super::usage::{LimitReached, Limits};
use crate::ledger::SentInMinute;

#[test]
fn a_run_comes_as_far_as_its_limits_and_its_patience_go() {
    let hour =
        || Limits::new(&relay_limits(&[rate(10, 3600)], &[]), &[SentInMinute { minute: at(-600), messages: 4 }], at(0));
    let day = || Limits::new(&relay_limits(&[], &[3]), &[], at(0));
    let even = || Limits::new(&relay_limits(&[rate(1, 60)], &[]), &[], at(0));
    let far = |limits: &mut [Limits], wanted, wait| {
        forecast(limits, wanted, at(0), Duration::from_secs(wait))
            .map(|(sent, relay, reached)| (sent, relay, reached.limit))
    };
    assert_eq!(far(&mut [hour()], 6, 0), None);
    assert_eq!(far(&mut [hour()], 7, 0), Some((6, 0, "10/h".to_owned())));
    assert_eq!(far(&mut [hour()], 9, 7200), None, "in an hour it goes on");
    assert_eq!(far(&mut [even()], 1000, 0), None, "an even rate is never used up");
    assert_eq!(far(&mut [day(), hour()], 9, 0), None);
    assert_eq!(far(&mut [day(), hour()], 20, 0), Some((9, 1, "10/h".to_owned())));
    assert_eq!(far(&mut [day()], 0, 0), None);
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

fn rate(messages: u32, seconds: u64) -> Rate {
    Rate { messages, per: Duration::from_secs(seconds) }
}

fn relay_limits(rates: &[Rate], warm_up: &[u32]) -> RelayLimits {
    RelayLimits { rates: rates.to_vec(), warm_up: warm_up.to_vec() }
}

#[test]
fn without_limits_there_is_no_limit() {
    let mut limits = Limits::new(&RelayLimits::default(), &[], at(0));
    assert_eq!((limits.ready(at(0)), limits.limit_reached(at(0)), limits.next(at(0))), (u64::MAX, None, at(0)));
}

#[test]
fn every_limit_holds_and_what_other_runs_sent_counts() {
    let configured = relay_limits(&[rate(10, 1), rate(100, 3600), rate(150, 86400)], &[]);
    let yesterday = SentInMinute { minute: at(-7200), messages: 60 };
    let mut limits = Limits::new(&configured, &[yesterday], at(0));
    let mut sent = 0;
    for tenth in 0..600 {
        let now = at(0) + TimeDelta::milliseconds(100 * tenth);
        let ready = limits.ready(now);
        limits.take(ready, now);
        sent += ready;
    }
    // Ten a second, until the 150 of the day are used up; then the hour would have had room for ten more.
    assert_eq!(sent, 90);
    let reached = LimitReached { limit: "150/d".to_owned(), until: at(-7200 + 86400 + 60) };
    assert_eq!(limits.limit_reached(at(60)), Some(reached.clone()));
    assert_eq!(limits.next(at(60)), reached.until);
}

#[test]
fn an_even_rate_alone_is_never_used_up() {
    let mut limits = Limits::new(&relay_limits(&[rate(1, 60)], &[]), &[], at(0));
    assert_eq!(limits.ready(at(0)), 1);
    limits.take(1, at(0));
    assert_eq!((limits.ready(at(0)), limits.limit_reached(at(0))), (0, None));
    assert_eq!((limits.next(at(0)) - at(60)).num_milliseconds(), 0);
}

#[test]
fn the_amount_of_a_day_holds_beside_the_rates_and_what_came_back_is_free_again() {
    let configured = relay_limits(&[rate(100, 3600)], &[20]);
    let mut limits = Limits::new(&configured, &[], at(0));
    assert_eq!(limits.ready(at(0)), 20);
    limits.take(20, at(0));
    assert_eq!(limits.limit_reached(at(0)).unwrap().limit, "day 1 of its warm-up, 20 messages");
    limits.give_back();
    assert_eq!((limits.ready(at(0)), limits.limit_reached(at(0))), (1, None));
}

#[test]
fn a_limit_the_server_reports_holds_until_it_is_over() {
    let mut limits = Limits::new(&RelayLimits::default(), &[], at(0));
    let reported = LimitReached { limit: "550 5.4.5 daily".to_owned(), until: at(3600) };
    limits.note_limit_reached(reported.clone());
    assert_eq!(
        (limits.ready(at(3599)), limits.limit_reached(at(3599)), limits.next(at(10))),
        (0, Some(reported), at(3600))
    );
    assert_eq!((limits.ready(at(3600)), limits.limit_reached(at(3600))), (u64::MAX, None));
}

#[test]
fn the_slowest_rate_says_how_long_it_takes() {
    assert_eq!(relay_limits(&[rate(10, 1), rate(100, 60)], &[]).time_for(300), Duration::from_mins(3));
    let daily = relay_limits(&[rate(10, 1), rate(2000, 86400)], &[]);
    assert_eq!([100, 2000, 5000].map(|messages| daily.time_for(messages).as_secs()), [10, 200, 2 * 86400]);
    assert_eq!(RelayLimits::default().time_for(300), Duration::ZERO);
    assert_eq!(
        [rate(14, 1), rate(30, 60), rate(500, 3600), rate(2000, 86400)].map(|rate| rate.to_string()),
        ["14/s", "30/m", "500/h", "2000/d"]
    );
}
