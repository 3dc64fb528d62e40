//! Tests the thresholds of the circuit breaker and their consequences.

use std::collections::BTreeMap;

use super::*;
use crate::model::{EmailAddress, Subscriber};

const ALONE: BreakerRules = BreakerRules { max_in_flight: 4, accept_refusals: false, is_only_relay: true };

fn refused(grounds: RefusalReason) -> Outcome {
    Outcome::Refused(reply(550), grounds)
}

fn reply(code: u16) -> Reply {
    Reply { code, enhanced: None, text: "no".to_owned() }
}

/// The row `seq` at a domain of its own.
fn row(seq: u32) -> Row {
    at(seq, &format!("d{seq}.example.org"))
}

fn at(seq: u32, domain: &str) -> Row {
    let address = EmailAddress::parse(&format!("ada@{domain}")).unwrap();
    Row {
        seq,
        fencing_token: 0,
        subscriber: Subscriber { address, fields: BTreeMap::new() },
        attempts: 0,
        letter: None,
    }
}

fn accepted() -> Outcome {
    Outcome::Accepted(Reply::without_code("ok"))
}

/// A breaker of a run with a number of acceptances, each at a domain of its own.
fn after(rules: BreakerRules, people: u32) -> CircuitBreaker {
    let mut breaker = CircuitBreaker::new(rules);
    for seq in 10_000..10_000 + people {
        breaker.record(&row(seq), &accepted());
    }
    breaker
}

fn seqs(rows: &[Row]) -> Vec<u32> {
    rows.iter().map(|row| row.seq).collect()
}

/// How many are suppressed, and how many more are only said to be dead.
fn judged(breaker: &CircuitBreaker) -> (usize, usize) {
    let mut judgement = RefusalReview::default();
    breaker.add_to(&mut judgement);
    (judgement.dead.len(), judgement.doubted.len())
}

#[test]
fn ten_refusals_in_a_row_stop_the_run_for_any_reason() {
    let grounds = [
        RefusalReason::UnknownMailbox,
        RefusalReason::Policy,
        RefusalReason::Other,
        RefusalReason::MailboxFull,
        RefusalReason::UnknownDomain,
    ];
    let mut breaker = after(ALONE, 50);
    for seq in 1..=9 {
        let outcome = refused(grounds[seq as usize % 5]);
        assert_eq!(breaker.record(&row(seq), &outcome), BreakerAction::default());
        breaker.record(&row(100), &Outcome::Deferred(reply(451)));
    }
    let BreakerAction { requeue: back, tripped, held } = breaker.record(&row(10), &refused(RefusalReason::Other));
    assert_eq!(tripped, Some(StopReason::RefusalWave(RefusalWave { refused: 10, tried: None, last: reply(550) })));
    assert_eq!((seqs(&back), held), ((1..=10).collect(), None));
    let late = breaker.record(&row(11), &refused(RefusalReason::UnknownMailbox));
    assert_eq!(late, BreakerAction { requeue: vec![row(11)], ..BreakerAction::default() });
    assert_eq!(judged(&breaker), (0, 0));
}

#[test]
fn more_than_twenty_and_more_than_a_tenth_are_too_many_and_those_before_are_planned_again_too() {
    let mut breaker = CircuitBreaker::new(ALONE);
    let mut tripped = None;
    for seq in 0..1000 {
        // One in eight.
        let outcome = if seq % 8 == 0 { refused(RefusalReason::UnknownMailbox) } else { accepted() };
        let watched = breaker.record(&row(seq), &outcome);
        if watched.tripped.is_some() {
            tripped = Some((seq, watched));
            break;
        }
    }
    let (seq, watched) = tripped.unwrap();
    assert_eq!((seq, watched.requeue.len()), (160, 21));
    assert_eq!(
        watched.tripped,
        Some(StopReason::RefusalWave(RefusalWave { refused: 21, tried: Some(161), last: reply(550) }))
    );
    assert_eq!(judged(&breaker), (0, 0));
}

