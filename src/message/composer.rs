//! A frozen letter and its keys to one message after the other. What is the same for everybody is done once.

use aws_lc_rs::hmac;

use super::frozen::{FrozenLetter, Part, SubjectPiece};
use super::signing::Signing;
use super::{Keys, TokenKey, header, quoted_printable};
use crate::model::{Mailbox, Subscriber};

/// Composes the messages of one letter.
#[derive(Debug)]
pub struct Composer<'a> {
    letter: &'a FrozenLetter,
    tokens: &'a TokenKey,
    /// Makes the Message-IDs.
    plan: hmac::Key,
    signing: Option<Signing<'a>>,
}

impl<'a> Composer<'a> {
    /// A composer of `letter`. Looks at all of it once, which costs as much as a few messages.
    pub fn new(letter: &'a FrozenLetter, keys: &'a Keys) -> Self {
        let signing = keys.dkim.as_ref().map(|signer| Signing::new(signer, letter));
        Self { letter, tokens: &keys.tokens, plan: letter.plan().key(), signing }
    }

    /// Writes the message for `subscriber` over whatever `bytes` held: CRLF line ends, no bare CR or LF, no line that
    /// starts with a dot, signed if there is a key for it, ready for the wire but for the final dot. The same letter,
    /// subscriber and keys give the same bytes.
    pub fn compose(&mut self, subscriber: &Subscriber, bytes: &mut Vec<u8>) {
        bytes.clear();
        let exit = self.letter.way_out(&subscriber.address, self.tokens);
        let mut signature = self.signing.as_mut().map(|signing| signing.begin(bytes));
        for (index, part) in self.letter.parts().iter().enumerate() {
            let start = bytes.len();
            match part {
                Part::Same(text) => bytes.extend_from_slice(text.as_bytes()),
                Part::To => bytes.extend_from_slice(to(subscriber).as_bytes()),
                Part::Subject(pieces) => bytes.extend_from_slice(subject(pieces, subscriber).as_bytes()),
                Part::MessageId => {
                    bytes.extend_from_slice(self.letter.message_id_by(&self.plan, &subscriber.address).as_bytes());
                }
                Part::ListUnsubscribe => bytes.extend_from_slice(
                    header::list_unsubscribe(exit.url.as_deref(), exit.mailto.as_deref()).as_bytes(),
                ),
                Part::Text(slot) => append_value(&subscriber.value(slot, exit.link()), bytes),
                Part::Html(slot) => append_value(&escape(&subscriber.value(slot, exit.link())), bytes),
            }
            if let Some(signature) = &mut signature {
                signature.add(index, start, bytes);
            }
        }
        if let Some(signature) = signature {
            signature.put_before(bytes);
        }
    }
}

fn to(subscriber: &Subscriber) -> String {
    let to = Mailbox { name: subscriber.name().map(str::to_owned), address: subscriber.address.clone() };
    header::mailbox("To", &to)
}

fn subject(pieces: &[SubjectPiece], subscriber: &Subscriber) -> String {
    let text: String = pieces
        .iter()
        .map(|piece| match piece {
            SubjectPiece::Literal(text) => text.clone(),
            SubjectPiece::Slot(slot) => subscriber.value(slot, ""),
        })
        .collect();
    header::text("Subject", &text)
}

/// Appends a slot's value between two soft line breaks, where its encoding cannot touch its neighbours'.
fn append_value(value: &str, bytes: &mut Vec<u8>) {
    let mut encoded = String::with_capacity(value.len() + 16);
    let column = quoted_printable::encode(value, &mut encoded);
    quoted_printable::soft_break(column, &mut encoded);
    bytes.extend_from_slice(encoded.as_bytes());
}

/// HTML-escapes a value for text and for quoted attributes.
fn escape(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}
