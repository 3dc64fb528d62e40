//! Counts the time of a run from a start that is passed in, by a clock that never jumps.

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};

/// The wall clock at the start of the run, and the time since: correcting the system clock moves no retry.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    wall: DateTime<Utc>,
    began: Instant,
}

impl Clock {
    /// A clock that shows `wall` now.
    pub fn starting_at(wall: DateTime<Utc>) -> Self {
        Self { wall, began: Instant::now() }
    }

    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        let elapsed = TimeDelta::from_std(self.began.elapsed()).unwrap_or(TimeDelta::MAX);
        self.wall.checked_add_signed(elapsed).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}
