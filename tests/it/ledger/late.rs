//! Tests readers who are added to a delivery later.

use newsletter::ledger::{LateOutcome, NewPlan, ReaderRecords, Reply};
use newsletter::model::{CourierKind, IssueNumber, State};

use super::world::{World, at, letter, plan_of, rows, stamp, subscriber};

/// What `work` returns in a transaction of its own.
fn changed<T>(world: &mut World<'_>, mut work: impl FnMut(&mut dyn ReaderRecords) -> anyhow::Result<T>) -> T {
    let mut result = None;
    world
        .ledger()
        .change_readers(&mut |records| {
            result = Some(work(records)?);
            Ok(())
        })
        .unwrap();
    result.unwrap()
}

pub(super) fn a_reader_is_added_to_a_delivery_once_and_in_doubt_until_settled(world: &mut World<'_>) {
    assert_eq!(changed(world, |records| records.newest_for_everybody()), None);
    let letter = letter("hello");
    let plan = NewPlan { recipients_of: None, issue: IssueNumber(42), ..plan_of(IssueNumber(42), &letter) };
    let mut people = ["a@example.org"].map(|address| Ok(subscriber(address))).into_iter();
    world.ledger().freeze(&plan, 1, &mut people).unwrap();
    assert_eq!(changed(world, |records| records.newest_for_everybody()), None, "nobody got it");
    assert!(world.mark(1));
    world.settle(1, State::Accepted, None);
    // A correction and a rehearsal are not for everybody.
    let correction = plan_of(IssueNumber(43), &letter);
    world.ledger().freeze(&correction, 1, &mut [Ok(subscriber("a@example.org"))].into_iter()).unwrap();
    let rehearsal = NewPlan { courier: CourierKind::Outbox, issue: IssueNumber(44), stamp: stamp(), ..plan };
    world.ledger().freeze(&rehearsal, 1, &mut [Ok(subscriber("a@example.org"))].into_iter()).unwrap();
    assert_eq!(changed(world, |records| records.newest_for_everybody()), Some(IssueNumber(42)));

    let issue = IssueNumber(42);
    let mut add = |address: &str| changed(world, |records| records.add_late(issue, 1, &subscriber(address), at(9)));
    assert_eq!(add("A@example.org"), None, "however it is spelled");
    assert_eq!((add("b@example.org"), add("c@example.org"), add("b@example.org")), (Some(2), Some(3), None));
    let reply = Reply { code: 250, enhanced: None, text: "ok".to_owned() };
    let accepted = LateOutcome::Settled(State::Accepted, reply);
    changed(world, |records| records.settle_late(issue, 2, &accepted, at(10)));
    changed(world, |records| records.settle_late(issue, 2, &LateOutcome::NotSent, at(11)));
    changed(world, |records| records.settle_late(issue, 3, &LateOutcome::NotSent, at(11)));
    assert_eq!(world.ledger().plan(issue).unwrap().unwrap().total, 2);
    assert_eq!(changed(world, |records| records.add_late(issue, 1, &subscriber("c@example.org"), at(12))), Some(3));
    assert_eq!(
        rows(world.ledger()),
        [
            "a@example.org accepted 1 550 5.1.1 no such user",
            "b@example.org accepted 1 250 ok",
            "c@example.org in-doubt 1 "
        ]
    );
}
