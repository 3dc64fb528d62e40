//! Tests refusals after a finished run and after a killed one.

use newsletter::delivery::refusal::is_dead_mailbox;
use newsletter::ledger::Reply;
use newsletter::ledger::{RefusalReview, Settlement, WriteBatch};
use newsletter::model::{IssueNumber, State};

use super::world::{ISSUE, World, at, letter, no, plan_of, subscriber};

const NEXT: IssueNumber = IssueNumber(43);

/// Refuses the rows with `reply`.
fn refuse(world: &mut World<'_>, seqs: &[u32], reply: &Reply) {
    let settlements =
        seqs.iter().map(|&seq| Settlement::new(world.hand(seq), State::Refused, Some(reply.clone()))).collect();
    world.write(&WriteBatch { settlements, ..WriteBatch::default() });
}

fn suppressed(world: &World<'_>) -> Vec<String> {
    world.other().suppressions().unwrap().into_iter().map(|suppression| suppression.address).collect()
}

pub(super) fn dead_mailboxes_are_suppressed_at_the_end_of_the_run(world: &mut World<'_>) {
    world.plan(&["a@example.org", "b@example.org", "c@example.org", "d@example.org"]);
    refuse(world, &[1, 2, 3], &no());
    assert_eq!(suppressed(world), [""; 0], "not before it is over");
    // The third was taken back.
    let back = Settlement::new(world.hand(3), State::Planned, None);
    world.write(&WriteBatch { settlements: vec![back], ..WriteBatch::default() });
    let refused = [1, 2, 3].map(|seq| world.hand(seq)).to_vec();
    let judgement = RefusalReview { dead: vec![refused[0], refused[2]], doubted: vec![refused[1]], refused };
    assert_eq!(world.ledger().review_refusals(ISSUE, at(20), &judgement, is_dead_mailbox).unwrap(), ["a@example.org"]);
    assert_eq!(suppressed(world), ["a@example.org"]);
    assert_eq!(world.other().suppressions().unwrap()[0].reason, "hard bounce");
    world.ledger().release(ISSUE).unwrap();
    world.die();
    world.ledger().recover(ISSUE, at(30)).unwrap();
    assert_eq!(
        world.rows(),
        [
            "a@example.org refused 1 550 5.1.1 no such user",
            "b@example.org refused 1 550 5.1.1 no such user",
            "c@example.org planned 1 550 5.1.1 no such user",
            "d@example.org planned 0 ",
        ],
        "what was judged stays"
    );
}

pub(super) fn refusals_of_a_dead_process_are_planned_again(world: &mut World<'_>) {
    world.plan(&["a@example.org", "b@example.org", "c@example.org"]);
    refuse(world, &[1, 2], &no());
    assert!(world.mark(3));
    world.settle(3, State::Accepted, None);
    world.die();
    world.ledger().recover(ISSUE, at(30)).unwrap();
    assert_eq!(
        world.rows(),
        [
            "a@example.org planned 1 550 5.1.1 no such user",
            "b@example.org planned 1 550 5.1.1 no such user",
            "c@example.org accepted 1 550 5.1.1 no such user",
        ]
    );
    assert_eq!(suppressed(world), [""; 0]);
    assert_eq!(world.claim(40, 9), [1, 2]);
}

pub(super) fn a_mailbox_reported_unknown_for_two_issues_is_dead(world: &mut World<'_>) {
    world.plan(&["a@example.org", "b@example.org", "c@example.org"]);
    refuse(world, &[1, 3], &no());
    let full = Reply { text: "mailbox full".to_owned(), ..no() };
    refuse(world, &[2], &full);
    let refused = [1, 2, 3].map(|seq| world.hand(seq)).to_vec();
    let judgement = RefusalReview { doubted: vec![refused[0]], refused, ..RefusalReview::default() };
    assert_eq!(world.ledger().review_refusals(ISSUE, at(20), &judgement, is_dead_mailbox).unwrap(), [""; 0]);
    world.ledger().release(ISSUE).unwrap();

    let letter = letter("next");
    let plan = plan_of(NEXT, &letter);
    let people = ["b@example.org", "A@example.org"].map(|address| Ok(subscriber(address)));
    world.ledger().freeze(&plan, 2, &mut people.into_iter()).unwrap();
    let rows = world.ledger().claim(NEXT, at(30), 9).unwrap().rows;
    let claims: Vec<_> = rows.iter().map(newsletter::ledger::Row::claim).collect();
    let settlements = claims.iter().map(|&claim| Settlement::new(claim, State::Refused, Some(no()))).collect();
    world.ledger().write(NEXT, at(31), &WriteBatch { settlements, ..WriteBatch::default() }).unwrap();
    let judgement = RefusalReview { doubted: claims.clone(), refused: claims, ..RefusalReview::default() };
    assert_eq!(
        world.ledger().review_refusals(NEXT, at(32), &judgement, is_dead_mailbox).unwrap(),
        ["A@example.org"],
        "the other's was full"
    );
}

pub(super) fn suppressions_of_an_issue_are_undone_by_its_number(world: &mut World<'_>) {
    world.plan(&["a@example.org", "b@example.org", "c@example.org"]);
    refuse(world, &[1, 2, 3], &no());
    world.ledger().suppress(&super::address("c@example.org"), "unsubscribed", at(5)).unwrap();
    // As an older version wrote it.
    world.ledger().suppress(&super::address("b@example.org"), "hard bounce", at(5)).unwrap();
    let refused = [1, 2, 3].map(|seq| world.hand(seq)).to_vec();
    let judgement = RefusalReview { dead: refused.clone(), refused, ..RefusalReview::default() };
    assert_eq!(world.ledger().review_refusals(ISSUE, at(20), &judgement, is_dead_mailbox).unwrap(), ["a@example.org"]);
    assert_eq!(world.ledger().unsuppress_found_by(NEXT).unwrap(), [""; 0]);
    assert_eq!(world.ledger().unsuppress_found_by(ISSUE).unwrap(), ["a@example.org", "b@example.org"]);
    assert_eq!(suppressed(world), ["c@example.org"]);
}

pub(super) fn deferred_rows_become_due_on_request(world: &mut World<'_>) {
    world.plan(&["a@example.org", "b@example.org"]);
    world.settle(1, State::Deferred, Some(10_000));
    assert_eq!(world.claim(50, 9), [0; 0]);
    world.ledger().make_due(ISSUE, at(50)).unwrap();
    assert_eq!(world.claim(50, 9), [1]);
}
