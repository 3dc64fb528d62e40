//! Tests the waiting and the closing of the work queue.

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::time::Duration;

use chrono::DateTime;

use super::*;
use crate::delivery::limits::scheduler::Slot;
use crate::delivery::limits::{Limits, RelayLimits};
use crate::ledger::ClaimedRow;
use crate::model::{EmailAddress, Subscriber};

const FIRST: Slot = Slot { relay: 0, connection: 0 };

/// A queue between the ledger and one worker of a relay without limits.
fn queue() -> WorkQueue {
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let limits = Limits::new(&RelayLimits::default(), &[], now);
    WorkQueue::new(RelayScheduler::new([(limits, 1, None)], now), 1, Clock::starting_at(now))
}

fn row() -> Row {
    let subscriber = Subscriber { address: EmailAddress::parse("ada@example.org").unwrap(), fields: BTreeMap::new() };
    Row { seq: 1, fencing_token: 0, subscriber, attempts: 0, letter: None }
}

#[test]
fn a_worker_waits_for_a_row_no_longer_than_it_wants_to() {
    let queue = queue();
    assert!(matches!(queue.next_within(FIRST, Duration::from_millis(20), true), Dequeued::TimedOut));
    let (_, status) = queue.drain(Duration::ZERO);
    assert_eq!((status.waiting, status.workers), (0, 1), "it no longer waits");
    queue.push(vec![row()]);
    assert!(matches!(queue.next_within(FIRST, Duration::ZERO, true), Dequeued::Row(taken) if taken == row()));
}

#[test]
fn a_closed_queue_has_no_rows_and_gives_no_marks() {
    let queue = queue();
    queue.push(vec![row()]);
    queue.close();
    assert!(matches!(queue.next_within(FIRST, Duration::MAX, false), Dequeued::Closed));
    let (permission, marked) = mpsc::channel();
    queue.request_mark(MarkRequest {
        mark: Mark { claim: ClaimedRow { seq: 1, fencing_token: 0 }, version: 1 },
        permission,
    });
    assert_eq!(marked.recv(), Err(mpsc::RecvError), "the worker that asked is not left waiting");
}
