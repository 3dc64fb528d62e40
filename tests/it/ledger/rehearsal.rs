//! Tests rehearsals, and rows that a dead process left marked.

use newsletter::message::{DeliveryStamp, PlanId};
use newsletter::model::{CourierKind, State};

use super::world::{ISSUE, World, address, at, freeze_with, letter, stamp};

pub(super) fn a_rehearsal_gets_no_rows_of_a_delivery_that_is_mailed_by_now(world: &mut World<'_>) {
    world.rehearse(&["ada@example.org", "bo@example.org"]);
    let plan = world.ledger().plan(ISSUE).unwrap().unwrap();
    world.ledger().mark_store(&plan).unwrap();
    assert_eq!(world.claim(0, 1), [1]);
    if !world.is_shared() {
        return; // The lock keeps the others out.
    }
    let mut other = world.another_sender();
    let new = DeliveryStamp { plan: PlanId([8; 16]), ..stamp() };
    let people = ["ada@example.org", "bo@example.org"];
    assert!(freeze_with(other.ledger(), CourierKind::Smtp, (new, &letter("mail")), &people).unwrap());
    let error = world.ledger().claim(ISSUE, at(1), 9).unwrap_err();
    assert_eq!(error.to_string(), "issue 42 is now being mailed by another machine; files in the outbox do not count");
    assert_eq!(other.claim(1, 9), [1, 2]);
}

pub(super) fn a_killed_rehearsal_leaves_no_doubt(world: &mut World<'_>) {
    world.rehearse(&["ada@example.org", "bo@example.org", "cy@example.org"]);
    world.settle(1, State::Accepted, None);
    assert!(world.mark(2));
    world.die();
    assert_eq!(world.ledger().unsettled(ISSUE).unwrap(), [(2, State::Planned)]);
    assert_eq!(world.ledger().recover(ISSUE, at(20)).unwrap(), 0);
    assert_eq!(world.claim(30, 9), [2, 3]);
}

pub(super) fn the_recovery_of_the_next_start_is_previewed(world: &mut World<'_>) {
    world.plan(&["ada@example.org", "bo@example.org", "cy@example.org"]);
    assert!(world.mark(1) && world.mark(3));
    assert_eq!(world.other().unsettled(ISSUE).unwrap(), [], "they are in a living hand");
    world.die();
    let unsettled = world.ledger().unsettled(ISSUE).unwrap();
    assert_eq!(unsettled, [(1, State::InDoubt), (3, State::InDoubt)]);
    assert_eq!(world.rows()[0], "ada@example.org in-flight 0 ", "nothing was changed");
    assert_eq!(world.ledger().recover(ISSUE, at(20)).unwrap(), 2);
    assert_eq!(world.ledger().unsettled(ISSUE).unwrap(), []);
}

pub(super) fn the_history_of_an_address_covers_every_issue(world: &mut World<'_>) {
    world.plan(&["Ada@Example.org", "bo@example.org"]);
    world.settle(1, State::Refused, None);
    let found = world.other().entries_of_mailbox(&address("ada@example.org").key()).unwrap();
    let told: Vec<_> = found.iter().map(|(issue, entry)| (issue.0, entry.address.as_str(), entry.state)).collect();
    assert_eq!(told, [(42, "Ada@example.org", State::Refused)]);
    assert_eq!(found[0].1.reply.as_ref().unwrap().to_string(), "550 5.1.1 no such user");
    assert_eq!(world.other().entries_of_mailbox("nobody@example.org").unwrap(), []);
}
