//! Builds the messages of two made-up readers, one with a name and one without, as samples of all messages.

use std::collections::BTreeMap;

use anyhow::Context;

use crate::message::{FrozenLetter, MessageKeys, ParsedMessage, TokenKey};
use crate::model::{EmailAddress, Subscriber};

/// The key of the samples' unsubscribe tokens. A check needs no secret, and nothing accepts tokens of this key.
const SAMPLE_KEY: &[u8] = b"the key of checks opens nothing.";

/// The message of a sample reader.
pub(super) struct SampleMessage {
    /// The message as text; bytes that are not UTF-8 become replacement characters.
    pub(super) text: String,
    /// The message as another program reads it.
    pub(super) reading: ParsedMessage,
}

/// Returns the sample readers.
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

/// Builds the messages of `letter` that the sample readers would get. They are not signed: a check needs no secret.
pub fn sample_messages(letter: &FrozenLetter) -> [Vec<u8>; 2] {
    let keys = MessageKeys { tokens: TokenKey::new(SAMPLE_KEY), dkim: None };
    readers().map(|reader| {
        let mut bytes = Vec::new();
        letter.compose(&reader, &keys, &mut bytes);
        bytes
    })
}

impl SampleMessage {
    /// Reads the `messages` of both sample readers.
    ///
    /// Errors when a message cannot be read back.
    pub(super) fn both(messages: &[Vec<u8>; 2]) -> anyhow::Result<[Self; 2]> {
        let [first, second] = messages;
        Ok([Self::new(first)?, Self::new(second)?])
    }

    fn new(message: &[u8]) -> anyhow::Result<Self> {
        let text = String::from_utf8_lossy(message).into_owned();
        let reading = ParsedMessage::parse(message.to_vec()).context("the message built for a check")?;
        Ok(Self { text, reading })
    }
}
