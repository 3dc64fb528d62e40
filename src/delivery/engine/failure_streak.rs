//! Counts the consecutive failures of a worker.

use std::time::{Duration, Instant};

/// The number of rows that may break their connection before the relay counts as failing: some rows may break every
/// connection, and others wait behind them.
const MAX_SUSPECT_ROWS: usize = 10;

/// The longest wait between two attempts to connect.
const MAX_BACKOFF: Duration = Duration::from_mins(1);

/// The failures of one worker since its last success.
#[derive(Debug, Default)]
pub(super) struct FailureStreak {
    failures: u32,
    since: Option<Instant>,
    /// Rows over which connections broke.
    suspects: Vec<u32>,
    /// Whether the last failure may be about its row alone.
    may_be_row_specific: bool,
}

impl FailureStreak {
    /// Counts a connection that could not be opened.
    pub(super) fn connect_failed(&mut self) -> &Self {
        self.count(false)
    }

    /// Counts a connection that broke over row `seq` before any reply about a message.
    pub(super) fn connection_broken(&mut self, seq: u32) -> &Self {
        // Rows come back when there are no others.
        let is_another = !self.suspects.contains(&seq) && self.suspects.len() < MAX_SUSPECT_ROWS;
        if is_another {
            self.suspects.push(seq);
        }
        self.count(is_another)
    }

    fn count(&mut self, may_be_row_specific: bool) -> &Self {
        self.failures += 1;
        self.since.get_or_insert_with(Instant::now);
        self.may_be_row_specific = may_be_row_specific;
        self
    }

    /// The time since the first failure.
    pub(super) fn duration(&self) -> Duration {
        self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Whether the last failure may be about its row alone.
    pub(super) fn may_be_row_specific(&self) -> bool {
        self.may_be_row_specific
    }

    /// The wait before the next attempt: twice as long after each failure.
    pub(super) fn backoff(&self) -> Duration {
        Duration::from_secs(1 << (self.failures.clamp(1, 7) - 1)).min(MAX_BACKOFF)
    }
}
