//! Holds a letter that is ready for sending. `mime` builds it and `composer` writes messages from it, without the issue or
//! the configuration.

use std::borrow::Cow;

use anyhow::{Context, ensure};
use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};

use super::segment::Segment;
use super::stamp::{DeliveryStamp, PlanId, message_id_left};
use super::token::TokenKey;
use super::{digest, mime};
use crate::letter::Letter;
use crate::model::{EmailAddress, Publication, TokenAddress, around_placeholder};

/// A letter made ready for sending: MIME built and encoded once, cut where subscribers differ. It needs neither the
/// issue nor the configuration any more, so a ledger can keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenLetter {
    digest: String,
    /// The envelope sender, in which the token of a reader may stand.
    sender: String,
    /// The part of a Message-ID after the `@`.
    id_domain: String,
    plan: [u8; 16],
    /// When the delivery was planned, in seconds since 1970: the time of every signature.
    planned: i64,
    number: u32,
    list_id: String,
    unsubscribe_url: Option<(String, String)>,
    /// The address for requests to unsubscribe, as in a `mailto:` URL.
    unsubscribe_mailto: Option<String>,
    parts: Vec<Segment>,
}

impl FrozenLetter {
    /// Builds and encodes the message of `letter` for nobody in particular.
    ///
    /// Errors when lettre refuses the message.
    pub fn freeze(letter: &Letter, publication: &Publication, stamp: &DeliveryStamp) -> anyhow::Result<Self> {
        Ok(Self {
            digest: digest::letter_digest(letter, publication),
            sender: publication.envelope_sender.to_string(),
            id_domain: publication.from.address.domain().to_owned(),
            plan: stamp.plan.0,
            planned: stamp.date.timestamp(),
            number: letter.number.0,
            list_id: publication.list_id.clone(),
            unsubscribe_url: publication.unsubscribe.url.clone(),
            unsubscribe_mailto: publication.unsubscribe.mailto.as_ref().map(TokenAddress::in_mailto),
            parts: mime::segments(letter, publication, stamp)?,
        })
    }

    /// The envelope sender (RFC 5321 `MAIL FROM`) as it is configured: `{token}` stands for that of a reader.
    pub fn sender(&self) -> &str {
        &self.sender
    }

    /// The envelope sender of the message for `address`.
    pub fn sender_for(&self, address: &EmailAddress, key: &TokenKey) -> Cow<'_, str> {
        match around_placeholder(&self.sender) {
            None => Cow::Borrowed(&self.sender),
            Some((before, after)) => {
                let token = key.unsubscribe_token(&self.list_id, address).folded();
                Cow::Owned(format!("{before}{token}{after}"))
            }
        }
    }

    /// The list identifier it was written under (RFC 2919).
    pub fn list_id(&self) -> &str {
        &self.list_id
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
        let (number, left) = (self.number.to_string(), message_id_left(key, address));
        ["<", &number, ".", &left, "@", &self.id_domain, ">"].concat()
    }

    /// What is the same in every message, in order.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| if let Segment::Literal(text) = part { Some(text.as_str()) } else { None })
    }

    /// The parts of the message, in order.
    pub(super) fn segments(&self) -> &[Segment] {
        &self.parts
    }

    pub(super) fn plan(&self) -> PlanId {
        PlanId(self.plan)
    }

    /// The time of every signature, in seconds since 1970.
    pub(super) fn planned_at(&self) -> i64 {
        self.planned
    }

    pub(super) fn unsubscribe_links(&self, address: &EmailAddress, key: &TokenKey) -> UnsubscribeLinks {
        let token = key.unsubscribe_token(&self.list_id, address);
        let text = token.to_string();
        let mailto = |to: &String| match around_placeholder(to) {
            // Some mail clients send an empty subject, so the address says it all.
            Some((before, after)) => ["mailto:", before, &token.folded(), after, "?subject=unsubscribe"].concat(),
            None => ["mailto:", to, "?subject=unsubscribe%20", &text].concat(),
        };
        UnsubscribeLinks {
            url: self.unsubscribe_url.as_ref().map(|(before, after)| [before, &*text, after].concat()),
            mailto: self.unsubscribe_mailto.as_ref().map(mailto),
        }
    }

    /// The same letter as bytes for the ledger.
    ///
    /// # Panics
    /// Never: strings and numbers always serialize.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings and numbers always serialize")
    }

    /// A letter a ledger kept.
    ///
    /// Errors when `bytes` are not what [`Self::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> anyhow::Result<Self> {
        let damaged = "the frozen letter is damaged";
        let letter: Self = serde_json::from_slice(bytes).context(damaged)?;
        ensure!(letter.body_start().is_some(), "{damaged}: it has no body");
        Ok(letter)
    }

    /// The part in which the body begins, and how far into it.
    pub(super) fn body_start(&self) -> Option<(usize, usize)> {
        self.parts.iter().enumerate().find_map(|(index, part)| match part {
            Segment::Literal(text) => text.find("\r\n\r\n").map(|at| (index, at + 4)),
            _ => None,
        })
    }
}

/// The links with which one subscriber leaves.
pub(super) struct UnsubscribeLinks {
    pub(super) url: Option<String>,
    pub(super) mailto: Option<String>,
}

impl UnsubscribeLinks {
    pub(super) fn preferred(&self) -> &str {
        self.url.as_deref().or(self.mailto.as_deref()).unwrap_or_default()
    }
}
