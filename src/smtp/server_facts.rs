//! Records what the conversations of a run have shown about a server, beyond what it announces. All of them share it.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::reply::Reply;

/// Facts about a server. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct ServerFacts(Arc<SharedFacts>);

#[derive(Debug, Default)]
struct SharedFacts {
    bits: AtomicU8,
    /// The messages it accepts over a connection; 0 if unknown.
    per_connection: AtomicU32,
    /// The address that responded last.
    address: Mutex<Option<IpAddr>>,
}

/// A fact about a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Fact {
    /// It has greeted.
    Greeted = 1,
    /// It has replied to an envelope of pipelined commands.
    PipelinesEnvelopes = 1 << 1,
    /// It has replied to an envelope that was pipelined behind the end of the previous message.
    PipelinesMessages = 1 << 2,
    /// It offers PIPELINING and did not reply to pipelined commands, or not correctly: commands are sent one by one.
    NoPipelining = 1 << 3,
    /// The same, confirmed: commands sent one by one work.
    WorksWithoutPipelining = 1 << 4,
    /// It has accepted a message after BDAT.
    AcceptsChunks = 1 << 5,
    /// It offers CHUNKING but does not know BDAT.
    RejectsChunks = 1 << 6,
}

impl ServerFacts {
    /// Returns whether the server has shown `fact`.
    pub fn has(&self, fact: Fact) -> bool {
        self.0.bits.load(Ordering::Relaxed) & fact as u8 != 0
    }

    /// Records `fact`. Returns whether it is new.
    pub fn record(&self, fact: Fact) -> bool {
        self.0.bits.fetch_or(fact as u8, Ordering::Relaxed) & fact as u8 == 0
    }

    /// Returns whether `reply` to a BDAT means that the command is unknown, because the server has
    /// never accepted a message after one.
    pub(super) fn rejects_chunking(&self, reply: &Reply) -> bool {
        let text = reply.text().to_ascii_lowercase();
        let about_bdat = reply.is_permanent() && ["bdat", "chunking"].iter().any(|word| text.contains(word));
        !self.has(Fact::AcceptsChunks) && ((500..=504).contains(&reply.code) || about_bdat)
    }

    /// Returns the number of messages it accepts over a connection, if known.
    pub fn messages_per_connection(&self) -> Option<u32> {
        Some(self.0.per_connection.load(Ordering::Relaxed)).filter(|&most| most > 0)
    }

    /// Records that it closed a connection after `messages`. Returns whether that is fewer than before.
    pub fn record_messages_per_connection(&self, messages: u32) -> bool {
        let fewer = |most: u32| (messages > 0 && (most == 0 || messages < most)).then_some(messages);
        self.0.per_connection.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer).is_ok()
    }

    /// The address that responded last.
    pub(super) fn address(&self) -> Option<IpAddr> {
        *self.0.address.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records that it responded at `address`.
    pub(super) fn record_address(&self, address: IpAddr) {
        *self.0.address.lock().unwrap_or_else(PoisonError::into_inner) = Some(address);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_facts_and_report_a_new_one_once() {
        let facts = ServerFacts::default();
        let other = facts.clone();
        assert!(!facts.has(Fact::Greeted));
        assert_eq!([other.record(Fact::Greeted), facts.record(Fact::Greeted)], [true, false]);
        assert!(facts.has(Fact::Greeted) && !facts.has(Fact::NoPipelining));
        assert_eq!(
            [0, 5, 7, 3].map(|messages| facts.record_messages_per_connection(messages)),
            [false, true, false, true]
        );
        assert_eq!(other.messages_per_connection(), Some(3));
        other.record_address(IpAddr::from([127, 0, 0, 1]));
        assert_eq!(facts.address(), Some(IpAddr::from([127, 0, 0, 1])));
    }
}
