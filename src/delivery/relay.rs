//! A relay: a courier, and how hard it may be worked.

use std::fmt;

use super::courier::Courier;
use super::limits::Terms;

/// A courier as a delivery uses it. Several share a delivery when they are mail servers; there is one folder, or one program.
#[derive(Debug, Clone)]
pub struct Relay {
    /// How people know it: `smtp.example.org:587`.
    pub name: String,
    /// Whose limits it uses up, the same in every run: `ada at smtp.example.org:587`.
    pub account: String,
    /// What carries the messages.
    pub courier: Courier,
    /// Connections at once; at least one.
    pub connections: usize,
    /// What it is allowed.
    pub terms: Terms,
    /// Its share beside others; without any, each takes as much as it can.
    pub weight: Option<u32>,
}

impl Relay {
    /// How many messages may be under way at once.
    pub(super) fn at_once(&self) -> usize {
        match self.courier {
            Courier::Smtp { in_flight, .. } => self.connections * in_flight,
            Courier::Outbox(_) | Courier::Sendmail(_) => self.connections,
        }
    }
}

impl fmt::Display for Relay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}
