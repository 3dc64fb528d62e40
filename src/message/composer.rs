//! Composes the message of each subscriber from a frozen letter. Work that all messages share is done once.

use std::borrow::Cow;

use aws_lc_rs::hmac;

use super::frozen::{FrozenLetter, UnsubscribeLinks};
use super::message_keys::MessageKeys;
use super::segment::{Segment, TextPiece};
use super::signing::LetterSigner;
use super::token::TokenKey;
use super::{base64, header, quoted_printable};
use crate::model::{Slot, Subscriber};

/// Composes the messages of one letter.
#[derive(Debug)]
pub struct Composer<'a> {
    letter: &'a FrozenLetter,
    tokens: &'a TokenKey,
    /// Makes the Message-IDs.
    plan: hmac::Key,
    signing: Option<LetterSigner<'a>>,
}

impl<'a> Composer<'a> {
    /// A composer of `letter`. Looks at all of it once, which costs as much as a few messages.
    pub fn new(letter: &'a FrozenLetter, keys: &'a MessageKeys) -> Self {
        let signing = keys.dkim.as_ref().map(|signer| LetterSigner::new(signer, letter));
        Self { letter, tokens: &keys.tokens, plan: letter.plan().key(), signing }
    }

    /// Writes the message for `subscriber` over whatever `bytes` held: CRLF line ends, no bare CR or LF, no line that
    /// starts with a dot, signed if there is a key for it, ready for the wire but for the final dot. The same letter,
    /// subscriber and keys give the same bytes.
    pub fn compose(&mut self, subscriber: &Subscriber, bytes: &mut Vec<u8>) {
        bytes.clear();
        let values = Values::of(subscriber, self.letter, self.tokens, &self.plan);
        let mut signature = self.signing.as_mut().map(|signing| signing.begin(bytes));
        for (index, segment) in self.letter.segments().iter().enumerate() {
            let start = bytes.len();
            values.append(segment, bytes);
            if let Some(signature) = &mut signature {
                signature.add(index, start, bytes);
            }
        }
        if let Some(signature) = signature {
            signature.prepend_to(bytes);
        }
    }

    /// Appends the same message to `pieces`, its literals by their numbers in [`FrozenLetter::literals`]. A message that is
    /// signed is appended as a whole: its signature costs more than a copy.
    pub fn compose_in_pieces(&mut self, subscriber: &Subscriber, pieces: &mut impl MessagePieces) {
        if self.signing.is_some() {
            self.compose(subscriber, pieces.own());
            return;
        }
        let values = Values::of(subscriber, self.letter, self.tokens, &self.plan);
        let mut literals = 0;
        for segment in self.letter.segments() {
            if let Segment::Literal(_) = segment {
                pieces.literal(literals);
                literals += 1;
            } else {
                values.append(segment, pieces.own());
            }
        }
    }
}

/// What a message is put into, piece by piece.
pub trait MessagePieces {
    /// Appends a literal of the letter, by its number.
    fn literal(&mut self, number: usize);
    /// The buffer to append bytes to that no other message has.
    fn own(&mut self) -> &mut Vec<u8>;
}

/// What differs in the message for one subscriber.
struct Values<'a> {
    subscriber: &'a Subscriber,
    letter: &'a FrozenLetter,
    message_id_key: &'a hmac::Key,
    exit: UnsubscribeLinks,
}

impl<'a> Values<'a> {
    fn of(
        subscriber: &'a Subscriber,
        letter: &'a FrozenLetter,
        tokens: &TokenKey,
        message_id_key: &'a hmac::Key,
    ) -> Self {
        let exit = letter.unsubscribe_links(&subscriber.address, tokens);
        Self { subscriber, letter, message_id_key, exit }
    }

    /// Appends what `segment` is for the subscriber.
    fn append(&self, segment: &Segment, bytes: &mut Vec<u8>) {
        let Self { subscriber, exit, .. } = self;
        match segment {
            Segment::Literal(text) => bytes.extend_from_slice(text.as_bytes()),
            Segment::To => bytes.extend_from_slice(to(subscriber).as_bytes()),
            Segment::Subject(pieces) => bytes.extend_from_slice(subject(pieces, subscriber).as_bytes()),
            Segment::MessageId => {
                let id = self.letter.message_id_by(self.message_id_key, &subscriber.address);
                bytes.extend_from_slice(id.as_bytes());
            }
            Segment::ListUnsubscribe => bytes
                .extend_from_slice(header::list_unsubscribe(exit.url.as_deref(), exit.mailto.as_deref()).as_bytes()),
            Segment::Text(slot) => append_value(subscriber.value(slot, exit.preferred()), bytes),
            Segment::Html(slot) => append_value(&escape(subscriber.value(slot, exit.preferred())), bytes),
            Segment::Base64Text(pieces) => {
                append_base64(pieces, |slot| subscriber.value(slot, exit.preferred()).into(), bytes);
            }
            Segment::Base64Html(pieces) => {
                append_base64(pieces, |slot| escape(subscriber.value(slot, exit.preferred())), bytes);
            }
        }
    }
}

impl FrozenLetter {
    /// Writes the message for `subscriber` over whatever `bytes` held, as [`Composer::compose`] does: for one alone.
    pub fn compose(&self, subscriber: &Subscriber, keys: &MessageKeys, bytes: &mut Vec<u8>) {
        Composer::new(self, keys).compose(subscriber, bytes);
    }
}

fn to(subscriber: &Subscriber) -> String {
    header::mailbox("To", subscriber.name(), &subscriber.address)
}

fn subject(pieces: &[TextPiece], subscriber: &Subscriber) -> String {
    header::text("Subject", &filled(pieces, |slot| subscriber.value(slot, "").into()))
}

fn filled<'a>(pieces: &'a [TextPiece], value: impl Fn(&'a Slot) -> Cow<'a, str>) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            TextPiece::Literal(literal) => text.push_str(literal),
            TextPiece::Slot(slot) => text.push_str(&value(slot)),
        }
    }
    text
}

/// Appends `pieces` in base64. All of it is encoded anew: where a group of three bytes begins depends on the length of
/// each value before it.
fn append_base64<'a>(pieces: &'a [TextPiece], value: impl Fn(&'a Slot) -> Cow<'a, str>, bytes: &mut Vec<u8>) {
    let text = filled(pieces, |slot| base64::with_crlf(&value(slot)).into());
    bytes.extend_from_slice(base64::encode(&text).as_bytes());
}

/// Appends a slot's value between two soft line breaks, where its encoding cannot touch its neighbours'.
fn append_value(value: &str, bytes: &mut Vec<u8>) {
    // Nearly every address and link.
    if quoted_printable::is_plain_line(value) {
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"=\r\n");
        return;
    }
    let mut encoded = String::with_capacity(value.len() + 16);
    let column = quoted_printable::encode(value, &mut encoded);
    quoted_printable::soft_break(column, &mut encoded);
    bytes.extend_from_slice(encoded.as_bytes());
}

/// HTML-escapes a value for text and for quoted attributes.
fn escape(value: &str) -> Cow<'_, str> {
    if !value.bytes().any(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'')) {
        return Cow::Borrowed(value);
    }
    let mut escaped = String::with_capacity(value.len() + 16);
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
    Cow::Owned(escaped)
}
