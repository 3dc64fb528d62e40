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
use super::retry::Retry;
use super::stop::{Stop, StopReason};
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
    /// What carries the messages.
    pub courier: &'a Courier,
    /// Connections at once; at least one.
    pub connections: usize,
    /// At most so many messages.
    pub rate: Option<Rate>,
    /// When deferred subscribers are tried again.
    pub retry: Retry,
    /// How long to wait for deferred subscribers when nothing else is left.
    pub wait: Duration,
    /// How long a server may answer nothing before the run ends.
    pub patience: Duration,
    /// How long a ledger on a server may be out of reach before the run ends.
    pub ledger_patience: Duration,
    /// Hand out at most so many messages.
    pub limit: Option<u64>,
    /// The time.
    pub clock: Clock,
}

/// So many messages (at least one) in so much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Messages.
    pub messages: u32,
    /// In this time.
    pub per: Duration,
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
    /// How many messages may be under way at once.
    pub(super) fn at_once(&self) -> usize {
        match self.courier {
            Courier::Smtp { in_flight, .. } => self.connections * in_flight,
            Courier::Outbox(_) | Courier::Sendmail(_) => self.connections,
        }
    }

    /// Delivers to every open row of the plan. Prints nothing; what happens goes to `events`.
    ///
    /// Errors when the ledger fails; then no message went out that it does not know of.
    pub fn deliver(&self, mut ledger: Box<dyn Ledger>, stop: &Stop, events: &Sender<Event>) -> anyhow::Result<Ended> {
        let marks = ledger.marks(self.plan, self.courier.is_repeatable())?;
        let tray = Tray::new(self.connections);
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
            for number in 0..self.connections {
                let mut desk = Desk::new(self, stop, &tray, &marks, events.clone());
                scope.spawn(move || match self.courier {
                    Courier::Smtp { server, per_connection, in_flight } => {
                        over_smtp::work(&mut desk, server, *per_connection, *in_flight, number);
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
}
