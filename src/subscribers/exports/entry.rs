//! Describes the rows of an export.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use chrono::{DateTime, Utc};

use crate::diagnostic::Diagnostic;
use crate::model::EmailAddress;
use crate::readers::{ConsentKind, RestoredReader, SuppressionReason};

/// A row of an export.
#[derive(Debug)]
pub struct ExportRow {
    /// The line it starts on, from 1.
    pub line: usize,
    /// Whom it is about and what it says, or why it cannot be read.
    pub entry: Result<(EmailAddress, ExportEntry), Box<Diagnostic>>,
}

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportEntry {
    /// What another service or a file written by hand says.
    Foreign(ForeignReader),
    /// What the ledger of this program kept.
    Own(RestoredReader),
}

/// A reader as another service names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignReader {
    /// Whether they get mail.
    pub listed_as: ListedAs,
    /// What letters may address them with, by column.
    pub fields: BTreeMap<String, String>,
    /// Topics; only our own export has them.
    pub topics: BTreeSet<String>,
    /// Tags.
    pub tags: BTreeSet<String>,
    /// Since when they have mail.
    pub since: Option<DateTime<Utc>>,
    /// When they confirmed their address.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// What is known of their consent, oldest first.
    pub consent: Vec<StatedConsent>,
}

/// Whether a reader gets mail, according to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListedAs {
    /// They do.
    Active,
    /// They do not any more, since then.
    Left(SuppressionReason, Option<DateTime<Utc>>),
    /// They never confirmed.
    Unconfirmed,
}

/// Consent with its time, from the columns of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedConsent {
    /// Whether they signed up or confirmed.
    pub what: ConsentKind,
    /// When.
    pub at: DateTime<Utc>,
    /// From where.
    pub ip: Option<IpAddr>,
    /// The heading that says so.
    pub column: String,
}
