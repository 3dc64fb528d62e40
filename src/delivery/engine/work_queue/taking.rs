//! Hands rows to the workers, each with the permission of its relay.

use std::sync::{Condvar, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::{Dequeued, Inner, WorkQueue};
use crate::delivery::limits::scheduler::{Permission, Slot};
use crate::ledger::Row;

/// The result of one look for a row.
enum Polled {
    Row(Row),
    /// No row lies ready.
    None,
    /// The relay must not carry one now; look again after this time.
    NotNow(Duration),
    /// The relay asked for fewer connections; look again after this time.
    CloseConnection(Duration),
    /// The relay is disabled.
    Disabled,
}

impl WorkQueue {
    /// A row for `slot`; waits for one at most `time`. With `connected` it does not wait for a relay that asked for
    /// fewer connections.
    pub(in crate::delivery::engine) fn next_within(&self, slot: Slot, time: Duration, connected: bool) -> Dequeued {
        let began = Instant::now();
        let mut inner = self.lock();
        let dismissals = inner.dismissals;
        let mut waits = false;
        let dequeued = loop {
            let next = match inner.poll(slot, self.clock.now(), &self.drain) {
                Polled::Row(row) => break Dequeued::Row(row),
                Polled::Disabled => break Dequeued::Closed,
                _ if inner.closed || inner.dismissals != dismissals => break Dequeued::Closed,
                Polled::CloseConnection(_) if connected => break Dequeued::TimedOut,
                Polled::CloseConnection(next) | Polled::NotNow(next) => next,
                Polled::None => time,
            };
            let left = time.saturating_sub(began.elapsed());
            if left.is_zero() {
                break Dequeued::TimedOut;
            }
            if !waits {
                waits = true;
                inner.waiting += 1;
                inner.request_drain(&self.drain);
            }
            inner = self.rows.wait_timeout(inner, next.min(left)).unwrap_or_else(PoisonError::into_inner).0;
        };
        inner.waiting -= usize::from(waits);
        dequeued
    }

    /// A row for `slot`, if one is ready and its relay may carry one.
    pub(in crate::delivery::engine) fn try_next(&self, slot: Slot) -> Option<Row> {
        match self.lock().poll(slot, self.clock.now(), &self.drain) {
            Polled::Row(row) => Some(row),
            Polled::NotNow(_) | Polled::CloseConnection(_) | Polled::None | Polled::Disabled => None,
        }
    }
}

impl Inner {
    fn poll(&mut self, slot: Slot, now: DateTime<Utc>, drain: &Condvar) -> Polled {
        let until = |next: DateTime<Utc>| (next - now).to_std().unwrap_or_default();
        match self.scheduler.permission(slot, now) {
            Permission::Go => {}
            Permission::Wait(next) => return Polled::NotNow(until(next)),
            Permission::CloseConnection(next) => return Polled::CloseConnection(until(next)),
            Permission::Disabled => return Polled::Disabled,
        }
        let Some((row, _)) = self.ready.pop_front() else { return Polled::None };
        self.scheduler.take(slot.relay, now);
        if self.ready.len() == self.low_water {
            self.request_drain(drain);
        }
        Polled::Row(row)
    }
}
