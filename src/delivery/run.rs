//! The run: a plan's open rows to the courier, by as many workers as there are connections, until everybody is settled,
//! nothing can be done now, or somebody stops it.

use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use anyhow::anyhow;
use chrono::{DateTime, Utc};

use super::clock::Clock;
use super::courier::Courier;
use super::desk::Desk;
use super::event::Event;
use super::ledger::{Counts, Ledger, Plan};
use super::limits::{Limits, UsedUp};
use super::relay::Relay;
use super::retry::Retry;
use super::stop::{Stop, StopReason};
use super::traffic::{Left, Place, Traffic};
use super::tray::Tray;
use super::writer::Writer;
use super::{by_hand, over_smtp};
use crate::message::Keys;

/// A delivery to be carried on.
#[derive(Debug)]
pub struct Run<'a> {
    /// Letter and audience.
    pub plan: &'a Plan,
    /// What the messages are made with.
    pub keys: &'a Keys,
    /// What carries the messages; at least one.
    pub relays: &'a [Relay],
    /// When deferred subscribers are tried again.
    pub retry: Retry,
    /// How long to wait for deferred subscribers when nothing else is left, and for a limit that is used up.
    pub wait: Duration,
    /// How long a relay may answer nothing before it is set aside.
    pub patience: Duration,
    /// How long a ledger on a server may be out of reach before the run ends.
    pub ledger_patience: Duration,
    /// Hand out at most so many messages.
    pub limit: Option<u64>,
    /// The time.
    pub clock: Clock,
}

/// Why a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Nobody is left to be sent to.
    Done,
    /// Only deferred subscribers are left, the first of them due at this time.
    Deferred(DateTime<Utc>),
    /// As many were sent as were asked for.
    Limit,
    /// A limit is used up.
    UsedUp {
        /// The relay that goes on first.
        relay: String,
        /// Its limit.
        used_up: UsedUp,
    },
    /// It was stopped.
    Stopped(StopReason),
}

/// A run that is over.
pub struct Ended {
    /// The ledger it worked on; this process has let go of every row of it.
    pub ledger: Box<dyn Ledger>,
    /// Where everybody is, whoever brought them there.
    pub counts: Counts,
    /// How many messages the server accepted in this run.
    pub accepted: u64,
    /// Why it ended.
    pub ending: Ending,
}

impl Run<'_> {
    /// Delivers to every open row of the plan. Prints nothing; what happens goes to `events`.
    ///
    /// Errors when the ledger fails; then no message went out that it does not know of.
    pub fn deliver(&self, mut ledger: Box<dyn Ledger>, stop: &Stop, events: &Sender<Event>) -> anyhow::Result<Ended> {
        let repeatable = self.relays.iter().all(|relay| relay.courier.is_repeatable());
        let marks = ledger.marks(self.plan, repeatable)?;
        let tray = Tray::new(self.traffic(ledger.as_mut())?, self.connections(), self.clock);
        let writer = Writer::new(ledger, self, stop, events, (&tray, &marks))?;
        let ended = thread::scope(|scope| {
            let serving = scope.spawn(|| {
                let served = writer.serve();
                if served.is_err() {
                    // What is in flight cannot be recorded any more: there is nothing to wait for.
                    stop.cut();
                }
                served
            });
            for (line, place) in self.places().enumerate() {
                let mut desk = Desk::new(self, place, stop, &tray, &marks, events.clone());
                scope.spawn(move || match &self.relays[place.relay].courier {
                    Courier::Smtp { server, per_connection, in_flight } => {
                        over_smtp::work(&mut desk, server, *per_connection, *in_flight, line);
                    }
                    Courier::Outbox(outbox) => by_hand::work(&mut desk, outbox),
                    Courier::Sendmail(sendmail) => by_hand::work(&mut desk, sendmail),
                });
            }
            serving.join().map_err(|_| anyhow!("the ledger's thread ended before its time; this is a bug"))?
        })?;
        let ending = stop.reason().map_or(ended.ending, Ending::Stopped);
        Ok(Ended { ending, ..ended })
    }

    /// Connections at once over all relays.
    pub(super) fn connections(&self) -> usize {
        self.relays.iter().map(|relay| relay.connections).sum()
    }

    /// How many messages may be under way at once over all relays.
    pub(super) fn at_once(&self) -> usize {
        self.relays.iter().map(Relay::at_once).sum()
    }

    /// The places of all workers.
    fn places(&self) -> impl Iterator<Item = Place> {
        let relays = self.relays.iter().enumerate();
        relays
            .flat_map(|(relay, Relay { connections, .. })| (0..*connections).map(move |number| Place { relay, number }))
    }

    /// The relays with what earlier runs left of their limits.
    fn traffic(&self, ledger: &mut dyn Ledger) -> anyhow::Result<Traffic> {
        let now = self.clock.now();
        let mut lanes = Vec::with_capacity(self.relays.len());
        for relay in self.relays {
            let limits = Limits::new(&relay.terms, &ledger.sent(&relay.account)?, now);
            lanes.push((limits, relay.connections, relay.weight));
        }
        Ok(Traffic::new(lanes, now))
    }

    /// The name of `relay`, when there are several.
    pub(super) fn name_among_several(&self, relay: usize) -> Option<String> {
        (self.relays.len() > 1).then(|| self.relays[relay].name.clone())
    }

    /// Takes `relay` out of the run for `reason`, which ends with the last of them.
    pub(super) fn set_aside(
        &self,
        relay: usize,
        reason: StopReason,
        (tray, stop): (&Tray, &Stop),
        events: &Sender<Event>,
    ) {
        match tray.take_out(relay) {
            Left::None => stop.ask(reason),
            Left::Others => {
                let relay = self.relays[relay].name.clone();
                let _ = events.send(Event::SetAside { relay, reason });
            }
            Left::Same => {}
        }
    }
}
