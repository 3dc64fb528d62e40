//! How long a connection is used. Pure.

use std::time::{Duration, Instant};

/// The time after which a connection is opened anew: what is spread over several machines behind one name, and whoever has a
/// new certificate, is met again.
const LONGEST: Duration = Duration::from_mins(10);

/// How long a connection is used: so many messages, and [`LONGEST`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    messages: u32,
    end: Instant,
}

impl Span {
    /// Of at most so many `messages` over a connection opened `now`.
    pub(super) fn new(messages: u32, now: Instant) -> Self {
        Self { messages, end: now + LONGEST }
    }

    /// Whether another message may follow `begun` ones.
    pub(super) fn has_room(&self, begun: u32, now: Instant) -> bool {
        begun < self.messages && now < self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_used_for_so_many_messages_and_ten_minutes() {
        let opened = Instant::now();
        let span = Span::new(100, opened);
        let room = |begun, seconds| span.has_room(begun, opened + Duration::from_secs(seconds));
        assert_eq!([room(0, 0), room(99, 599), room(100, 0), room(0, 600)], [true, true, false, false]);
    }
}
