//! Tests the promises of every kind of ledger: one suite for a SQLite file and a PostgreSQL
//! database.

mod batches;
mod failure;
mod file;
mod identity;
mod late;
mod older;
mod plans;
mod reader_batches;
mod readers;
mod refusals;
mod rehearsal;
mod transmit_log;
mod world;

use newsletter::ledger::Reply;
use newsletter::ledger::SentInMinute;
use newsletter::ledger::{self, Mark, NewPlan, Resolution, Settlement, WriteBatch};
use newsletter::model::{CourierKind, IssueNumber, State};

use crate::support::Postgres;
use batches::{of_many_marks_those_of_suppressed_addresses_are_denied, rows_settled_together_keep_their_own_replies};
use identity::{
    a_ledger_belongs_to_the_newsletter_that_came_first,
    a_ledger_without_an_identity_belongs_to_the_newsletter_it_mailed_last, an_identity_changes_when_it_is_meant_to,
    an_older_ledger_is_given_an_identity_when_it_is_first_written_to,
    of_two_newsletters_that_begin_at_once_one_comes_first,
};
use late::a_reader_is_added_to_a_delivery_once_and_in_doubt_until_settled;
use older::an_older_ledger_is_migrated_without_losing_or_doubling_a_row;
use plans::{
    a_list_longer_than_a_statement_is_planned_whole, a_mailbox_has_one_row_however_it_is_spelled,
    a_plan_comes_back_as_it_was_frozen, a_plan_is_made_once, a_plan_is_whole_or_absent,
    a_plan_without_its_letter_is_said_to_be_broken, a_recipient_suppressed_after_the_count_stops_the_plan,
    mail_takes_the_place_of_a_rehearsal, nothing_takes_the_place_of_mail,
    the_mailboxes_of_a_plan_are_told_as_spellings_share_them, the_suppressed_are_not_planned,
};
use reader_batches::many_readers_change_together_as_one_by_one;
use readers::{
    a_failed_change_changes_nothing, a_reader_comes_and_goes, a_token_outlives_its_row,
    everything_about_readers_is_listed, mail_waits_until_it_is_settled, no_order_of_events_mails_somebody_suppressed,
    the_worst_report_of_an_issue_is_kept, what_was_exported_is_restored_unless_the_reader_said_something_else,
    who_is_erased_stays_in_the_counts_of_a_delivery_only,
};
use refusals::{
    a_mailbox_reported_unknown_for_two_issues_is_dead, dead_mailboxes_are_suppressed_at_the_end_of_the_run,
    deferred_rows_become_due_on_request, refusals_of_a_dead_process_are_planned_again,
    suppressions_of_an_issue_are_undone_by_its_number,
};
use rehearsal::{
    a_killed_rehearsal_leaves_no_doubt, a_rehearsal_gets_no_rows_of_a_delivery_that_is_mailed_by_now,
    the_history_of_an_address_covers_every_issue, the_recovery_of_the_next_start_is_previewed,
};
use world::{address, no, stamp, subscriber};

pub(crate) use world::{ISSUE, World, at, letter, planned, rows};

