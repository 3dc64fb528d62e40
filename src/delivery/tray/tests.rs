use std::collections::BTreeMap;
use std::sync::mpsc;

use super::super::ledger::Claim;
use super::super::limits::{Limits, Terms};
use super::*;
use crate::model::{EmailAddress, Subscriber};

const FIRST: Place = Place { relay: 0, number: 0 };

/// A tray between the ledger and one worker of a relay without limits.
fn tray() -> Tray {
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let limits = Limits::new(&Terms::default(), &[], now);
    Tray::new(Traffic::new([(limits, 1, None)], now), 1, Clock::starting_at(now))
}

fn row() -> Row {
    let subscriber = Subscriber { address: EmailAddress::parse("ada@example.org").unwrap(), fields: BTreeMap::new() };
    Row { seq: 1, fence: 0, subscriber, attempts: 0, letter: None }
}

#[test]
fn a_worker_waits_for_a_row_no_longer_than_it_wants_to() {
    let tray = tray();
    assert!(matches!(tray.take_within(FIRST, Duration::from_millis(20), true), Work::Later));
    let (_, standing) = tray.collect(Duration::ZERO);
    assert_eq!((standing.waiting, standing.workers), (0, 1), "it no longer waits");
    tray.put(vec![row()]);
    assert!(matches!(tray.take_within(FIRST, Duration::ZERO, true), Work::Row(taken) if taken == row()));
}

#[test]
fn a_closed_tray_has_no_rows_and_gives_no_marks() {
    let tray = tray();
    tray.put(vec![row()]);
    tray.close();
    assert!(matches!(tray.take_within(FIRST, Duration::MAX, false), Work::Over));
    let (answer, marked) = mpsc::channel();
    tray.mark(Asked { mark: Mark { claim: Claim { seq: 1, fence: 0 }, version: 1 }, answer });
    assert_eq!(marked.recv(), Err(mpsc::RecvError), "whoever asked is not left waiting");
}
