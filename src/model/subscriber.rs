//! Describes a subscriber.

use std::collections::BTreeMap;

use super::address::EmailAddress;
use super::slot::Slot;

/// A subscriber, as the list names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriber {
    /// Where their mail goes.
    pub address: EmailAddress,
    /// Their other columns that are not empty (`name`, `city`), by lower-case column name. No control characters.
    pub fields: BTreeMap<String, String>,
}

impl Subscriber {
    /// Their name, when the list has one.
    pub fn name(&self) -> Option<&str> {
        self.fields.get("name").map(String::as_str)
    }

    /// Their values for [`Slot::Field`].
    pub fn field<'a>(&'a self, slot_column: &str, fallback: &'a str) -> &'a str {
        self.fields.get(slot_column).map_or(fallback, String::as_str)
    }

    /// The words of `slot` for them, `unsubscribe_url` being their own.
    pub fn value<'a>(&'a self, slot: &'a Slot, unsubscribe_url: &'a str) -> &'a str {
        match slot {
            Slot::Field { column, fallback } => self.field(column, fallback),
            Slot::Address => self.address.as_str(),
            Slot::UnsubscribeUrl => unsubscribe_url,
        }
    }
}
