//! Reads and writes the columns that both ledgers keep about readers in the same form.

use std::collections::BTreeSet;

use anyhow::{Context, anyhow};

use crate::model::EmailAddress;
use crate::readers::{BounceClass, ConsentKind, MailKind};

/// The tables with rows of one person, by the key of their address, that go when the person is erased.
pub(super) const ERASED_TABLES: [&str; 7] =
    ["subscriber", "unsubscribe_token", "pending_signup", "consent_event", "bounce", "outgoing_mail", "suppression"];

/// Serialises topics or tags: a JSON array, or an empty string.
pub(super) fn words_to_json(words: &BTreeSet<String>) -> anyhow::Result<String> {
    if words.is_empty() { Ok(String::new()) } else { Ok(serde_json::to_string(words)?) }
}

/// Parses the output of [`words_to_json`].
pub(super) fn words_from_json(words: &str) -> anyhow::Result<BTreeSet<String>> {
    if words.is_empty() {
        return Ok(BTreeSet::new());
    }
    serde_json::from_str(words).context("the ledger contains topics or tags that cannot be read")
}

pub(super) fn address_from_column(address: &str) -> anyhow::Result<EmailAddress> {
    EmailAddress::parse(address)
        .map_err(|reason| anyhow!("the ledger contains `{address}`, which is not an address: {reason}"))
}

pub(super) fn consent_from_name(name: &str) -> anyhow::Result<ConsentKind> {
    let kind = ConsentKind::ALL.into_iter().find(|kind| kind.name() == name);
    kind.with_context(|| format!("the ledger contains evidence of the unknown kind `{name}`"))
}

pub(super) fn mail_from_name(name: &str) -> anyhow::Result<MailKind> {
    let kind = MailKind::ALL.into_iter().find(|kind| kind.name() == name);
    kind.with_context(|| format!("the ledger contains mail of the unknown kind `{name}`"))
}

/// Returns the class with this number in the ledger: its place in [`BounceClass::ALL`].
pub(super) fn class_from_number(number: i64) -> anyhow::Result<BounceClass> {
    let class = usize::try_from(number).ok().and_then(|number| BounceClass::ALL.get(number));
    class.copied().with_context(|| format!("the ledger contains a bounce of the unknown class {number}"))
}

/// Reads a digest or token of sixteen bytes.
pub(super) fn sixteen(bytes: &[u8]) -> anyhow::Result<[u8; 16]> {
    bytes.try_into().map_err(|_| anyhow!("the ledger contains a token of {} bytes in place of 16", bytes.len()))
}
