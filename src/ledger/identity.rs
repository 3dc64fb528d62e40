//! Ties each ledger to one newsletter: issue numbers and suppressions of two newsletters must not
//! mix.

use anyhow::Context;

use super::contract::Ledger;

/// The newsletter a ledger belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerOwner {
    /// This newsletter, or none yet.
    ThisNewsletter,
    /// Another newsletter, with this list identifier.
    Other(String),
}

impl LedgerOwner {
    /// The owner of `ledger`, for the newsletter `list_id`. A ledger written before identities
    /// existed belongs to the newsletter of its newest letter.
    pub fn of(ledger: &mut dyn Ledger, list_id: &str) -> anyhow::Result<Self> {
        let known = match ledger.identity()? {
            Some(known) => Some(known),
            None => last_frozen(ledger)?,
        };
        // RFC 2919 6: upper and lower case are equal.
        Ok(known.filter(|known| !known.eq_ignore_ascii_case(list_id)).map_or(Self::ThisNewsletter, Self::Other))
    }

    /// [`Self::of`], after assigning the ledger to the newsletter `list_id` if it belongs to none yet.
    pub fn adopt(ledger: &mut dyn Ledger, list_id: &str) -> anyhow::Result<Self> {
        if ledger.identity()?.is_none() {
            let first = last_frozen(ledger)?.unwrap_or_else(|| list_id.to_owned());
            ledger.adopt(&first).context("cannot record the owner of the ledger")?;
        }
        Self::of(ledger, list_id)
    }
}

/// The list identifier in the newest letter; `None` if the letter cannot be read, which a send
/// reports.
fn last_frozen(ledger: &mut dyn Ledger) -> anyhow::Result<Option<String>> {
    let Some(last) = ledger.last_key()? else { return Ok(None) };
    let plan = ledger.plan(last.issue).ok().flatten();
    Ok(plan.map(|plan| plan.letter().letter.list_id().to_owned()))
}
