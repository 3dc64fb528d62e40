//! Tests the owner of a ledger: of two newsletters, in any order and at any moment, one owns it and
//! the other is told.

use std::sync::Barrier;
use std::thread;

use newsletter::ledger::LedgerOwner;

use super::world::World;

/// The list identifier of the letters of [`World::plan`].
const WEEKLY: &str = "weekly.example.org";
const OTHER: &str = "daily.example.org";

fn other(list_id: &str) -> LedgerOwner {
    LedgerOwner::Other(list_id.to_owned())
}

pub(super) fn a_ledger_belongs_to_the_newsletter_that_came_first(world: &mut World<'_>) {
    assert_eq!(LedgerOwner::of(world.ledger(), WEEKLY).unwrap(), LedgerOwner::ThisNewsletter, "it is nobody's");
    assert_eq!(
        LedgerOwner::of(world.ledger(), OTHER).unwrap(),
        LedgerOwner::ThisNewsletter,
        "and looking changes nothing"
    );
    assert_eq!(LedgerOwner::adopt(world.ledger(), WEEKLY).unwrap(), LedgerOwner::ThisNewsletter);
    for _ in 0..2 {
        assert_eq!(LedgerOwner::adopt(world.ledger(), OTHER).unwrap(), other(WEEKLY));
        assert_eq!(LedgerOwner::adopt(world.ledger(), WEEKLY).unwrap(), LedgerOwner::ThisNewsletter);
        assert_eq!(LedgerOwner::of(world.other().as_mut(), OTHER).unwrap(), other(WEEKLY));
        assert_eq!(LedgerOwner::of(world.other().as_mut(), "Weekly.EXAMPLE.org").unwrap(), LedgerOwner::ThisNewsletter);
        for unlike in ["weekly.example.or", "weekly.example.org2", "", "weekly_example.org"] {
            assert_eq!(LedgerOwner::of(world.other().as_mut(), unlike).unwrap(), other(WEEKLY), "{unlike}");
        }
        world.die();
    }
}

pub(super) fn a_ledger_without_an_identity_belongs_to_the_newsletter_it_mailed_last(world: &mut World<'_>) {
    world.plan(&["a@example.org"]);
    assert_eq!(world.ledger().identity().unwrap(), None);
    assert_eq!(LedgerOwner::of(world.other().as_mut(), OTHER).unwrap(), other(WEEKLY));
    // Whoever opens it first.
    assert_eq!(LedgerOwner::adopt(world.ledger(), OTHER).unwrap(), other(WEEKLY));
    assert_eq!(world.ledger().identity().unwrap().as_deref(), Some(WEEKLY));
    assert_eq!(LedgerOwner::adopt(world.ledger(), WEEKLY).unwrap(), LedgerOwner::ThisNewsletter);
}

pub(super) fn an_older_ledger_is_given_an_identity_when_it_is_first_written_to(world: &mut World<'_>) {
    // Its letter cannot be read: nothing says whose it is.
    let plan = world.old_plan(7, "Old");
    world.make_older(&plan);
    assert_eq!(LedgerOwner::of(world.other().as_mut(), OTHER).unwrap(), LedgerOwner::ThisNewsletter);
    assert_eq!(LedgerOwner::of(world.other().as_mut(), WEEKLY).unwrap(), LedgerOwner::ThisNewsletter);
    world.die();
    assert_eq!(LedgerOwner::adopt(world.ledger(), OTHER).unwrap(), LedgerOwner::ThisNewsletter);
    assert_eq!(LedgerOwner::adopt(world.ledger(), WEEKLY).unwrap(), other(OTHER));
    assert_eq!(world.ledger().summaries().unwrap().len(), 1);
}

pub(super) fn an_identity_changes_when_it_is_meant_to(world: &mut World<'_>) {
    world.plan(&["a@example.org"]);
    world.ledger().change_identity(OTHER).unwrap();
    assert_eq!(LedgerOwner::of(world.ledger(), OTHER).unwrap(), LedgerOwner::ThisNewsletter);
    assert_eq!(LedgerOwner::adopt(world.ledger(), WEEKLY).unwrap(), other(OTHER));
    world.ledger().change_identity(WEEKLY).unwrap();
    world.die();
    assert_eq!(LedgerOwner::of(world.ledger(), OTHER).unwrap(), other(WEEKLY));
}

pub(super) fn of_two_newsletters_that_begin_at_once_one_comes_first(world: &mut World<'_>) {
    for round in 0..20 {
        world.sql("DELETE FROM identity");
        let start = Barrier::new(2);
        let owners = thread::scope(|scope| {
            let settled = [WEEKLY, OTHER].map(|list_id| {
                let (mut ledger, start) = (world.written_by_another(), &start);
                scope.spawn(move || {
                    start.wait();
                    LedgerOwner::adopt(ledger.as_mut(), list_id).unwrap()
                })
            });
            settled.map(|thread| thread.join().unwrap())
        });
        let one_each = owners == [LedgerOwner::ThisNewsletter, other(WEEKLY)]
            || owners == [other(OTHER), LedgerOwner::ThisNewsletter];
        assert!(one_each, "round {round}: {owners:?}");
    }
}
