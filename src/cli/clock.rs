//! The only place that reads the wall clock and draws random bytes.

use chrono::{DateTime, FixedOffset, Local, NaiveTime, SubsecRound, Utc};

/// The time, in whole seconds: what headers and the ledger can say.
pub(super) fn now() -> DateTime<Utc> {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    Utc::now().trunc_subsecs(0)
}

/// The time in this machine's time zone.
pub(super) fn local_now() -> DateTime<FixedOffset> {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    Local::now().fixed_offset()
}

/// The time on the wall of this machine's time zone.
pub(super) fn time_of_day() -> NaiveTime {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    Local::now().time()
}

/// Sixteen random bytes.
///
/// Errors when the system has none to give.
pub(super) fn random_bytes() -> anyhow::Result<[u8; 16]> {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| anyhow::anyhow!("the system gave no random bytes"))?;
    Ok(bytes)
}
