//! Lists the readers that the ledger knows.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::app::readers::ReaderKeys;
use crate::app::{clock, open_ledger};
use crate::config::Newsletter;
use crate::ledger::{KnownReader, ReaderRecords};
use crate::model::EmailAddress;
use crate::readers::{Identity, Reader, SuppressionReason};

/// The number of readers read at once.
const PAGE: usize = 500;

/// What a reader is to the newsletter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReaderState {
    /// They get mail.
    Active,
    /// They signed up and have not confirmed yet.
    Pending,
    /// They get no mail.
    Suppressed(SuppressionReason),
}

impl ReaderState {
    /// Returns the name of the state, or the reason why they get no mail.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Suppressed(reason) => reason.name(),
        }
    }
}

/// A reader in a list.
#[derive(Debug, Clone)]
pub(crate) struct ListedReader {
    pub(crate) address: String,
    pub(crate) state: ReaderState,
    /// Since when they are in this state.
    pub(crate) since: DateTime<Utc>,
    pub(crate) source: String,
    pub(crate) topics: BTreeSet<String>,
    pub(crate) tags: BTreeSet<String>,
}

/// Calls `each` with every reader that the ledger knows: subscribers and suppressed by address, then those who have not
/// confirmed yet.
///
/// Errors when the ledger cannot be read, and when `each` does.
pub(crate) fn list(
    newsletter: &Newsletter,
    each: &mut dyn FnMut(ListedReader) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Some(mut ledger) = open_ledger::to_read(newsletter)? else { return Ok(()) };
    let keys = ReaderKeys::fetch(newsletter)?;
    let now = ledger.time(clock::now())?;
    ledger.read_readers(&mut |records| {
        everybody(records, &keys, now, &mut |_, who, reader| each(listed(&who, reader, now)))?;
        let mut last = String::new();
        for signup in records.waiting_signups(now)? {
            // Whoever asked twice waits once.
            let key = signup.address.key();
            if key != last && !records.reader(&keys.identify(&signup.address), now)?.is_active() {
                last = key;
                each(ListedReader {
                    address: signup.address.to_string(),
                    state: ReaderState::Pending,
                    since: signup.requested_at,
                    source: signup.evidence.how,
                    topics: signup.topics,
                    tags: BTreeSet::new(),
                })?;
            }
        }
        Ok(())
    })
}

/// Calls `each` with every reader who subscribed or is suppressed, by address.
///
/// Errors when the ledger cannot be read, and when `each` does.
pub(super) fn everybody(
    records: &mut dyn ReaderRecords,
    keys: &ReaderKeys,
    now: DateTime<Utc>,
    each: &mut dyn FnMut(&mut dyn ReaderRecords, Identity, Reader) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut last = String::new();
    loop {
        let page = records.known_after(&last, PAGE)?;
        let Some(end) = page.last() else { return Ok(()) };
        last.clone_from(&end.key);
        let who = |KnownReader { key, address }: KnownReader| {
            let address = EmailAddress::parse(&address).or_else(|_| EmailAddress::parse(&key));
            let address = address.map_err(|error| anyhow::anyhow!("the ledger contains `{key}`: {error}"))?;
            Ok(keys.identify(&address))
        };
        let people: Vec<Identity> = page.into_iter().map(who).collect::<anyhow::Result<_>>()?;
        let readers = records.readers(&people, now)?;
        for (who, reader) in people.into_iter().zip(readers) {
            each(records, who, reader)?;
        }
    }
}

fn listed(who: &Identity, reader: Reader, now: DateTime<Utc>) -> ListedReader {
    let Reader { suppression, subscription, .. } = reader;
    let state = suppression.map_or(ReaderState::Active, |suppressed| ReaderState::Suppressed(suppressed.reason));
    let since = suppression.map(|suppressed| suppressed.at);
    let since = since.or(subscription.as_ref().map(|subscription| subscription.since)).unwrap_or(now);
    let (source, topics, tags) = match subscription {
        Some(subscription) => (subscription.source, subscription.topics, subscription.tags),
        None => (String::new(), BTreeSet::new(), BTreeSet::new()),
    };
    ListedReader { address: who.address.to_string(), state, since, source, topics, tags }
}
