//! Limits how long a connection is used. Pure.

use std::time::{Duration, Instant};

/// The time after which a connection is opened again: to reach other machines behind the same name, and to see a new
/// certificate.
const MAX_LIFETIME: Duration = Duration::from_mins(10);

/// The messages and the time a connection is used for.
#[derive(Debug, Clone, Copy)]
pub(super) struct ConnectionBudget {
    messages: u32,
    end: Instant,
}

impl ConnectionBudget {
    /// A budget of `messages` and [`MAX_LIFETIME`] for a connection opened at `now`.
    pub(super) fn new(messages: u32, now: Instant) -> Self {
        Self { messages, end: now + MAX_LIFETIME }
    }

    /// Whether another message may follow after `begun`.
    pub(super) fn allows_another(&self, begun: u32, now: Instant) -> bool {
        begun < self.messages && now < self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_used_for_so_many_messages_and_ten_minutes() {
        let opened = Instant::now();
        let span = ConnectionBudget::new(100, opened);
        let room = |begun, seconds| span.allows_another(begun, opened + Duration::from_secs(seconds));
        assert_eq!([room(0, 0), room(99, 599), room(100, 0), room(0, 600)], [true, true, false, false]);
    }
}
