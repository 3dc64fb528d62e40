//! A letter made ready for sending, and the one message a subscriber gets of it.
//!
//! `mime` builds what is kept here; nothing after that looks at the issue or the configuration again.

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::{Keys, PlanId, Stamp, TokenKey, digest, header, mime, quoted_printable};
use crate::letter::Letter;
use crate::model::{EmailAddress, Mailbox, Publication, Slot, Subscriber};

/// A letter made ready for sending: MIME built and encoded once, cut where subscribers differ. It needs neither the
/// issue nor the configuration any more, so a ledger can keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenLetter {
    digest: String,
    sender: String,
    /// What is right of the `@` of a Message-ID.
    id_domain: String,
    plan: [u8; 16],
    /// When the delivery was planned, in seconds since 1970: the time of every signature.
    planned: i64,
    number: u32,
    list_id: String,
    unsubscribe_url: Option<(String, String)>,
    unsubscribe_mailto: Option<String>,
    parts: Vec<Part>,
}

/// A stretch of the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Part {
    /// The same for everybody: ASCII, CRLF line ends.
    Same(String),
    /// The value of the `To` header.
    To,
    /// The value of the `Subject` header, when it has slots.
    Subject(Vec<SubjectPiece>),
    /// The value of the `Message-ID` header.
    MessageId,
    /// The value of the `List-Unsubscribe` header.
    ListUnsubscribe,
    /// A slot in the text part.
    Text(#[serde(with = "SlotForm")] Slot),
    /// A slot in the HTML part.
    Html(#[serde(with = "SlotForm")] Slot),
}

/// A part of a subject with slots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum SubjectPiece {
    Literal(String),
    Slot(#[serde(with = "SlotForm")] Slot),
}

/// How a [`Slot`] is kept in the ledger.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Slot")]
enum SlotForm {
    Field { column: String, fallback: String },
    Address,
    UnsubscribeUrl,
}

impl FrozenLetter {
    /// Builds and encodes the message of `letter` for nobody in particular.
    ///
    /// Errors when lettre refuses the message.
    pub fn freeze(letter: &Letter, publication: &Publication, stamp: &Stamp) -> anyhow::Result<Self> {
        Ok(Self {
            digest: digest::of(letter, publication),
            sender: publication.envelope_sender.to_string(),
            id_domain: publication.from.address.domain().to_owned(),
            plan: stamp.plan.0,
            planned: stamp.date.timestamp(),
            number: letter.number.0,
            list_id: publication.list_id.clone(),
            unsubscribe_url: publication.unsubscribe.url.clone(),
            unsubscribe_mailto: publication.unsubscribe.mailto.as_ref().map(ToString::to_string),
            parts: mime::parts(letter, publication, stamp)?,
        })
    }

    /// The envelope sender (RFC 5321 `MAIL FROM`).
    pub fn sender(&self) -> &str {
        &self.sender
    }

    /// SHA-256, in lower-case hex, of what readers get: subject, HTML, text and the headers that do not differ, without
    /// the stamp. Equal exactly when nothing a reader can see changed.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The Message-ID of the message for `address`, with angle brackets.
    pub fn message_id(&self, address: &EmailAddress) -> String {
        format!("<{}.{}@{}>", self.number, PlanId(self.plan).message_id_left(address), self.id_domain)
    }

    /// Writes the message for `subscriber` over whatever `bytes` held: CRLF line ends, no bare CR or LF, no line that
    /// starts with a dot, signed if there is a key for it, ready for the wire but for the final dot. The same letter,
    /// subscriber and keys give the same bytes.
    pub fn compose(&self, subscriber: &Subscriber, keys: &Keys, bytes: &mut Vec<u8>) {
        bytes.clear();
        let exit = self.way_out(&subscriber.address, &keys.tokens);
        for part in &self.parts {
            match part {
                Part::Same(text) => bytes.extend_from_slice(text.as_bytes()),
                Part::To => {
                    let to =
                        Mailbox { name: subscriber.name().map(str::to_owned), address: subscriber.address.clone() };
                    bytes.extend_from_slice(header::mailbox("To", &to).as_bytes());
                }
                Part::Subject(pieces) => bytes.extend_from_slice(subject(pieces, subscriber).as_bytes()),
                Part::MessageId => bytes.extend_from_slice(self.message_id(&subscriber.address).as_bytes()),
                Part::ListUnsubscribe => bytes.extend_from_slice(
                    header::list_unsubscribe(exit.url.as_deref(), exit.mailto.as_deref()).as_bytes(),
                ),
                Part::Text(slot) => append_value(&subscriber.value(slot, exit.link()), bytes),
                Part::Html(slot) => append_value(&escape(&subscriber.value(slot, exit.link())), bytes),
            }
        }
        if let Some(signer) = &keys.dkim {
            signer.sign(bytes, self.planned);
        }
    }

    /// The link in the letter with which `address` leaves the list: the one-click URL, or else the mailto.
    pub fn unsubscribe_link(&self, address: &EmailAddress, key: &TokenKey) -> String {
        self.way_out(address, key).link().to_owned()
    }

    fn way_out(&self, address: &EmailAddress, key: &TokenKey) -> WayOut {
        let token = key.token(&self.list_id, address);
        WayOut {
            url: self.unsubscribe_url.as_ref().map(|(before, after)| format!("{before}{token}{after}")),
            mailto: self.unsubscribe_mailto.as_ref().map(|to| format!("mailto:{to}?subject=unsubscribe%20{token}")),
        }
    }

    /// The same letter as bytes for the ledger.
    ///
    /// # Panics
    /// Never: strings and numbers always serialise.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings and numbers always serialise")
    }

    /// A letter a ledger kept.
    ///
    /// Errors when `bytes` are not what [`Self::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> anyhow::Result<Self> {
        serde_json::from_slice(bytes).context("the frozen letter is damaged")
    }
}

/// The links with which one subscriber leaves.
struct WayOut {
    url: Option<String>,
    mailto: Option<String>,
}

impl WayOut {
    fn link(&self) -> &str {
        self.url.as_deref().or(self.mailto.as_deref()).unwrap_or_default()
    }
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
