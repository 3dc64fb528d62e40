//! Describes a relay: a courier with its limits and its share of the messages.

use std::fmt;

use super::couriers::Courier;
use super::limits::RelayLimits;

/// A courier in a delivery. Several mail servers can share a delivery; a folder or a program is
/// always alone.
#[derive(Debug, Clone)]
pub struct Relay {
    /// Its name in messages: `smtp.example.org:587`.
    pub name: String,
    /// The account for which limits are counted, the same in every run:
    /// `ada at smtp.example.org:587`.
    pub account: String,
    /// The courier.
    pub courier: Courier,
    /// The number of simultaneous connections, at least one.
    pub connections: usize,
    /// Its limits.
    pub limits: RelayLimits,
    /// Its share of the messages. If no relay has a share, each takes as many as it can.
    pub weight: Option<u32>,
}

impl Relay {
    /// Returns the largest number of messages in flight.
    pub(in crate::delivery) fn max_in_flight(&self) -> usize {
        match self.courier {
            Courier::Smtp { max_in_flight: in_flight, .. } => self.connections * in_flight,
            Courier::Outbox(_) | Courier::Sendmail(_) => self.connections,
        }
    }
}

impl fmt::Display for Relay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}
