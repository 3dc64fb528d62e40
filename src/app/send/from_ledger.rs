//! Reads the subscribers of the ledger for a send.

use std::collections::{BTreeMap, HashSet};

use super::selection::Selection;
use crate::ledger::Ledger;
use crate::message::TokenKey;
use crate::model::{EmailAddress, Subscriber};

/// The subscribers of the ledger that are selected and not suppressed, and the readers that were erased.
#[derive(Default)]
pub(super) struct LedgerSubscribers {
    /// A line for each: address, tab, fields as JSON, which has neither tabs nor line ends. For a million of them a
    /// tenth of what as many values would take.
    lines: String,
    count: u64,
    /// The mailboxes of subscribers who are not among those selected.
    others: HashSet<String>,
    erased: HashSet<[u8; 16]>,
}

impl LedgerSubscribers {
    pub(super) fn read(ledger: &mut (dyn Ledger + 'static), selection: &Selection) -> anyhow::Result<Self> {
        let mut read = Self { erased: ledger.erased()?.into_iter().collect(), ..Self::default() };
        ledger.subscribers(&mut |subscriber| {
            if selection.includes(&subscriber)? {
                read.lines.extend([&subscriber.address, "\t", &subscriber.fields, "\n"]);
                read.count += 1;
            } else {
                read.others.insert(subscriber.mailbox()?);
            }
            Ok(())
        })?;
        Ok(read)
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Returns the number of subscribers who are not among those selected.
    pub(super) fn others(&self) -> u64 {
        self.others.len() as u64
    }

    /// Returns them in the order they came.
    ///
    /// Errors when the ledger has one that cannot be read.
    pub(super) fn subscribers(&self) -> impl Iterator<Item = anyhow::Result<Subscriber>> {
        self.lines.lines().map(|line| {
            let (address, fields) = line.split_once('\t').unwrap_or((line, ""));
            let address = EmailAddress::parse(address)
                .map_err(|error| anyhow::anyhow!("the ledger has a subscriber `{address}`: {error}"))?;
            let fields: BTreeMap<_, _> =
                if fields.is_empty() { BTreeMap::new() } else { serde_json::from_str(fields)? };
            Ok(Subscriber { address, fields })
        })
    }

    /// Returns the mailboxes ([`EmailAddress::key`]) of all subscribers of the ledger, selected or not.
    ///
    /// Errors as [`Self::subscribers`] does.
    pub(super) fn mailboxes(&self) -> anyhow::Result<HashSet<String>> {
        let others = self.others.iter().map(|mailbox| Ok(mailbox.clone()));
        self.subscribers().map(|subscriber| Ok(subscriber?.address.key())).chain(others).collect()
    }

    /// Returns whether any reader was erased.
    pub(super) fn knows_erased(&self) -> bool {
        !self.erased.is_empty()
    }

    /// Returns whether the owner of `address` was erased from the list `list_id`.
    pub(super) fn is_erased(&self, key: &TokenKey, list_id: &str, address: &EmailAddress) -> bool {
        !self.erased.is_empty() && self.erased.contains(&key.erased_digest(list_id, address).0)
    }
}
