//! Properties of every message, whatever its author, configuration, style sheet and subscribers are: tests of the
//! renderer, which were rules of `newsletter check` until it was proven that nothing an author does can break them.
//!
//! Each invariant is checked on the messages of all specimens and, to prove that it can fail, on a damaged message.

mod headers;
mod markup;
mod message;
mod mime;
mod specimens;
mod style;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use newsletter::check::GUARANTEES;
use newsletter::model::{Issue, Publication, Subscriber};

use self::message::Message;

/// A message, and what it was made of.
struct Specimen<'a> {
    publication: &'a Publication,
    issue: &'a Issue,
    reader: &'a Subscriber,
    date: DateTime<Utc>,
    message: &'a Message,
    /// The message of another reader.
    other: &'a Message,
}

/// A property of every message.
struct Invariant {
    /// The rule that it was, as `check::GUARANTEES` names it.
    former_rule: &'static str,
    /// Returns how a message breaks it.
    check: fn(&Specimen<'_>) -> Result<(), String>,
    /// Changes of a message that break it.
    damage: &'static [Damage],
}

/// A change of a finished message.
enum Damage {
    /// Sets a header field of the message; an empty value removes it.
    Header(&'static str, &'static str),
    /// Sets a header field of both readers' messages.
    SharedHeader(&'static str, &'static str),
    /// Replaces text in the undecoded message.
    Bytes(&'static str, &'static str),
    /// Replaces text in the decoded HTML part.
    Html(&'static str, &'static str),
    /// Replaces text in the decoded text part.
    Text(&'static str, &'static str),
}

fn invariants() -> impl Iterator<Item = &'static Invariant> {
    headers::INVARIANTS.iter().chain(mime::INVARIANTS).chain(markup::INVARIANTS).chain(style::INVARIANTS)
}

#[test]
fn every_message_keeps_every_invariant() {
    let mut broken = BTreeSet::new();
    let mut count = 0;
    specimens::each(|name, specimen| {
        count += 1;
        for invariant in invariants() {
            if let Err(how) = (invariant.check)(specimen) {
                broken.insert(format!("{} in {name}: {how}", invariant.former_rule));
            }
        }
    });
    let few: Vec<String> = broken.into_iter().take(60).collect();
    assert!(few.is_empty(), "{count} messages\n{}", few.join("\n"));
    assert!(count > 500, "{count} messages");
}

#[test]
fn every_invariant_notices_its_damage() {
    specimens::sample(|specimen| {
        for invariant in invariants() {
            assert_eq!((invariant.check)(specimen), Ok(()), "{}", invariant.former_rule);
            assert!(!invariant.damage.is_empty(), "{}", invariant.former_rule);
            for damage in invariant.damage {
                let (message, other) = damage.applied(specimen.message, specimen.other);
                let damaged = Specimen { message: &message, other: &other, ..*specimen };
                assert!((invariant.check)(&damaged).is_err(), "{} does not notice {damage}", invariant.former_rule);
            }
        }
    });
}

#[test]
fn every_guarantee_is_an_invariant() {
    let tested: BTreeSet<&str> = invariants().map(|invariant| invariant.former_rule).collect();
    let promised: BTreeSet<&str> = GUARANTEES.iter().map(|guarantee| guarantee.former_rule).collect();
    assert_eq!(tested, promised);
}

impl Damage {
    fn applied(&self, message: &Message, other: &Message) -> (Message, Message) {
        match self {
            Self::Header(name, value) => (message.with_header(name, value), other.clone()),
            Self::SharedHeader(name, value) => (message.with_header(name, value), other.with_header(name, value)),
            Self::Bytes(from, to) => (Message::parse(&replaced(&message.raw, from, to)), other.clone()),
            Self::Html(from, to) => (message.with_html(replaced(&message.html, from, to)), other.clone()),
            Self::Text(from, to) => {
                (Message { text: replaced(&message.text, from, to), ..message.clone() }, other.clone())
            }
        }
    }
}

impl std::fmt::Display for Damage {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (what, to) = match self {
            Self::Header(name, value) | Self::SharedHeader(name, value) => (name, value),
            Self::Bytes(from, to) | Self::Html(from, to) | Self::Text(from, to) => (from, to),
        };
        write!(formatter, "{what:?} -> {to:?}")
    }
}

fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from:?} is not in the message");
    text.replace(from, to)
}

/// Returns an error that says `how` unless `holds`.
fn ensure(holds: bool, how: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(how()) }
}
