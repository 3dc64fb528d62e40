//! Tests what is written to a ledger at once.

use newsletter::ledger::{Mark, Reply, Settlement, WriteBatch};
use newsletter::model::State;
use newsletter::smtp::EnhancedCode;

use super::world::{World, address, at};

pub(super) fn of_many_marks_those_of_suppressed_addresses_are_denied(world: &mut World<'_>) {
    world.plan(&["a@example.org", "b@example.org", "c@example.org"]);
    let marks: Vec<_> = (1..=3).map(|seq| Mark { claim: world.hand(seq), version: 1 }).collect();
    world.ledger().suppress(&address("b@example.org"), "unsubscribed", at(5)).unwrap();
    let written = world.write(&WriteBatch { marks, ..WriteBatch::default() });
    assert_eq!(written.granted, [true, false, true]);
    assert_eq!(
        world.rows(),
        ["a@example.org in-flight 0 ", "b@example.org suppressed 0 ", "c@example.org in-flight 0 "]
    );
}

pub(super) fn rows_settled_together_keep_their_own_replies(world: &mut World<'_>) {
    let people: Vec<_> = (10..50).map(|number| format!("p{number}@example.org")).collect();
    world.plan(&people.iter().map(String::as_str).collect::<Vec<_>>());
    let marks: Vec<_> = (1..=40).map(|seq| Mark { claim: world.hand(seq), version: 1 }).collect();
    world.write(&WriteBatch { marks, ..WriteBatch::default() });
    let mut settled = |seq: u32, state, code, enhanced, text: &str| {
        let reply = Reply { code, enhanced, text: text.to_owned() };
        Settlement::new(world.hand(seq), state, Some(reply))
    };
    let ok = Some(EnhancedCode { class: 2, subject: 0, detail: 0 });
    // In the order of their replies: near each other, far from each other, and sent again.
    let settlements = vec![
        settled(5, State::Accepted, 250, ok, "queued as E"),
        settled(2, State::Accepted, 250, ok, "queued as B"),
        settled(3, State::Refused, 550, None, "no"),
        settled(40, State::Accepted, 250, ok, "queued as Z"),
        settled(6, State::Planned, 0, None, "lost"),
        settled(6, State::Accepted, 250, ok, "queued as F"),
        settled(1, State::Accepted, 250, None, ""),
        settled(30, State::Accepted, 250, ok, "queued as D"),
        settled(7, State::Accepted, 251, ok, "queued as G"),
    ];
    let written = world.write(&WriteBatch { settlements, ..WriteBatch::default() });
    let accepted = (State::Transmitting, State::Accepted);
    assert_eq!(
        written.transitions,
        [
            accepted,
            accepted,
            (State::Transmitting, State::Refused),
            accepted,
            (State::Transmitting, State::Planned),
            (State::Planned, State::Accepted),
            accepted,
            accepted,
            accepted
        ]
    );
    let rows = world.rows();
    let settled: Vec<_> = rows.iter().filter(|row| !row.ends_with(" in-flight 0 ")).collect();
    assert_eq!(
        settled,
        [
            "p10@example.org accepted 1 250 ",
            "p11@example.org accepted 1 250 2.0.0 queued as B",
            "p12@example.org refused 1 550 no",
            "p14@example.org accepted 1 250 2.0.0 queued as E",
            "p15@example.org accepted 1 250 2.0.0 queued as F",
            "p16@example.org accepted 1 251 2.0.0 queued as G",
            "p39@example.org accepted 1 250 2.0.0 queued as D",
            "p49@example.org accepted 1 250 2.0.0 queued as Z",
        ]
    );
    assert_eq!(rows.len(), 40);
    assert_eq!(world.claim(0, 99), [] as [u32; 0]);
}
