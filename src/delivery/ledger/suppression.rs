//! Addresses that must never get mail: beside the plans, stronger than every list.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use crate::model::EmailAddress;

/// An address that must never get mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The address, as it was given.
    pub address: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// The suppressions of a ledger.
pub trait Suppressions {
    /// Never again a mail to `address`; answers whether that is news. The first reason stays.
    fn suppress(&mut self, address: &EmailAddress, reason: &str, now: DateTime<Utc>) -> anyhow::Result<bool>;

    /// Lets `address` have mail again; answers whether it was suppressed.
    fn unsuppress(&mut self, address: &EmailAddress) -> anyhow::Result<bool>;

    /// The mailboxes that must not get mail: of each what spellings of its address share ([`EmailAddress::key`]).
    fn suppressed_mailboxes(&mut self) -> anyhow::Result<HashSet<String>>;

    /// Every suppression, by address.
    fn suppressions(&mut self) -> anyhow::Result<Vec<Suppression>>;
}
