//! Suppressed addresses: added, removed, listed. A suppressed address gets no mail, whatever any list says.

use chrono::{DateTime, Utc};

use super::failure::Failure;
use super::previous_key::PreviousKey;
use super::{clock, keys, open_ledger};
use crate::config::Newsletter;
use crate::model::{EmailAddress, IssueNumber};
use crate::subscribers;

/// A suppressed address.
pub(crate) struct Suppressed {
    pub(crate) address: String,
    pub(crate) reason: String,
    pub(crate) since: DateTime<Utc>,
}

/// Suppresses the owners of `words`, addresses or tokens of unsubscribe links. Returns each with whether it is new.
///
/// Errors, and suppresses none of them, when one is unknown.
pub(crate) fn add(
    newsletter: &Newsletter,
    words: &[String],
    reason: &str,
) -> anyhow::Result<Vec<(EmailAddress, bool)>> {
    let addresses = resolve(newsletter, words)?;
    let mut ledger = open_ledger::to_write(newsletter)?;
    let now = ledger.time(clock::now())?;
    let mut added = Vec::new();
    for address in addresses {
        let is_new = ledger.suppress(&address, reason, now)?;
        added.push((address, is_new));
    }
    Ok(added)
}

/// Lets `words` have mail again. Returns each with whether it was suppressed.
///
/// Errors when one of them is not an address.
pub(crate) fn remove(newsletter: &Newsletter, words: &[String]) -> anyhow::Result<Vec<(EmailAddress, bool)>> {
    let addresses = words.iter().map(|word| parse(word)).collect::<Result<Vec<_>, _>>()?;
    let mut ledger = open_ledger::to_write(newsletter)?;
    let mut removed = Vec::new();
    for address in addresses {
        let was_suppressed = ledger.unsuppress(&address)?;
        removed.push((address, was_suppressed));
    }
    Ok(removed)
}

/// Lets those have mail again whom the delivery of `issue` suppressed, and returns them.
pub(crate) fn remove_found_by(newsletter: &Newsletter, issue: IssueNumber) -> anyhow::Result<Vec<String>> {
    open_ledger::to_write(newsletter)?.unsuppress_found_by(issue)
}

/// Returns every suppressed address.
pub(crate) fn list(newsletter: &Newsletter) -> anyhow::Result<Vec<Suppressed>> {
    let Some(mut ledger) = open_ledger::to_read(newsletter)? else { return Ok(Vec::new()) };
    let all = ledger.suppressions()?.into_iter();
    Ok(all.map(|entry| Suppressed { address: entry.address, reason: entry.reason, since: entry.at }).collect())
}

/// Returns the addresses meant: all of them or an error, because half a suppression is easily mistaken for a complete one.
fn resolve(newsletter: &Newsletter, words: &[String]) -> anyhow::Result<Vec<EmailAddress>> {
    let (addresses, tokens): (Vec<_>, Vec<_>) = words.iter().partition(|word| word.contains('@'));
    let mut resolved: Vec<_> = addresses.into_iter().map(|word| parse(word)).collect::<Result<_, _>>()?;
    if tokens.is_empty() {
        return Ok(resolved);
    }
    let key = keys::token_key(newsletter, PreviousKey::find(newsletter, false)?.as_ref(), false)?;
    let list_id = &newsletter.publication.list_id;
    let list = subscribers::subscriber_list(newsletter)?;
    for token in tokens {
        let mut owner = None;
        for row in list.rows()? {
            owner = row?.entry.ok().map(|entry| entry.subscriber.address).filter(|it| key.verify(list_id, it, token));
            if owner.is_some() {
                break;
            }
        }
        resolved.push(owner.ok_or_else(|| {
            Failure::usage(format!("`{token}` is neither an address nor the token of a listed subscriber"))
                .hint("a token is the part of an unsubscribe link that differs between subscribers")
        })?);
    }
    Ok(resolved)
}

fn parse(word: &str) -> Result<EmailAddress, Failure> {
    EmailAddress::parse(word).map_err(|error| Failure::usage(format!("`{word}` is not an address: {error}")))
}
