//! The finished message of two made-up readers, one with a name and one without: enough to see what differs per reader.

use std::collections::BTreeMap;

use anyhow::Context;
use chrono::SubsecRound;

use super::Case;
use crate::letter::Letter;
use crate::message::{FrozenLetter, Keys, PlanId, Reading, Stamp, TokenKey};
use crate::model::{EmailAddress, Subscriber};

/// The key of the samples' unsubscribe tokens: a check needs no secret, and what it shows opens nothing.
const SAMPLE_KEY: &[u8] = b"the key of checks opens nothing.";

/// A reader's message.
pub(super) struct Sample {
    /// The reader.
    pub(super) reader: Subscriber,
    /// The bytes, as text: where they are not UTF-8, as replacement characters.
    pub(super) text: String,
    /// What another program reads in it.
    pub(super) reading: Reading,
}

/// The sample readers.
fn readers() -> [Subscriber; 2] {
    let reader = |address: &str, fields: BTreeMap<String, String>| Subscriber {
        address: EmailAddress::parse(address).expect("a valid address"),
        fields,
    };
    [
        reader("grace@reader.example", BTreeMap::from([("name".to_owned(), "Grace Hopper".to_owned())])),
        reader("nobody@reader.example", BTreeMap::new()),
    ]
}

/// The messages the sample readers would get of `letter` now.
pub(super) fn messages(case: &Case<'_>, letter: &Letter) -> anyhow::Result<[Vec<u8>; 2]> {
    let stamp = Stamp { plan: PlanId([0; 16]), date: case.now.trunc_subsecs(0) };
    let frozen = FrozenLetter::freeze(letter, &case.newsletter.publication, &stamp)?;
    // Unsigned: a check needs no secret.
    let keys = Keys { tokens: TokenKey::new(SAMPLE_KEY), dkim: None };
    Ok(readers().map(|reader| {
        let mut bytes = Vec::new();
        frozen.compose(&reader, &keys, &mut bytes);
        bytes
    }))
}

impl Sample {
    /// The sample readers with their `messages`.
    ///
    /// Errors when a message cannot be read back.
    pub(super) fn both(messages: &[Vec<u8>; 2]) -> anyhow::Result<[Self; 2]> {
        let [first, second] = readers();
        let [one, other] = messages;
        Ok([Self::new(first, one)?, Self::new(second, other)?])
    }

    fn new(reader: Subscriber, message: &[u8]) -> anyhow::Result<Self> {
        let text = String::from_utf8_lossy(message).into_owned();
        let reading = Reading::of(message.to_vec()).context("the message built for a check")?;
        Ok(Self { reader, text, reading })
    }
}
