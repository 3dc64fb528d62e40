//! Adds and removes the writer's own notes about a reader.

use std::collections::BTreeSet;

use crate::app::failure::Failure;
use crate::app::readers::ReaderKeys;
use crate::app::{clock, open_ledger};
use crate::config::Newsletter;
use crate::model::EmailAddress;
use crate::readers::{Event, Outcome};

/// What to change about the tags of a reader.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TagChange {
    pub(crate) add: BTreeSet<String>,
    pub(crate) remove: BTreeSet<String>,
}

/// Makes `change` about the reader with `address`, and returns their tags.
///
/// Errors when the ledger has no such subscriber.
pub(crate) fn tag(
    newsletter: &Newsletter,
    address: &EmailAddress,
    change: &TagChange,
) -> anyhow::Result<BTreeSet<String>> {
    let who = ReaderKeys::fetch(newsletter)?.identify(address);
    let mut ledger = open_ledger::to_write(newsletter)?;
    let now = ledger.time(clock::now())?;
    let mut tags = None;
    ledger.change_readers(&mut |records| {
        let TagChange { add, remove } = change.clone();
        if records.happen(&who, Event::Tag { add, remove }, now)? != Outcome::NotHere {
            tags = records.reader(&who, now)?.subscription.map(|subscription| subscription.tags);
        }
        Ok(())
    })?;
    tags.ok_or_else(|| {
        Failure::usage(format!("the ledger has no subscriber `{address}`"))
            .hint(
                "the tags of readers of `subscribers.csv` are in its column `tags`; `newsletter subscribers import` brings \
                 these readers into the ledger",
            )
            .into()
    })
}
