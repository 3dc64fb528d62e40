//! Tests that many readers are read and changed together as each of them would be alone.

use std::collections::VecDeque;

use newsletter::ledger::Ledger;
use newsletter::readers::{Event, Identity, ImportedReader, SuppressionReason, step};

use super::readers::{by, change, happen, owner, signup, who};
use super::world::{World, at};

pub(super) fn many_readers_change_together_as_one_by_one(world: &mut World<'_>) {
    let ledger = world.ledger();
    let events = |text: &str, number: u8| {
        let row =
            ImportedReader { source: "list".to_owned(), tags: ["vip".to_owned()].into(), ..ImportedReader::default() };
        let gone = ImportedReader { opt_out: Some((SuppressionReason::Complained, Some(at(3)))), ..row.clone() };
        vec![
            ("signs-up", Event::SignUp(signup(text, number, at(5)))),
            ("signs-up", Event::Find),
            ("here", Event::Import(row.clone(), by("list"))),
            ("here", Event::Unsubscribe(by("link"))),
            ("here", Event::Undo(by("link"))),
            ("gone", Event::Import(gone, by("list"))),
            ("erased", Event::Import(row, by("list"))),
            ("erased", Event::Erase),
        ]
    };
    let known = |ledger: &mut dyn Ledger, way: &str| {
        let people: Vec<_> = ["erased", "nobody", "gone", "here", "signs-up"]
            .map(|name| who(&format!("{way}-{name}@example.org")))
            .into();
        change(ledger, |records| {
            let readers = records.readers(&people, at(9)).unwrap();
            let each: Vec<_> = people.iter().map(|who| records.reader(who, at(9)).unwrap()).collect();
            assert_eq!(readers, each, "in the order of the people");
            let kept =
                |who| (records.evidence(who).unwrap(), records.mail_to(who).unwrap(), records.signups_of(who).unwrap());
            let told: Vec<_> = people.iter().map(kept).zip(readers).collect();
            format!("{told:#?}").replace(way, "WAY").replace("Nonce(***)", "")
        })
    };
    for (name, event) in events("single-signs-up@example.org", 1) {
        happen(ledger, &format!("single-{name}@example.org"), &event, at(5));
    }
    // The same, but for those who come later together in each round.
    let mut rest: VecDeque<_> = events("joint-signs-up@example.org", 2).into();
    while !rest.is_empty() {
        let mut round = Vec::new();
        let mut later = VecDeque::new();
        for (name, event) in rest {
            let is_in = round.iter().any(|(other, _): &(&str, Event)| *other == name);
            if is_in { later.push_back((name, event)) } else { round.push((name, event)) }
        }
        assert!(round.len() > 1 || later.is_empty());
        rest = later;
        change(ledger, |records| {
            let people: Vec<_> = round.iter().map(|(name, _)| who(&format!("joint-{name}@example.org"))).collect();
            let readers = records.readers(&people, at(5)).unwrap();
            let step = |((who, reader), (_, event)): ((&Identity, _), &(&str, Event))| {
                (who.clone(), step(who, &reader, event.clone(), at(5)).changes)
            };
            let steps: Vec<_> = people.iter().zip(readers).zip(&round).map(step).collect();
            records.apply_all(&steps, at(5)).unwrap();
        });
    }
    assert_eq!(known(ledger, "single"), known(ledger, "joint"));
    assert_eq!(owner(ledger, who("joint-here@example.org").token).as_deref(), Some("joint-here@example.org"));
}