/// Makes a test of each promise for the file, and one of all of them for the database, which takes a while to start.
macro_rules! promises {
    ($($promise:ident)*) => {
        mod sqlite {
            $(#[test] fn $promise() { super::$promise(&mut super::World::in_a_file()); })*
        }

        #[test]
        #[ignore = "needs PostgreSQL; ./check runs it"]
        fn postgres_keeps_the_same_promises() {
            let server = Postgres::start();
            $(
                println!("{}", stringify!($promise));
                $promise(&mut World::in_a_database(&server, stringify!($promise)));
            )*
        }
    };
}

promises! {
    a_plan_comes_back_as_it_was_frozen
    a_plan_is_whole_or_absent
    a_plan_is_made_once
    a_mailbox_has_one_row_however_it_is_spelled
    a_recipient_suppressed_after_the_count_stops_the_plan
    the_suppressed_are_not_planned
    a_plan_without_its_letter_is_said_to_be_broken
    a_list_longer_than_a_statement_is_planned_whole
    the_mailboxes_of_a_plan_are_told_as_spellings_share_them
    mail_takes_the_place_of_a_rehearsal
    nothing_takes_the_place_of_mail
    a_rehearsal_gets_no_rows_of_a_delivery_that_is_mailed_by_now
    a_killed_rehearsal_leaves_no_doubt
    the_recovery_of_the_next_start_is_previewed
    the_history_of_an_address_covers_every_issue
    a_row_is_handed_out_once
    a_deferred_row_that_is_put_back_is_not_handed_out_again
    a_dead_process_leaves_its_rows_to_the_next
    a_mark_is_visible_to_others_before_it_is_granted
    only_an_open_row_can_be_marked
    the_last_look_for_a_suppression_is_with_the_mark
    of_many_marks_those_of_suppressed_addresses_are_denied
    an_address_suppressed_between_two_runs_is_not_deliverable
    outcomes_keep_their_words
    rows_settled_together_keep_their_own_replies
    refusals_taken_back_in_the_same_turn_are_planned
    rows_a_dead_process_left_in_flight_are_in_doubt
    after_doubt_the_same_letter_after_a_refusal_the_newest
    suppressed_addresses_are_not_planned_again
    resolved_doubt_is_written_down
    a_suppression_keeps_its_first_reason_until_it_is_lifted
    dead_mailboxes_are_suppressed_at_the_end_of_the_run
    refusals_of_a_dead_process_are_planned_again
    a_mailbox_reported_unknown_for_two_issues_is_dead
    suppressions_of_an_issue_are_undone_by_its_number
    deferred_rows_become_due_on_request
    sent_messages_are_counted_by_account_and_minute
    an_older_ledger_tells_nothing_of_what_was_sent
    deliveries_do_not_touch_each_other
    an_older_ledger_is_migrated_without_losing_or_doubling_a_row
    a_ledger_belongs_to_the_newsletter_that_came_first
    a_ledger_without_an_identity_belongs_to_the_newsletter_it_mailed_last
    an_older_ledger_is_given_an_identity_when_it_is_first_written_to
    an_identity_changes_when_it_is_meant_to
    of_two_newsletters_that_begin_at_once_one_comes_first
    everything_about_readers_is_listed
    what_was_exported_is_restored_unless_the_reader_said_something_else
    many_readers_change_together_as_one_by_one
    a_token_outlives_its_row
    a_reader_comes_and_goes
    who_is_erased_stays_in_the_counts_of_a_delivery_only
    mail_waits_until_it_is_settled
    the_worst_report_of_an_issue_is_kept
    a_failed_change_changes_nothing
    no_order_of_events_mails_somebody_suppressed
    a_reader_is_added_to_a_delivery_once_and_in_doubt_until_settled
}

fn a_row_is_handed_out_once(world: &mut World<'_>) {
    world.plan(&["a@example.org", "b@example.org", "c@example.org"]);
    assert_eq!(world.claim(0, 2), [1, 2]);
    assert_eq!(world.claim(0, 2), [3]);
    assert_eq!(world.claim(0, 2), [0; 0]);
    world.settle(2, State::Deferred, Some(100));
    assert_eq!(world.claim(99, 2), [0; 0], "not due yet");
    assert_eq!(world.ledger().next_due(ISSUE).unwrap(), Some(at(100)));
    assert_eq!(world.claim(100, 2), [2]);
    assert_eq!(world.claim(100, 2), [0; 0]);
    world.settle(2, State::Planned, None);
    assert_eq!(world.claim(100, 2), [0; 0], "to be sent, but still in hand");
}

fn a_deferred_row_that_is_put_back_is_not_handed_out_again(world: &mut World<'_>) {
    world.plan(&["a@example.org", "b@example.org"]);
    world.settle(1, State::Deferred, Some(5));
    world.die();
    world.ledger().recover(ISSUE, at(9)).unwrap();
    assert_eq!(world.claim(9, 1), [1], "what is due comes before the list");
    world.settle(1, State::Planned, None);
    assert_eq!(world.claim(9, 9), [2]);
}

fn a_dead_process_leaves_its_rows_to_the_next(world: &mut World<'_>) {
    world.plan(&["a@example.org", "b@example.org", "c@example.org"]);
    world.claim(0, 2);
    world.settle(1, State::Deferred, Some(5));
    world.claim(5, 1);
    world.die();
    assert_eq!(world.ledger().recover(ISSUE, at(9)).unwrap(), 0);
    assert_eq!(world.claim(9, 9), [1, 2, 3]);
}

fn a_mark_is_visible_to_others_before_it_is_granted(world: &mut World<'_>) {
    world.plan(&["a@example.org", "b@example.org"]);
    let mark = Mark { claim: world.hand(1), version: 1 };
    let written = world.write(&WriteBatch { marks: vec![mark], ..WriteBatch::default() });
    assert_eq!((written.transitions, written.granted), (vec![(State::Planned, State::Transmitting)], vec![true]));
    assert_eq!(world.rows(), ["a@example.org in-flight 0 ", "b@example.org planned 0 "]);
}

fn only_an_open_row_can_be_marked(world: &mut World<'_>) {
    world.plan(&["a@example.org", "b@example.org", "c@example.org", "d@example.org", "e@example.org"]);
    assert!(world.mark(1));
    world.settle(2, State::Accepted, None);
    world.settle(3, State::Refused, None);
    world.settle(4, State::InDoubt, None);
    world.settle(5, State::Suppressed, None);
    let before = world.rows();
    for seq in 1..=5 {
        assert!(!world.mark(seq), "row {seq}");
    }
    assert_eq!(world.rows(), before);
}

fn the_last_look_for_a_suppression_is_with_the_mark(world: &mut World<'_>) {
    world.plan(&["a@example.org", "b@example.org"]);
    assert_eq!(world.claim(0, 1), [1]);
    for person in ["a@example.org", "b@example.org"] {
        world.ledger().suppress(&address(person), "unsubscribed", at(5)).unwrap();
    }
    assert!(!world.mark(1));
    let claimed = world.ledger().claim(ISSUE, at(10), 9).unwrap();
    let suppressed: Vec<_> = claimed.suppressed.iter().map(|claim| claim.seq).collect();
    assert_eq!((claimed.rows.len(), suppressed), (0, vec![2]), "the others are found with the claim");
    assert_eq!(world.rows()[0], "a@example.org suppressed 0 ");
}

fn an_address_suppressed_between_two_runs_is_not_deliverable(world: &mut World<'_>) {
    world.plan(&["a@example.org", "b@example.org", "c@example.org"]);
    assert_eq!(world.claim(0, 1), [1]);
    world.settle(1, State::Accepted, None);
    for person in ["a@example.org", "b@example.org"] {
        world.ledger().suppress(&address(person), "unsubscribed", at(5)).unwrap();
    }
    let mut left = Vec::new();
    let mut look = |_, row: ledger::Row| {
        left.push(row.seq);
        Ok(())
    };
    world.other().deliverable_rows(ISSUE, &[State::Planned, State::Deferred], &mut look).unwrap();
    world.ledger().exclude_suppressed(ISSUE, at(6)).unwrap();
    assert_eq!(left, [3]);
    assert_eq!(world.rows()[0], "a@example.org accepted 1 550 5.1.1 no such user");
    assert_eq!(world.rows()[1], "b@example.org suppressed 0 ");
    assert_eq!(world.ledger().counts(ISSUE).unwrap().left(), 1);
}

fn outcomes_keep_their_words(world: &mut World<'_>) {
    world.plan(&["a@example.org", "b@example.org", "c@example.org", "d@example.org"]);
    world.settle(1, State::Accepted, None);
    world.settle(2, State::Refused, None);
    world.settle(3, State::Deferred, Some(500));
    assert!(world.mark(4));
    world.settle(4, State::Planned, None);
    assert_eq!(
        world.rows(),
        [
            "a@example.org accepted 1 550 5.1.1 no such user",
            "b@example.org refused 1 550 5.1.1 no such user",
            "c@example.org deferred 1 550 5.1.1 no such user",
            "d@example.org planned 0 550 5.1.1 no such user",
        ]
    );
    let counts = world.ledger().counts(ISSUE).unwrap();
    assert_eq!((counts.left(), counts.of(State::Accepted), counts.total()), (2, 1, 4));
}

fn refusals_taken_back_in_the_same_turn_are_planned(world: &mut World<'_>) {
    world.plan(&["a@example.org", "b@example.org"]);
    let [one, two] = [world.hand(1), world.hand(2)];
    let settled = |claim, state| Settlement::new(claim, state, Some(no()));
    let settlements = vec![
        settled(one, State::Refused),
        settled(two, State::Refused),
        settled(one, State::Planned),
        settled(two, State::Planned),
    ];
    let written = world.write(&WriteBatch { settlements, ..WriteBatch::default() });
    let (open, refused) = (State::Planned, State::Refused);
    assert_eq!(written.transitions, [(open, refused), (open, refused), (refused, open), (refused, open)]);
    assert_eq!(world.ledger().counts(ISSUE).unwrap().left(), 2);
}

fn rows_a_dead_process_left_in_flight_are_in_doubt(world: &mut World<'_>) {
    world.plan(&["a@example.org", "b@example.org", "c@example.org"]);
    assert!(world.mark(1) && world.mark(2));
    world.settle(2, State::Accepted, None);
    world.die();
    assert_eq!(world.ledger().recover(ISSUE, at(99)).unwrap(), 1);
    assert_eq!(
        world.rows(),
        [
            "a@example.org in-doubt 1 the sender ended between the final dot and the reply",
            "b@example.org accepted 1 550 5.1.1 no such user",
            "c@example.org planned 0 ",
        ]
    );
    assert_eq!(world.ledger().recover(ISSUE, at(99)).unwrap(), 0);
}

fn after_doubt_the_same_letter_after_a_refusal_the_newest(world: &mut World<'_>) {
    world.plan(&["a@example.org", "b@example.org", "c@example.org"]);
    assert_eq!(world.claim(0, 2), [1, 2]);
    assert!(world.mark(1) && world.mark(2));
    world.settle(1, State::InDoubt, None);
    world.settle(2, State::Refused, None);
    world.ledger().freeze_again(ISSUE, &letter("edited"), at(50)).unwrap();
    world.ledger().requeue(ISSUE, State::InDoubt).unwrap();
    world.ledger().requeue(ISSUE, State::Refused).unwrap();
    world.die();
    let claimed = world.ledger().claim(ISSUE, at(60), 9).unwrap();
    assert_eq!(claimed.rows.iter().map(|row| row.letter).collect::<Vec<_>>(), [Some(1), None, None]);
    let plan = world.ledger().plan(ISSUE).unwrap().unwrap();
    assert_eq!(plan.letters.iter().map(|letter| letter.version).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(plan.letter().letter, letter("edited"));
}

fn suppressed_addresses_are_not_planned_again(world: &mut World<'_>) {
    world.plan(&["a@example.org", "b@example.org", "c@example.org"]);
    world.settle(1, State::Refused, None);
    world.settle(2, State::Refused, None);
    world.settle(3, State::InDoubt, None);
    world.ledger().suppress(&address("a@example.org"), "hard bounce", at(5)).unwrap();
    assert_eq!(world.ledger().count_deliverable(ISSUE, State::Refused).unwrap(), 1);
    world.ledger().requeue(ISSUE, State::Refused).unwrap();
    world.ledger().abandon_in_doubt(ISSUE).unwrap();
    assert_eq!(
        world.rows(),
        [
            "a@example.org refused 1 550 5.1.1 no such user",
            "b@example.org planned 1 550 5.1.1 no such user",
            "c@example.org given-up 1 550 5.1.1 no such user",
        ]
    );
}

fn resolved_doubt_is_written_down(world: &mut World<'_>) {
    world.plan(&["a@example.org", "b@example.org", "c@example.org", "d@example.org"]);
    for seq in [1, 2, 3] {
        assert!(world.mark(seq));
        world.settle(seq, if seq == 3 { State::Accepted } else { State::InDoubt }, None);
    }
    let found = |seq, state| Resolution { seq, state, reply: Reply::without_code("found") };
    let all =
        [found(1, State::Accepted), found(2, State::Planned), found(3, State::Planned), found(4, State::Accepted)];
    world.ledger().resolve(ISSUE, &all, at(20)).unwrap();
    assert_eq!(
        world.rows(),
        [
            "a@example.org accepted 1 found",
            "b@example.org planned 1 found",
            "c@example.org accepted 1 550 5.1.1 no such user",
            "d@example.org planned 0 ",
        ]
    );
    world.die();
    world.ledger().recover(ISSUE, at(30)).unwrap();
    assert_eq!(world.claim(30, 9), [2, 4], "who is planned again is handed out again");
}

fn a_suppression_keeps_its_first_reason_until_it_is_lifted(world: &mut World<'_>) {
    let ada = address("Ada@example.org");
    assert!(world.ledger().suppress(&ada, "bounced", at(1)).unwrap());
    assert!(!world.ledger().suppress(&address("ada@EXAMPLE.org"), "asked", at(2)).unwrap());
    let all = world.other().suppressions().unwrap();
    assert_eq!((all.len(), all[0].reason.as_str(), all[0].address.as_str()), (1, "bounced", "Ada@example.org"));
    assert!(world.ledger().suppressed_mailboxes().unwrap().contains(&ada.key()));
    assert!(world.ledger().unsuppress(&ada).unwrap());
    assert!(!world.ledger().suppressed_mailboxes().unwrap().contains(&ada.key()));
    assert!(!world.ledger().unsuppress(&ada).unwrap());
}

fn sent_messages_are_counted_by_account_and_minute(world: &mut World<'_>) {
    world.plan(&["a@example.org"]);
    for now in [0, 59, 60] {
        let turn = WriteBatch { sent: [("ada@relay".to_owned(), 2)].into(), ..WriteBatch::default() };
        world.ledger().write(ISSUE, at(now), &turn).unwrap();
    }
    let sent = |minute, messages| SentInMinute { minute: at(minute), messages };
    assert_eq!(world.other().sent("ada@relay").unwrap(), [sent(0, 4), sent(60, 2)]);
    assert_eq!(world.other().sent("bo@relay").unwrap(), []);
}

fn an_older_ledger_tells_nothing_of_what_was_sent(world: &mut World<'_>) {
    world.sql("DROP TABLE sent");
    assert_eq!(world.other().sent("ada@relay").unwrap(), []);
}

fn deliveries_do_not_touch_each_other(world: &mut World<'_>) {
    world.plan(&["a@example.org"]);
    let letter = letter("hello");
    let next = IssueNumber(43);
    let plan = NewPlan {
        issue: next,
        courier: CourierKind::Smtp,
        stamp: stamp(),
        title: "Next",
        subject: "",
        letter: &letter,
        key: "",
        list: "",
        audience: "",
        recipients_of: None,
    };
    world.ledger().freeze(&plan, 1, &mut [Ok(subscriber("a@example.org"))].into_iter()).unwrap();
    assert!(world.mark(1));
    world.settle(1, State::Accepted, None);
    let summaries = world.ledger().summaries().unwrap();
    let seen: Vec<_> = summaries.iter().map(|summary| (summary.issue.0, summary.counts.left())).collect();
    assert_eq!(seen, [(43, 1), (42, 0)]);
}
