//! Splits a line of a Postfix log into its time, its process and its message.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, TimeDelta, Utc};

/// `postfix/submission/smtpd[4711]`.
#[derive(Clone, Copy)]
pub(super) struct Process<'a>(pub(super) &'a str);

impl<'a> Process<'a> {
    pub(super) fn service(self) -> &'a str {
        let name = self.0.split('[').next().unwrap_or_default();
        name.rsplit('/').next().unwrap_or_default()
    }
}

/// Splits the text after the time, `host postfix/qmgr[7]: said`, into the process and its message.
pub(super) fn process(rest: &str) -> Option<(Process<'_>, &str)> {
    let (_, rest) = rest.split_once(' ')?;
    let (process, said) = rest.split_once(": ")?;
    (process.contains('/') && process.ends_with(']')).then_some((Process(process), said))
}

/// Splits a line into its time and the rest. Two formats are in use:
/// `2026-11-22T15:28:46.123456+01:00`, and that of RFC 3164, `Nov 22 15:28:46`, without year and
/// time zone.
pub(super) fn split_time(line: &str, now: DateTime<FixedOffset>) -> Option<(DateTime<Utc>, &str)> {
    let (first, rest) = line.split_once(' ')?;
    if let Ok(time) = DateTime::parse_from_rfc3339(first) {
        return Some((time.to_utc(), rest));
    }
    let (time, rest) = line.split_at_checked("Nov 22 15:28:46".len())?;
    // The latest year in which the time is not in the future.
    let year = [now.year(), now.year() - 1].into_iter().find_map(|year| {
        let time = NaiveDateTime::parse_from_str(&format!("{year} {time}"), "%Y %b %e %T").ok()?;
        let time = time.and_local_timezone(*now.offset()).single()?;
        (time <= now + TimeDelta::days(1)).then_some(time)
    });
    Some((year?.to_utc(), rest.strip_prefix(' ')?))
}
