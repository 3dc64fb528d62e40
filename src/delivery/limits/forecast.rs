//! Forecasts how much a run can send within its limits.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::usage::{LimitReached, Limits};

/// Forecasts a run that is to send `wanted` messages over the relays of `limits` and waits no
/// longer than `wait` for a limit. Returns `None` if it sends all of them, otherwise the number it
/// sends, the relay that may continue first, and its limit.
pub fn forecast(
    limits: &mut [Limits],
    wanted: u64,
    now: DateTime<Utc>,
    wait: Duration,
) -> Option<(u64, usize, LimitReached)> {
    let (mut time, mut sent) = (now, 0);
    loop {
        for limits in &mut *limits {
            let messages = limits.room(time).min(wanted - sent);
            limits.note(messages, time);
            sent += messages;
        }
        if sent == wanted {
            return None;
        }
        let reached =
            limits.iter_mut().enumerate().filter_map(|(relay, limits)| Some((relay, limits.limit_reached(time)?)));
        let (relay, first) = reached.min_by_key(|(_, reached)| reached.until)?;
        if first.until - time > TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX) || first.until <= time {
            return Some((sent, relay, first));
        }
        time = first.until;
    }
}
