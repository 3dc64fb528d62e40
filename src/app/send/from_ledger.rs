//! Reads the subscribers of the ledger for a send.

use std::collections::{BTreeMap, HashSet};

use crate::ledger::{Ledger, SubscriberRow};
use crate::message::TokenKey;
use crate::model::{EmailAddress, Subscriber};

/// The subscribers of the ledger that are not suppressed, and the readers that were erased.
#[derive(Default)]
pub(super) struct LedgerSubscribers {
    /// A line for each: address, tab, fields as JSON, which has neither tabs nor line ends. For a million of them a
    /// tenth of what as many values would take.
    lines: String,
    count: u64,
    erased: HashSet<[u8; 16]>,
}

impl LedgerSubscribers {
    pub(super) fn read(ledger: &mut (dyn Ledger + 'static)) -> anyhow::Result<Self> {
        let mut read = Self { erased: ledger.erased()?.into_iter().collect(), ..Self::default() };
        ledger.subscribers(&mut |SubscriberRow { address, fields }| {
            read.lines.extend([&address, "\t", &fields, "\n"]);
            read.count += 1;
            Ok(())
        })?;
        Ok(read)
    }

    pub(super) fn count(&self) -> u64 {
        self.count
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

    /// Returns their mailboxes ([`EmailAddress::key`]).
    ///
    /// Errors as [`Self::subscribers`] does.
    pub(super) fn mailboxes(&self) -> anyhow::Result<HashSet<String>> {
        self.subscribers().map(|subscriber| Ok(subscriber?.address.key())).collect()
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
