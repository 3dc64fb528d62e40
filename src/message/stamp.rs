//! Identifies a delivery and dates its messages; Message-IDs derive from it.

use std::fmt;

use aws_lc_rs::hmac;
use chrono::{DateTime, Utc};
use data_encoding::{BASE32_NOPAD, HEXLOWER};

use crate::model::EmailAddress;

/// Names one delivery of one issue: random bytes drawn when it is planned. Message-ID and boundary derive from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PlanId(pub [u8; 16]);

impl fmt::Display for PlanId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl PlanId {
    /// Returns what its Message-IDs are recognized by.
    pub fn message_tags(self) -> MessageTags {
        MessageTags(self.key())
    }

    /// The key of its Message-IDs.
    pub(super) fn key(self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &self.0)
    }
}

/// The part of its Message-IDs that is of one recipient alone.
#[derive(Debug)]
pub struct MessageTags(hmac::Key);

impl MessageTags {
    /// Returns the tag of the mailbox `key` ([`EmailAddress::key`]): what stands between issue number and `@`.
    pub fn of(&self, key: &str) -> String {
        tag(&self.0, key)
    }
}

fn tag(plan: &hmac::Key, key: &str) -> String {
    let mut tag = BASE32_NOPAD.encode(&hmac::sign(plan, key.as_bytes()).as_ref()[..16]);
    tag.make_ascii_lowercase();
    tag
}

/// The part of the Message-ID for `address` before the `@`: the same at every attempt, so that a receiver can drop a
/// message it already has, and different for everybody, which Gmail demands (421 4.7.28).
pub(super) fn message_id_left(plan: &hmac::Key, address: &EmailAddress) -> String {
    tag(plan, &address.key())
}

/// The identity of the messages of one delivery: frozen with the letter, so that a message sent again is
/// byte-identical.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryStamp {
    /// The delivery.
    pub plan: PlanId,
    /// The `Date` of every message in it, whole seconds.
    pub date: DateTime<Utc>,
}
