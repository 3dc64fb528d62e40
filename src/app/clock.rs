//! Reads the wall clock, which no other file does, and draws random bytes.

use chrono::{DateTime, FixedOffset, Local, MappedLocalTime, NaiveDateTime, NaiveTime, SubsecRound, TimeZone, Utc};

/// Returns the time in whole seconds, as headers and the ledger write it.
pub(crate) fn now() -> DateTime<Utc> {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    Utc::now().trunc_subsecs(0)
}

/// Returns the time in this machine's time zone.
pub(crate) fn local_now() -> DateTime<FixedOffset> {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    Local::now().fixed_offset()
}

/// Returns the time of day in this machine's time zone.
pub(crate) fn time_of_day() -> NaiveTime {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    Local::now().time()
}

/// Returns when it is `time` in this machine's time zone: never or twice where clocks are put forward or back.
pub(crate) fn local_time(time: NaiveDateTime) -> MappedLocalTime<DateTime<FixedOffset>> {
    Local.from_local_datetime(&time).map(|time| time.fixed_offset())
}

/// Draws sixteen random bytes.
///
/// Errors when the system provides none.
pub(crate) fn random_bytes() -> anyhow::Result<[u8; 16]> {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| anyhow::anyhow!("cannot get random bytes from the system"))?;
    Ok(bytes)
}
