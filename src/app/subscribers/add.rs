//! Adds readers by hand: asks them to confirm, or keeps the words in which they agreed.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::app::failure::Failure;
use crate::app::readers::ReaderKeys;
use crate::app::{clock, open_ledger};
use crate::config::{CourierSettings, Newsletter};
use crate::model::EmailAddress;
use crate::readers::{Event, Evidence, ImportedReader, Outcome, Signup, SuppressionReason};

/// What adding a reader did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Added {
    /// They get mail from now on.
    Subscribed,
    /// They are asked to confirm.
    Asked,
    /// They are not asked again: too soon, or too often.
    AskedBefore,
    /// They had mail before.
    AlreadyHere,
    /// They said no, and that stays.
    StaysSuppressed(SuppressionReason),
    /// They were erased, and only they can come back.
    StaysErased,
}

/// Adds `addresses`, all or none. Those whose `consent` is told get mail at once.
///
/// Errors when confirmation mail could not be sent or answered.
pub(crate) fn add(
    newsletter: &Newsletter,
    addresses: &[EmailAddress],
    consent: Option<&str>,
    tags: &BTreeSet<String>,
) -> anyhow::Result<Vec<(EmailAddress, Added)>> {
    if consent.is_none() {
        refuse_without_pages(newsletter, "`add`")?;
    }
    let keys = ReaderKeys::fetch(newsletter)?;
    let mut ledger = open_ledger::to_write(newsletter)?;
    let now = ledger.time(clock::now())?;
    let pending = TimeDelta::from_std(newsletter.settings.serve.pending).unwrap_or(TimeDelta::days(7));
    let mut added = Vec::new();
    ledger.change_readers(&mut |records| {
        added.clear();
        for address in addresses {
            let who = keys.identify(address);
            let how = "newsletter subscribers add".to_owned();
            let outcome = if let Some(words) = consent {
                let by = Evidence { how, words: words.to_owned(), network: String::new() };
                let source = "added".to_owned();
                let row = ImportedReader { source, tags: tags.clone(), ..ImportedReader::default() };
                records.happen(&who, Event::Add(row, by), now)?
            } else if records.reader(&who, now)?.is_active() {
                Outcome::AlreadyHere
            } else {
                let by = Evidence { how, ..Evidence::default() };
                let signup = Signup { tags: tags.clone(), ..keys.signup(address, by, "added", now, pending) };
                let suppression = records.reader(&who, now)?.suppression;
                match records.happen(&who, Event::SignUp(signup), now)? {
                    Outcome::Withheld => match suppression {
                        Some(suppressed) if !suppressed.reason.is_lifted_by_confirming() => {
                            Outcome::StaysSuppressed(suppressed.reason)
                        }
                        _ => Outcome::Withheld,
                    },
                    outcome => outcome,
                }
            };
            added.push((address.clone(), told(outcome)));
        }
        Ok(())
    })?;
    Ok(added)
}

fn told(outcome: Outcome) -> Added {
    match outcome {
        Outcome::Added => Added::Subscribed,
        Outcome::Pending => Added::Asked,
        Outcome::Withheld => Added::AskedBefore,
        Outcome::StaysSuppressed(reason) => Added::StaysSuppressed(reason),
        Outcome::StaysErased => Added::StaysErased,
        _ => Added::AlreadyHere,
    }
}

/// Errors when nobody could confirm what `command` asks: there are no pages, or no mail is sent.
pub(super) fn refuse_without_pages(newsletter: &Newsletter, command: &str) -> Result<(), Failure> {
    let settings = &newsletter.settings;
    let consent = "`--consent \"how they agreed\"` needs no confirmation";
    if settings.serve.url.is_none() || !settings.serve.is_configured {
        let message =
            format!("{command} mails a link to the pages of `newsletter serve`, and there is no `[serve]` table");
        return Err(Failure::content(message)
            .hint("add `[serve]` with `url = \"https://letter.example.org/\"` to `newsletter.toml`")
            .hint(consent));
    }
    if matches!(settings.courier, CourierSettings::Outbox(_)) {
        let message = format!("{command} mails a link to confirm, and `courier = \"outbox\"` mails nobody");
        return Err(Failure::content(message).hint("set `courier` under `[send]`").hint(consent));
    }
    Ok(())
}
