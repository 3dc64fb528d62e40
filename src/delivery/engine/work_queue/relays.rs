//! Notes what the workers learn about the relays: replies, limits, throttling and failures.

use std::time::Duration;

use super::WorkQueue;
use crate::delivery::limits::LimitReached;
use crate::delivery::limits::scheduler::{Remaining, ThrottledTo};

impl WorkQueue {
    /// The time since the last reply from `relay`, on any connection.
    pub(in crate::delivery::engine) fn time_since_reply(&self, relay: usize) -> Duration {
        self.lock().last_replies.get(&relay).unwrap_or(&self.opened).elapsed()
    }

    /// Notes that a connection to `relay` failed.
    pub(in crate::delivery::engine) fn mark_failing(&self, relay: usize) {
        self.lock().scheduler.mark_failing(relay);
    }

    /// Counts a reply of `relay` about this account. Returns whether it is confirmed by an earlier one.
    pub(in crate::delivery::engine) fn confirm_account_reply(&self, relay: usize) -> bool {
        self.lock().scheduler.confirm_account_reply(relay)
    }

    /// Notes that `relay` reported a limit; returns whether that is new.
    pub(in crate::delivery::engine) fn note_limit_reached(&self, relay: usize, limit: LimitReached) -> bool {
        self.lock().scheduler.note_limit_reached(relay, limit, self.clock.now())
    }

    /// Notes that `relay` asked for fewer messages. Returns the new limits if they changed.
    pub(in crate::delivery::engine) fn on_throttled(&self, relay: usize) -> Option<ThrottledTo> {
        self.lock().scheduler.on_throttled(relay, self.clock.now())
    }

    /// Disables `relay` for the rest of the run: its workers end.
    pub(in crate::delivery::engine) fn disable(&self, relay: usize) -> Remaining {
        let remaining = self.lock().scheduler.disable(relay);
        self.rows.notify_all();
        remaining
    }
}
