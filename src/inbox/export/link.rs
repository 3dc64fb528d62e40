//! Defines a link of an export.

use chrono::NaiveDate;

use crate::inbox::entry::InboxEntry;

/// A link of an export.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportedLink {
    /// The link.
    pub entry: InboxEntry,
    /// The day it was saved.
    pub saved: Option<NaiveDate>,
}
