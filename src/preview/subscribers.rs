//! Searches the subscriber list for the recipient to compose a letter for. The list is never loaded as a
//! whole, since it may have a million rows and a view needs one of them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::config::Newsletter;
use crate::model::{EmailAddress, Subscriber};
use crate::subscribers::{SubscriberList, subscriber_list};

/// The subscribers of one version of the list.
pub(super) struct Subscribers {
    list: SubscriberList,
    /// Results of earlier searches, by the key of the address.
    cache: Mutex<HashMap<String, Option<Subscriber>>>,
}

impl Subscribers {
    /// Opens the newsletter's list; `None` if it cannot be read. `check` and `send` report the reason, since a letter can be
    /// previewed without a list.
    pub(super) fn open(newsletter: &Newsletter) -> Option<Self> {
        Some(Self { list: subscriber_list(newsletter).ok()?, cache: Mutex::default() })
    }

    /// The subscriber with this address, from the first row that has it.
    pub(super) fn find(&self, address: &EmailAddress) -> Option<Subscriber> {
        let key = address.key();
        let mut found = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let search = || self.active().find(|subscriber| subscriber.address.key() == key);
        found.entry(key.clone()).or_insert_with(search).clone()
    }

    /// The first `limit` subscribers whose address or name contains `part`, ignoring case.
    pub(super) fn search(&self, part: &str, limit: usize) -> Vec<Subscriber> {
        let part = part.to_lowercase();
        let contains = |text: &str| text.to_lowercase().contains(&part);
        let matches = |subscriber: &Subscriber| {
            contains(&subscriber.address.to_string()) || subscriber.name().is_some_and(contains)
        };
        self.active().filter(matches).take(limit).collect()
    }

    /// The subscribers that receive mail, read row by row.
    fn active(&self) -> impl Iterator<Item = Subscriber> {
        let rows = self.list.rows().into_iter().flatten().map_while(Result::ok);
        let entries = rows.filter_map(|row| row.entry.ok());
        entries.filter(|entry| entry.skip.is_none()).map(|entry| entry.subscriber)
    }
}
