//! Describes a run before and after: plan, keys, relays and limits; counts and the reason it ended.

use std::time::Duration;

use super::circuit_breaker::HeldDomain;
use crate::delivery::clock::Clock;
use crate::delivery::limits::scheduler::Slot;
use crate::delivery::relay::Relay;
use crate::delivery::retry::Retry;
use crate::delivery::stop::EndReason;
use crate::ledger::{Ledger, Plan};
use crate::message::MessageKeys;
use crate::model::Counts;

/// A run that delivers the open rows of a plan.
#[derive(Debug)]
pub struct Run<'a> {
    /// Letter and audience.
    pub plan: &'a Plan,
    /// The keys that messages are signed with and unsubscribe links are made with.
    pub keys: &'a MessageKeys,
    /// The relays that carry the messages; at least one.
    pub relays: &'a [Relay],
    /// When deferred subscribers are tried again.
    pub retry: Retry,
    /// The longest wait for deferred subscribers when nothing else is left, and for a limit that is reached.
    pub wait: Duration,
    /// The time without a reply after which a relay is disabled.
    pub patience: Duration,
    /// The time a ledger on a server may be out of reach before the run ends.
    pub ledger_patience: Duration,
    /// The most messages to send.
    pub limit: Option<u64>,
    /// Whether refusals are accepted, however many there are.
    pub accept_refusals: bool,
    /// The time.
    pub clock: Clock,
}

/// A finished run.
pub struct RunReport {
    /// The ledger it worked on; this process holds no claim in it any more.
    pub ledger: Box<dyn Ledger>,
    /// The rows in each state, whichever process moved them.
    pub counts: Counts,
    /// Messages accepted in this run.
    pub accepted: u64,
    /// The reason it ended.
    pub end: EndReason,
    /// Addresses that this run suppressed: their servers say that they do not exist.
    pub suppressed: Vec<String>,
    /// The number of further addresses reported as nonexistent in a run with too many refusals to trust that.
    pub doubted: u64,
    /// Domains that were held.
    pub held: Vec<HeldDomain>,
}

impl Run<'_> {
    /// Connections at once over all relays.
    pub(super) fn connections(&self) -> usize {
        self.relays.iter().map(|relay| relay.connections).sum()
    }

    /// The messages that may be in flight over all relays.
    pub(super) fn max_in_flight(&self) -> usize {
        self.relays.iter().map(Relay::max_in_flight).sum()
    }

    /// The slots of all workers.
    pub(super) fn slots(&self) -> impl Iterator<Item = Slot> {
        let relays = self.relays.iter().enumerate();
        relays.flat_map(|(relay, Relay { connections, .. })| {
            (0..*connections).map(move |connection| Slot { relay, connection })
        })
    }

    /// The name of `relay`, when there are several.
    pub(super) fn name_among_several(&self, relay: usize) -> Option<String> {
        (self.relays.len() > 1).then(|| self.relays[relay].name.clone())
    }
}
