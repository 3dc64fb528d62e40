//! Tests leases and fencing tokens: live processes, expired ones, and the owner of each row.

use newsletter::ledger::{Mark, Unreachable, WriteBatch};
use newsletter::model::State;

use crate::ledger::{ISSUE, World, at};
use crate::support::Postgres;

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_process_whose_lease_expired_holds_no_rows() {
    let server = Postgres::start();
    let mut sleeper = World::in_a_database(&server, "overslept");
    sleeper.plan(&["a@example.org", "b@example.org"]);
    assert!(sleeper.mark(1));
    assert_eq!(sleeper.claim(0, 9), [0; 0], "both are in its hand");
    sleeper.oversleep();
    let mut other = sleeper.another_sender();
    assert_eq!(other.ledger().recover(ISSUE, at(9)).unwrap(), 1);
    assert_eq!(other.claim(9, 9), [2]);
    assert!(!sleeper.mark(2), "it is the other's");
    assert!(other.mark(2));
    sleeper.settle(1, State::Accepted, None);
    sleeper.settle(2, State::Accepted, None);
    assert_eq!(
        sleeper.rows(),
        ["a@example.org accepted 1 550 5.1.1 no such user", "b@example.org in-flight 0 "],
        "what it had sent itself it still knows best"
    );
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_reclaimed_row_is_sent_by_one_process_only() {
    let server = Postgres::start();
    let mut sleeper = World::in_a_database(&server, "came_back");
    sleeper.plan(&["a@example.org"]);
    let claim = |sleeper: &mut World<'_>| sleeper.ledger().claim(ISSUE, at(0), 1).unwrap().rows[0].claim();
    let before = claim(&mut sleeper);
    sleeper.oversleep();
    sleeper.another_sender().ledger().recover(ISSUE, at(9)).unwrap();
    let again = claim(&mut sleeper);
    assert_ne!(before, again, "another hand");
    let marks = [before, again, before].map(|claim| Mark { claim, version: 1 }).to_vec();
    let turn = WriteBatch { marks, ..WriteBatch::default() };
    assert_eq!(sleeper.ledger().write(ISSUE, at(10), &turn).unwrap().granted, [false, true, false]);
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_decision_about_doubt_stands_when_the_reply_arrives_late() {
    let server = Postgres::start();
    let mut sleeper = World::in_a_database(&server, "decided");
    sleeper.plan(&["a@example.org"]);
    assert!(sleeper.mark(1));
    sleeper.oversleep();
    let mut other = sleeper.another_sender();
    other.ledger().recover(ISSUE, at(9)).unwrap();
    other.ledger().requeue(ISSUE, State::InDoubt).unwrap();
    sleeper.settle(1, State::Accepted, None);
    let again = ["a@example.org planned 1 the sender ended between the final dot and the reply"];
    assert_eq!(sleeper.rows(), again);
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_lease_that_was_not_reclaimed_is_renewed() {
    let server = Postgres::start();
    let mut sleeper = World::in_a_database(&server, "renewed");
    sleeper.plan(&["a@example.org"]);
    sleeper.claim(0, 1);
    sleeper.oversleep();
    sleeper.ledger().heartbeat(ISSUE, at(1)).unwrap();
    assert_eq!(sleeper.another_sender().ledger().recover(ISSUE, at(9)).unwrap(), 0);
    assert!(sleeper.mark(1));
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_claim_that_came_through_although_its_answer_was_lost_is_found_again() {
    let server = Postgres::start();
    let mut world = World::in_a_database(&server, "claimed");
    world.plan(&["a@example.org", "b@example.org", "c@example.org"]);
    assert_eq!(world.claim(0, 1), [1]);
    world.cut();
    assert!(world.ledger().claim(ISSUE, at(0), 1).unwrap_err().is::<Unreachable>());
    world.sql("UPDATE delivery SET owner = (SELECT max(owner) FROM delivery) WHERE seq > 1");
    assert_eq!(world.claim(0, 1), [2]);
    assert_eq!(world.claim(0, 9), [3]);
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_mark_that_came_through_although_its_answer_was_lost_is_found_again() {
    let server = Postgres::start();
    let mut world = World::in_a_database(&server, "marked");
    world.plan(&["a@example.org"]);
    let claim = world.ledger().claim(ISSUE, at(0), 1).unwrap().rows[0].claim();
    let turn = WriteBatch { marks: vec![Mark { claim, version: 1 }], ..WriteBatch::default() };
    world.cut();
    assert!(world.ledger().write(ISSUE, at(1), &turn).unwrap_err().is::<Unreachable>());
    world.sql("UPDATE delivery SET state = 1, letter = 1");
    assert_eq!(world.ledger().write(ISSUE, at(1), &turn).unwrap().granted, [true]);
    assert_eq!(world.ledger().write(ISSUE, at(1), &turn).unwrap().granted, [false], "once");
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_process_without_rows_has_nothing_to_renew_or_release() {
    let server = Postgres::start();
    let mut world = World::in_a_database(&server, "idle");
    world.plan(&["a@example.org"]);
    assert_eq!(world.ledger().heartbeat(ISSUE, at(1)).unwrap().unwrap().left(), 1);
    world.ledger().release(ISSUE).unwrap();
    assert_eq!(world.ledger().senders().unwrap(), []);
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_process_taken_for_dead_goes_on_under_another_fencing_token() {
    let server = Postgres::start();
    let mut sleeper = World::in_a_database(&server, "renumbered");
    sleeper.plan(&["a@example.org", "b@example.org"]);
    let before = sleeper.ledger().claim(ISSUE, at(0), 1).unwrap().rows[0].claim();
    sleeper.oversleep();
    sleeper.another_sender().ledger().recover(ISSUE, at(9)).unwrap();
    sleeper.ledger().heartbeat(ISSUE, at(10)).unwrap();
    assert_eq!(sleeper.ledger().senders().unwrap(), [], "a lease that is over is not renewed");
    let rows = sleeper.ledger().claim(ISSUE, at(11), 9).unwrap().rows;
    assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [1, 2]);
    assert!(rows.iter().all(|row| row.fencing_token > before.fencing_token), "{before:?}, {rows:?}");
    assert_eq!(sleeper.ledger().senders().unwrap().len(), 1);
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_process_taken_for_dead_releases_no_rows_of_others() {
    let server = Postgres::start();
    let mut sleeper = World::in_a_database(&server, "leaving");
    sleeper.plan(&["a@example.org", "b@example.org"]);
    assert_eq!(sleeper.claim(0, 1), [1]);
    sleeper.oversleep();
    let mut other = sleeper.another_sender();
    other.ledger().recover(ISSUE, at(9)).unwrap();
    assert_eq!(other.claim(9, 9), [1, 2]);
    sleeper.ledger().release(ISSUE).unwrap();
    assert_eq!(sleeper.claim(10, 9), [0; 0]);
    assert!(other.mark(1) && other.mark(2));
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_dead_process_is_recovered_whole_or_not_at_all() {
    let server = Postgres::start();
    let mut dead = World::in_a_database(&server, "buried");
    dead.plan(&["a@example.org", "b@example.org"]);
    assert!(dead.mark(1));
    dead.oversleep();
    let mut other = dead.another_sender();
    other.sql("ALTER TABLE delivery ADD CONSTRAINT no_doubt CHECK (state <> 5)");
    let error = other.ledger().recover(ISSUE, at(9)).unwrap_err().to_string();
    assert!(error.contains("violates check constraint \"no_doubt\""), "{error}");
    assert_eq!(other.claim(9, 9), [0; 0], "what it held is not free while what it marked is not in doubt");
    other.sql("ALTER TABLE delivery DROP CONSTRAINT no_doubt");
    assert_eq!(other.ledger().recover(ISSUE, at(10)).unwrap(), 1);
    assert_eq!(other.claim(10, 9), [2]);
}