#[test]
fn a_list_with_its_usual_dead_is_sent_to_and_they_are_believed() {
    let mut breaker = CircuitBreaker::new(ALONE);
    for seq in 0..1000 {
        let outcome = if seq % 20 == 0 { refused(RefusalReason::UnknownMailbox) } else { accepted() };
        assert_eq!(breaker.record(&row(seq), &outcome), BreakerAction::default());
    }
    assert_eq!(judged(&breaker), (50, 0));
}

#[test]
fn twenty_of_a_short_list_are_not_too_many_but_believed_only_with_more_who_were_accepted() {
    for (people, expected) in [(21, (20, 0)), (20, (0, 20))] {
        let mut breaker = CircuitBreaker::new(ALONE);
        for seq in 0..people {
            assert_eq!(breaker.record(&row(1000 + seq), &accepted()), BreakerAction::default());
            if seq < 20 {
                assert_eq!(
                    breaker.record(&row(seq), &refused(RefusalReason::UnknownMailbox)),
                    BreakerAction::default()
                );
            }
        }
        assert_eq!(judged(&breaker), expected);
    }
}

#[test]
fn one_domain_that_refuses_five_and_half_is_left_alone_and_the_others_go_on() {
    let mut breaker = after(ALONE, 3);
    for seq in 1..=4 {
        assert_eq!(breaker.record(&at(seq, "gone.example"), &refused(RefusalReason::Policy)), BreakerAction::default());
    }
    breaker.record(&at(9, "gone.example"), &accepted());
    let BreakerAction { requeue: back, tripped, held } =
        breaker.record(&at(5, "gone.example"), &refused(RefusalReason::Other));
    let expected = HeldDomain { domain: "gone.example".to_owned(), refused: 5, tried: 6, last: reply(550) };
    assert_eq!((seqs(&back), tripped, held), ((1..=5).collect(), None, Some(expected)));
    let late = breaker.record(&at(6, "gone.example"), &refused(RefusalReason::UnknownMailbox));
    assert_eq!(seqs(&late.requeue), [6]);
    assert_eq!(breaker.record(&row(7), &refused(RefusalReason::UnknownMailbox)), BreakerAction::default());
    assert_eq!(judged(&breaker), (1, 0));
}

#[test]
fn five_of_many_at_a_domain_are_no_reason_to_leave_it_alone() {
    let mut breaker = after(ALONE, 3);
    for seq in 1..=6 {
        breaker.record(&at(100 + seq, "large.example"), &accepted());
    }
    for seq in 1..=5 {
        assert_eq!(breaker.record(&at(seq, "large.example"), &refused(RefusalReason::Other)), BreakerAction::default());
    }
}

#[test]
fn a_domain_at_the_head_of_the_list_is_held_when_others_get_theirs() {
    let mut breaker = CircuitBreaker::new(ALONE);
    for seq in 1..=8 {
        assert_eq!(breaker.record(&at(seq, "gone.example"), &refused(RefusalReason::Other)), BreakerAction::default());
    }
    let watched = breaker.record(&row(9), &accepted());
    assert_eq!((seqs(&watched.requeue), watched.tripped), ((1..=8).collect(), None));
    assert_eq!(watched.held.unwrap().domain, "gone.example");
}

#[test]
fn ten_refusals_at_the_only_domain_tried_are_a_wave_unless_others_accept() {
    let waiting = || {
        let mut breaker = CircuitBreaker::new(ALONE);
        let last = (1..=10)
            .map(|seq| breaker.record(&at(seq, "gone.example"), &refused(RefusalReason::Other)))
            .last()
            .unwrap();
        assert_eq!((last.requeue.len(), last.tripped), (10, None));
        assert_eq!(last.held.unwrap().refused, 10);
        breaker
    };
    let mut no_other = waiting();
    no_other.record(&row(11), &refused(RefusalReason::Other));
    let convicted = no_other.finish().unwrap();
    assert_eq!(
        convicted.tripped,
        Some(StopReason::RefusalWave(RefusalWave { refused: 10, tried: None, last: reply(550) }))
    );
    assert_eq!(seqs(&convicted.requeue), [11]);

    let mut confirmed_by_another = waiting();
    confirmed_by_another.record(&row(11), &accepted());
    assert_eq!(confirmed_by_another.finish(), None);

    let mut again = waiting();
    let last = (11..=15).map(|seq| again.record(&row(seq), &refused(RefusalReason::Other))).last().unwrap();
    assert_eq!((last.requeue.len(), last.tripped.is_some()), (5, true));
    // Others may carry it through other relays: there it is the relay that is of no use.
    let mut one_of_two = CircuitBreaker::new(BreakerRules { is_only_relay: false, ..ALONE });
    let last =
        (1..=10).map(|seq| one_of_two.record(&at(seq, "gone.example"), &refused(RefusalReason::Other))).last().unwrap();
    assert!(last.tripped.is_some());
}

