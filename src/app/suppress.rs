//! Suppressed addresses: added, removed, listed. A suppressed address gets no mail, whatever any list says.

use chrono::{DateTime, Utc};

use super::failure::Failure;
use super::readers::ReaderKeys;
use super::{clock, open_ledger};
use crate::config::Newsletter;
use crate::ledger::Ledger;
use crate::model::{EmailAddress, IssueNumber, Token};
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
    let keys = ReaderKeys::fetch(newsletter)?;
    let mut ledger = open_ledger::to_write(newsletter)?;
    for word in tokens {
        let owner = match Token::parse(word) {
            Some(token) => owner(newsletter, &keys, ledger.as_mut(), token)?,
            None => None,
        };
        resolved.push(owner.ok_or_else(|| {
            Failure::usage(format!("`{word}` is neither an address nor the token of a subscriber"))
                .hint("a token is the part of an unsubscribe link that differs between subscribers")
        })?);
    }
    Ok(resolved)
}

/// Returns the owner of `token`: somebody who had mail or subscribed, or stands in the list.
fn owner(
    newsletter: &Newsletter,
    keys: &ReaderKeys,
    ledger: &mut dyn Ledger,
    token: Token,
) -> anyhow::Result<Option<EmailAddress>> {
    if let Some(who) = keys.owner(ledger, token)? {
        return Ok(Some(who.address));
    }
    if newsletter.settings.subscribers.as_ref().is_none_or(|path| !path.exists()) {
        return Ok(None);
    }
    for row in subscribers::subscriber_list(newsletter)?.rows()? {
        let Ok(entry) = row?.entry else { continue };
        if keys.is_token_of(token, &entry.subscriber.address) {
            return Ok(Some(entry.subscriber.address));
        }
    }
    Ok(None)
}

fn parse(word: &str) -> Result<EmailAddress, Failure> {
    EmailAddress::parse(word).map_err(|error| Failure::usage(format!("`{word}` is not an address: {error}")))
}
