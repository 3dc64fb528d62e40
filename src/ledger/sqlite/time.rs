//! Reads the times of the ledger.

use anyhow::Context;
use chrono::{DateTime, Utc};

/// Reads a time from a column of seconds since 1970.
pub(super) fn time_from_seconds(seconds: i64) -> anyhow::Result<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0).with_context(|| format!("the ledger contains an impossible time, `{seconds}`"))
}
