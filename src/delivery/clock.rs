//! The time during a run: told once from outside, then counted by a clock that never jumps.

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};

/// The wall clock as it was when the run began, and the time since: a corrected system clock moves nobody's retry.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    wall: DateTime<Utc>,
    began: Instant,
}

impl Clock {
    /// It is `wall` now.
    pub fn starting_at(wall: DateTime<Utc>) -> Self {
        Self { wall, began: Instant::now() }
    }

    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        let elapsed = TimeDelta::from_std(self.began.elapsed()).unwrap_or(TimeDelta::MAX);
        self.wall.checked_add_signed(elapsed).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}