#[test]
fn refusals_at_domain_after_domain_are_a_wave_despite_earlier_acceptances() {
    let mut breaker = after(ALONE, 1);
    let tripped = (0..15).map(|seq| {
        breaker
            .record(&at(seq, ["a.example", "b.example", "c.example"][seq as usize / 5]), &refused(RefusalReason::Other))
            .tripped
    });
    assert_eq!(tripped.flatten().count(), 1);
    assert_eq!(judged(&breaker), (0, 0));
}

#[test]
fn several_domains_at_once_are_a_wave() {
    let mut breaker = after(ALONE, 30);
    let mut tripped = false;
    for seq in 0..30 {
        let watched = breaker.record(&at(seq, &format!("d{}.example", seq / 5)), &refused(RefusalReason::Other));
        tripped |= watched.tripped.is_some();
        breaker.record(&row(100 + seq), &accepted());
    }
    assert!(tripped);
}

#[test]
fn accepted_refusals_are_kept_and_suppress_no_address() {
    let mut breaker = CircuitBreaker::new(BreakerRules { accept_refusals: true, ..ALONE });
    for seq in 0..100 {
        let outcome = refused(RefusalReason::UnknownMailbox);
        assert_eq!(breaker.record(&row(seq), &outcome), BreakerAction::default());
    }
    for seq in 100..300 {
        breaker.record(&row(seq), &accepted());
    }
    assert_eq!(judged(&breaker), (0, 100));
}

#[test]
fn an_acceptance_between_starts_the_count_again() {
    let mut breaker = after(ALONE, 200);
    for round in 0..2 {
        for seq in 0..9 {
            assert_eq!(
                breaker.record(&row(round * 10 + seq), &refused(RefusalReason::Policy)),
                BreakerAction::default()
            );
        }
        breaker.record(&row(round * 10 + 9), &accepted());
    }
}

#[test]
fn a_server_that_never_answers_the_dot_is_not_fed_the_whole_list() {
    let lost = || Outcome::InDoubt(Reply::without_code("gone"));
    let mut breaker = CircuitBreaker::new(ALONE);
    assert!((1..=6).all(|seq| breaker.record(&row(seq), &lost()) == BreakerAction::default()));
    breaker.record(&row(7), &accepted());
    assert!((8..=13).all(|seq| breaker.record(&row(seq), &lost()) == BreakerAction::default()));
    let BreakerAction { requeue: back, tripped, .. } = breaker.record(&row(14), &lost());
    assert!(matches!(tripped, Some(StopReason::RepliesLost(_))) && back.is_empty());
}

#[test]
fn a_message_refused_twice_in_the_same_words_is_refused_for_everybody() {
    let content = |code| Outcome::Refused(reply(code), RefusalReason::Content);
    let mut breaker = CircuitBreaker::new(ALONE);
    assert_eq!(breaker.record(&row(1), &content(552)), BreakerAction::default());
    assert_eq!(breaker.record(&row(2), &content(554)), BreakerAction::default());
    let BreakerAction { requeue: back, tripped, .. } = breaker.record(&row(3), &content(554));
    assert!(matches!(tripped, Some(StopReason::MessageRejected(_))));
    assert_eq!(seqs(&back), [2, 3]);
}
