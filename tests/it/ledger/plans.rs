//! Tests plans: letter and audience are frozen together.

use std::collections::BTreeSet;

use newsletter::ledger::DeliveryRow;
use newsletter::message::{DeliveryStamp, PlanId};
use newsletter::model::{CourierKind, IssueNumber, State, Subscriber};

use super::world::{ISSUE, World, address, at, freeze_with, letter, plan_of, stamp, subscriber};

pub(super) fn a_plan_comes_back_as_it_was_frozen(world: &mut World<'_>) {
    world.plan(&["Ada@example.org", "bo@example.net"]);
    let plan = world.other().plan(ISSUE).unwrap().unwrap();
    assert_eq!(
        (plan.title.as_str(), plan.subject.as_str(), plan.key.as_str(), plan.list.as_str(), plan.total),
        ("Title", "Subject", "k", "l", 2)
    );
    assert_eq!((plan.audience.as_str(), plan.recipients_of), ("tag `x`", None));
    assert_eq!(plan.stamp, stamp());
    assert_eq!(plan.letter().letter, letter("hello"));
    assert_eq!(plan.letter().digest, letter("hello").digest());
    let mut changed = Vec::new();
    let mut look = |row: DeliveryRow| {
        changed.push(row.updated);
        Ok(())
    };
    world.other().entries(ISSUE, &[State::Planned], &mut look).unwrap();
    assert_eq!(changed, [Some(stamp().date); 2], "the time of the plan until they change");
    let claimed = world.ledger().claim(ISSUE, at(0), 9).unwrap();
    let people: Vec<Subscriber> = claimed.rows.into_iter().map(|row| row.subscriber).collect();
    assert_eq!(people, [subscriber("Ada@example.org"), subscriber("bo@example.net")]);
    assert!(world.ledger().plan(IssueNumber(43)).unwrap().is_none());
}

pub(super) fn a_plan_is_whole_or_absent(world: &mut World<'_>) {
    let letter = letter("hello");
    let plan = plan_of(ISSUE, &letter);
    let broken = [Ok(subscriber("ada@example.org")), Err(anyhow::anyhow!("the list ends here"))];
    let error = world.ledger().freeze(&plan, 2, &mut broken.into_iter()).unwrap_err();
    assert_eq!(error.to_string(), "the list ends here");
    assert!(world.ledger().plan(ISSUE).unwrap().is_none());
    assert_eq!(world.ledger().counts(ISSUE).unwrap().total(), 0);
    world.plan(&["ada@example.org"]);
}

pub(super) fn a_plan_is_made_once(world: &mut World<'_>) {
    world.plan(&["ada@example.org"]);
    assert!(!world.freeze(&letter("other"), &["bo@example.net"]).unwrap());
    assert_eq!(world.rows(), ["ada@example.org planned 0 "]);
}

pub(super) fn a_mailbox_has_one_row_however_it_is_spelled(world: &mut World<'_>) {
    let error = world.freeze(&letter("hello"), &["Ada@example.org", "ada@EXAMPLE.org"]).unwrap_err();
    assert_eq!(error.to_string(), "a subscriber appears twice among the recipients of issue 42; nothing was planned");
    assert!(world.ledger().plan(ISSUE).unwrap().is_none());
}

pub(super) fn a_recipient_suppressed_after_the_count_stops_the_plan(world: &mut World<'_>) {
    world.ledger().suppress(&address("bo@example.net"), "asked", at(0)).unwrap();
    let error = world.freeze(&letter("hello"), &["ada@example.org", "bo@example.net"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the subscriber list changed after it was counted: 2 recipients then, 1 now; nothing was planned"
    );
}

pub(super) fn the_suppressed_are_not_planned(world: &mut World<'_>) {
    world.ledger().suppress(&address("bo@example.net"), "asked", at(0)).unwrap();
    let letter = letter("hello");
    let plan = plan_of(ISSUE, &letter);
    let mut people = ["ada@example.org", "Bo@example.net"].map(|address| Ok(subscriber(address))).into_iter();
    world.ledger().freeze(&plan, 1, &mut people).unwrap();
    assert_eq!(world.rows(), ["ada@example.org planned 0 "]);
}

pub(super) fn a_plan_without_its_letter_is_said_to_be_broken(world: &mut World<'_>) {
    world.plan(&["ada@example.org"]);
    world.sql("DELETE FROM letter");
    let error = world.ledger().plan(ISSUE).unwrap_err();
    assert_eq!(error.to_string(), "the ledger has a plan for issue 42, but no letter");
}

pub(super) fn a_list_longer_than_a_statement_is_planned_whole(world: &mut World<'_>) {
    let people: Vec<_> = (1..=2001).map(|number| format!("reader{number}@example.org")).collect();
    let people: Vec<_> = people.iter().map(String::as_str).collect();
    world.plan(&people);
    assert_eq!(world.claim(0, 9999), (1..=2001).collect::<Vec<_>>());
    assert_eq!(world.rows()[2000], "reader2001@example.org planned 0 ");
}

pub(super) fn the_mailboxes_of_a_plan_are_told_as_spellings_share_them(world: &mut World<'_>) {
    world.plan(&["Ada@Example.org", "bo@example.net"]);
    let mut mailboxes = BTreeSet::new();
    world.other().planned_mailboxes(ISSUE, &mut |mailbox| assert!(mailboxes.insert(mailbox.to_owned()))).unwrap();
    assert_eq!(mailboxes, ["ada@example.org", "bo@example.net"].map(str::to_owned).into());
}

pub(super) fn mail_takes_the_place_of_a_rehearsal(world: &mut World<'_>) {
    world.rehearse(&["ada@example.org", "bo@example.net", "cy@example.org"]);
    world.settle(1, State::Accepted, None);
    assert!(world.mark(2));
    let new = DeliveryStamp { plan: PlanId([8; 16]), ..stamp() };
    let mailed = |world: &mut World<'_>, people: &[&str]| {
        freeze_with(world.ledger(), CourierKind::Sendmail, (new, &letter("mail")), people)
    };
    // Nothing is lost when the new one cannot be planned.
    mailed(world, &["ada@example.org", "Ada@example.org"]).unwrap_err();
    assert_eq!(world.other().plan(ISSUE).unwrap().unwrap().courier, CourierKind::Outbox);
    assert_eq!(world.rows().len(), 3);
    world.ledger().release(ISSUE).unwrap();
    assert!(mailed(world, &["ada@example.org", "dee@example.org"]).unwrap());
    let plan = world.other().plan(ISSUE).unwrap().unwrap();
    assert_eq!((plan.courier, plan.stamp.plan, plan.total), (CourierKind::Sendmail, PlanId([8; 16]), 2));
    assert_eq!(plan.letters.len(), 1);
    assert_eq!(world.rows(), ["ada@example.org planned 0 ", "dee@example.org planned 0 "]);
    assert_eq!(world.claim(0, 9), [1, 2]);
    // Who comes second takes the place of nothing.
    assert!(!mailed(world, &["bo@example.org"]).unwrap());
}

pub(super) fn nothing_takes_the_place_of_mail(world: &mut World<'_>) {
    world.plan(&["ada@example.org"]);
    for courier in [CourierKind::Outbox, CourierKind::Sendmail, CourierKind::Smtp] {
        assert!(!freeze_with(world.ledger(), courier, (stamp(), &letter("other")), &["bo@example.org"]).unwrap());
        assert_eq!(world.rows(), ["ada@example.org planned 0 "]);
        assert_eq!(world.other().summaries().unwrap()[0].courier, CourierKind::Smtp);
    }
}
