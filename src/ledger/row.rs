//! Describes the rows of a delivery, one for each subscriber, and their states.

use std::collections::BTreeMap;

use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};

use super::reply::Reply;
use crate::model::{EmailAddress, State, Subscriber};
use crate::smtp::EnhancedCode;

/// Returns the state with this number in the ledger.
pub(super) fn state_from_number(number: i64) -> anyhow::Result<State> {
    let state = State::ALL.into_iter().find(|&state| state as i64 == number);
    state.with_context(|| format!("the ledger contains a row in the unknown state {number}"))
}

/// A row to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its place in the list, from 1.
    pub seq: u32,
    /// The fencing token of its owner; 0 in a ledger with one sender.
    pub fencing_token: i64,
    /// The subscriber.
    pub subscriber: Subscriber,
    /// The number of replies received for it.
    pub attempts: u32,
    /// The version of the letter it may have received already, if it is sent again after doubt.
    pub letter: Option<u32>,
}

/// A row and its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClaimedRow {
    /// Its place in the list.
    pub seq: u32,
    /// The fencing token of the owner. A token is never reused: a sender that was considered dead
    /// returns with a new one, and its earlier claims are void.
    pub fencing_token: i64,
}

/// A row in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Its place in the list, from 1.
    pub seq: u32,
    /// The address.
    pub address: String,
    /// Its state.
    pub state: State,
    /// The number of replies received for it.
    pub attempts: u32,
    /// The next attempt of a deferred row.
    pub next_at: Option<DateTime<Utc>>,
    /// The last reply.
    pub reply: Option<Reply>,
    /// The time of its last change, at first that of the plan; `None` in plans of earlier versions.
    pub updated: Option<DateTime<Utc>>,
}

/// A finding about a row in doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// The row.
    pub seq: u32,
    /// `Accepted`, or `Planned` to send the same version of the letter again.
    pub state: State,
    /// The evidence.
    pub reply: Reply,
}

impl Row {
    /// Builds the row `seq` from its columns.
    pub(super) fn from_columns(
        seq: u32,
        address: &str,
        fields: &str,
        attempts: u32,
        letter: Option<u32>,
    ) -> anyhow::Result<Self> {
        let address = EmailAddress::parse(address)
            .map_err(|reason| anyhow!("the ledger contains `{address}`, which is not an address: {reason}"))?;
        let subscriber = Subscriber { address, fields: fields_from_json(fields)? };
        Ok(Self { seq, fencing_token: 0, subscriber, attempts, letter })
    }

    /// Its claim.
    pub fn claim(&self) -> ClaimedRow {
        ClaimedRow { seq: self.seq, fencing_token: self.fencing_token }
    }
}

/// Builds a reply from its columns.
pub(super) fn reply_from_columns(code: Option<u16>, enhanced: Option<&str>, text: Option<String>) -> Option<Reply> {
    let enhanced = enhanced.and_then(read_enhanced);
    code.map(|code| Reply { code, enhanced, text: text.unwrap_or_default() })
}

fn read_enhanced(text: &str) -> Option<EnhancedCode> {
    let (class, rest) = text.split_once('.')?;
    let (subject, detail) = rest.split_once('.')?;
    Some(EnhancedCode { class: class.parse().ok()?, subject: subject.parse().ok()?, detail: detail.parse().ok()? })
}

/// Serializes the fields of a subscriber for the ledger: a JSON object, or an empty string.
pub(super) fn fields_to_json(fields: &BTreeMap<String, String>) -> String {
    if fields.is_empty() {
        return String::new();
    }
    serde_json::to_string(fields).expect("a map of strings is always JSON")
}

/// Parses the output of [`fields_to_json`].
pub(super) fn fields_from_json(fields: &str) -> anyhow::Result<BTreeMap<String, String>> {
    if fields.is_empty() {
        return Ok(BTreeMap::new());
    }
    serde_json::from_str(fields).context("the ledger contains a row whose columns cannot be read")
}
