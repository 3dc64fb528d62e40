//! A letter made ready for sending. `mime` builds what is kept here, `composer` writes messages from it; nothing in
//! between looks at the issue or the configuration again.

use anyhow::{Context, ensure};
use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};

use super::{Composer, Keys, PlanId, Stamp, TokenKey, digest, message_id_left, mime};
use crate::letter::Letter;
use crate::model::{EmailAddress, Publication, Slot, Subscriber};

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
        self.message_id_by(&self.plan().key(), address)
    }

    /// The same, with the plan's key at hand.
    pub(super) fn message_id_by(&self, key: &hmac::Key, address: &EmailAddress) -> String {
        format!("<{}.{}@{}>", self.number, message_id_left(key, address), self.id_domain)
    }

    /// Writes the message for `subscriber` over whatever `bytes` held, as [`Composer::compose`] does: for one alone.
    pub fn compose(&self, subscriber: &Subscriber, keys: &Keys, bytes: &mut Vec<u8>) {
        Composer::new(self, keys).compose(subscriber, bytes);
    }

    /// What the message is made of, in order.
    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    pub(super) fn plan(&self) -> PlanId {
        PlanId(self.plan)
    }

    /// The time of every signature, in seconds since 1970.
    pub(super) fn planned(&self) -> i64 {
        self.planned
    }

    pub(super) fn way_out(&self, address: &EmailAddress, key: &TokenKey) -> WayOut {
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
        let damaged = "the frozen letter is damaged";
        let letter: Self = serde_json::from_slice(bytes).context(damaged)?;
        ensure!(letter.body().is_some(), "{damaged}: it has no body");
        Ok(letter)
    }

    /// The part in which the body begins, and how far into it.
    pub(super) fn body(&self) -> Option<(usize, usize)> {
        self.parts.iter().enumerate().find_map(|(index, part)| match part {
            Part::Same(text) => text.find("\r\n\r\n").map(|at| (index, at + 4)),
            _ => None,
        })
    }
}

/// The links with which one subscriber leaves.
pub(super) struct WayOut {
    pub(super) url: Option<String>,
    pub(super) mailto: Option<String>,
}

impl WayOut {
    pub(super) fn link(&self) -> &str {
        self.url.as_deref().or(self.mailto.as_deref()).unwrap_or_default()
    }
}
