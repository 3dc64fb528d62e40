//! The people a letter can be looked at as: the list of subscribers, searched and never loaded whole, since it may have
//! a million rows and a view needs one of them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::load::{Newsletter, SubscriberList, subscriber_list};
use crate::model::{EmailAddress, Subscriber};

/// The subscribers of one version of the list.
pub(super) struct Readers {
    list: SubscriberList,
    /// Who has been asked for, by the key of their address.
    found: Mutex<HashMap<String, Option<Subscriber>>>,
}

impl Readers {
    /// The newsletter's list; `None` when it cannot be read. What is wrong with it is for `check` and `send` to say: a letter
    /// can be looked at without readers.
    pub(super) fn open(newsletter: &Newsletter) -> Option<Self> {
        Some(Self { list: subscriber_list(newsletter).ok()?, found: Mutex::default() })
    }

    /// The subscriber with this address, as its first row names them.
    pub(super) fn find(&self, address: &EmailAddress) -> Option<Subscriber> {
        let key = address.key();
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let search = || self.subscribers().find(|subscriber| subscriber.address.key() == key);
        found.entry(key.clone()).or_insert_with(search).clone()
    }

    /// The first `limit` subscribers whose address or name contains `part`, capitals or not.
    pub(super) fn like(&self, part: &str, limit: usize) -> Vec<Subscriber> {
        let part = part.to_lowercase();
        let contains = |text: &str| text.to_lowercase().contains(&part);
        let is_like = |subscriber: &Subscriber| {
            contains(&subscriber.address.to_string()) || subscriber.name().is_some_and(contains)
        };
        self.subscribers().filter(is_like).take(limit).collect()
    }

    /// Everybody who gets mail, row by row.
    fn subscribers(&self) -> impl Iterator<Item = Subscriber> {
        let rows = self.list.rows().into_iter().flatten().map_while(Result::ok);
        let entries = rows.filter_map(|row| row.entry.ok());
        entries.filter(|entry| entry.skip.is_none()).map(|entry| entry.subscriber)
    }
}
