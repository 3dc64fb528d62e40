//! Reads the newsletter's mailbox and tells the ledger what readers and mail servers said.

mod account;
mod counts;
mod effect;
mod meaning;
mod options;
mod outcome;
mod reply;
mod subject;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};

use self::account::account;
use self::counts::RecipientCounts;
use self::effect::Effects;
use self::meaning::{Item, Meaning, OwnAddresses, item};
pub(crate) use self::options::MailboxOptions;
pub(crate) use self::outcome::{BounceOutcome, MailboxReport, MessageOutcome, MessageReport};
use self::subject::Subjects;
use super::failure::Failure;
use super::readers::ReaderKeys;
use super::{clock, open_ledger};
use crate::config::{CourierSettings, MailboxSettings, Newsletter};
use crate::ledger::{Ledger, ReaderRecords};
pub(crate) use crate::mailbox::HeldIssue;
use crate::mailbox::sources::{MessageName, Source};
use crate::mailbox::{Breaker, MailedAt};
use crate::model::IssueNumber;
pub(crate) use crate::readers::BounceClass;
use crate::returned;

/// The most messages whose consequences share one commit.
const BATCH: usize = 200;
/// The part of an issue's recipients that policy may refuse, as one in so many.
const POLICY_PART: usize = 20;

/// Finds the mailbox: `path`, or that of the settings.
///
/// Errors when neither names one.
pub(crate) fn source(newsletter: &Newsletter, path: Option<&Path>, is_read_only: bool) -> anyhow::Result<Source> {
    match (path, &newsletter.settings.mailbox) {
        (Some(path), _) => Source::open(path),
        (None, Some(MailboxSettings::Maildir(path))) => Source::open(path),
        (None, Some(MailboxSettings::Imap(imap))) => Ok(Source::imap(account(newsletter, imap)?, is_read_only)),
        (None, None) => Err(Failure::usage("no mailbox is named")
            .hint("`newsletter mailbox PATH` reads a Maildir, an mbox or a message; `maildir` or `imap` under `[mailbox]` names one for good")
            .into()),
    }
}

/// Reads all messages of `source`, and tells the ledger.
///
/// Errors when a message or the ledger cannot be read or written. What was told until then stays told, and the messages
/// it came from are filed away.
pub(crate) fn read(
    newsletter: &Newsletter,
    source: &mut Source,
    options: MailboxOptions,
) -> anyhow::Result<MailboxReport> {
    read_and_tell(newsletter, source, options).map_err(account::explained)
}

/// Waits up to `time` for something to come in, and returns whether it did.
///
/// Errors as [`read`] does.
pub(crate) fn wait(source: &mut Source, time: Duration) -> anyhow::Result<bool> {
    source.wait(time).map_err(account::explained)
}

fn read_and_tell(
    newsletter: &Newsletter,
    source: &mut Source,
    options: MailboxOptions,
) -> anyhow::Result<MailboxReport> {
    let keys = ReaderKeys::fetch(newsletter)?;
    let mut ledger =
        if options.is_dry_run { open_ledger::to_read(newsletter)? } else { Some(open_ledger::to_write(newsletter)?) };
    let now = match ledger.as_deref_mut() {
        Some(ledger) => ledger.time(clock::now())?,
        None => clock::now(),
    };
    let items = items(newsletter, source, &mut Subjects::new(as_dyn(&mut ledger), &keys, now, options.is_dry_run))?;
    let Some(ledger) = ledger.as_deref_mut() else {
        let messages = items.into_iter().map(|item| {
            let outcome = without_ledger(&item.meaning);
            item.reported(outcome)
        });
        return Ok(MailboxReport { messages: messages.collect(), ..MailboxReport::default() });
    };
    // Whoever asks for their link is known by it.
    let asks = items.iter().any(|item| matches!(item.meaning, Meaning::AskForLink(_)));
    if asks && !options.is_dry_run && ledger.lacks_tokens(&keys.fingerprint())? {
        keys.index(ledger)?;
    }
    let held = if options.accept_refusals { Vec::new() } else { held(ledger, &items, now)? };
    let mut report = MailboxReport { held, ..MailboxReport::default() };
    let can_mail = !matches!(newsletter.settings.courier, CourierSettings::Outbox(_));
    let pending = TimeDelta::from_std(newsletter.settings.serve.pending).unwrap_or(TimeDelta::days(7));
    let mut messages = Vec::new();
    let effects = Effects { keys: &keys, held: &report.held, options, pending, can_mail, now };
    let mut items = items.into_iter().peekable();
    while items.peek().is_some() {
        let batch: Vec<Item> = items.by_ref().take(BATCH).collect();
        let mut outcomes = Vec::new();
        let mut work = |records: &mut dyn ReaderRecords| {
            outcomes.clear();
            for item in &batch {
                outcomes.push(effects.happen(records, item)?);
            }
            Ok(())
        };
        if options.is_dry_run {
            ledger.read_readers(&mut work)?;
        } else {
            ledger.change_readers(&mut work)?;
        }
        let names = |is_wanted: fn(&MessageOutcome) -> bool| -> Vec<MessageName> {
            let both = batch.iter().zip(&outcomes);
            both.filter(|(_, outcome)| is_wanted(outcome)).map(|(item, _)| item.name.clone()).collect()
        };
        if !options.is_dry_run {
            let settled = names(is_settled);
            source.file_away(&settled).context("the ledger knows what the messages say: run the command again")?;
        }
        // What is held may be believed next time.
        source.leave(&names(|outcome| !is_settled(outcome) && !matches!(outcome, MessageOutcome::Held(_))));
        messages.extend(batch.into_iter().zip(outcomes).map(|(item, outcome)| item.reported(outcome)));
    }
    report.messages = messages;
    report.refused_by_policy = refused_by_policy(ledger, &report.messages)?;
    if can_mail && !options.is_dry_run {
        reply::send_waiting(newsletter, &keys, ledger, &mut report);
    }
    Ok(report)
}

fn as_dyn(ledger: &mut Option<Box<dyn Ledger>>) -> Option<&mut dyn Ledger> {
    match ledger {
        Some(ledger) => Some(ledger.as_mut()),
        None => None,
    }
}

fn items(newsletter: &Newsletter, source: &mut Source, subjects: &mut Subjects<'_>) -> anyhow::Result<Vec<Item>> {
    let own = OwnAddresses::of(newsletter);
    let mut items = Vec::new();
    source.read(&mut |message| {
        let mail = returned::read(&message.bytes);
        items.push(item(message.into_name(), mail, &own, subjects)?);
        Ok(())
    })?;
    Ok(items)
}

/// What a message is when nothing was ever sent.
fn without_ledger(meaning: &Meaning) -> MessageOutcome {
    match meaning {
        Meaning::Ignored => MessageOutcome::Ignored,
        Meaning::NotUnderstood(why) => MessageOutcome::NotUnderstood(*why),
        _ => MessageOutcome::Letter,
    }
}

/// Returns whether the message needs nobody's attention any more.
fn is_settled(outcome: &MessageOutcome) -> bool {
    !matches!(outcome, MessageOutcome::Letter | MessageOutcome::NotUnderstood(_) | MessageOutcome::Held(_))
}

/// Returns which reports of dead addresses are held.
fn held(ledger: &mut dyn Ledger, items: &[Item], now: DateTime<Utc>) -> anyhow::Result<Vec<HeldIssue>> {
    let mut breaker = Breaker::default();
    let mut issues = Vec::new();
    for item in items {
        if let Meaning::Bounce { about, issue, class: BounceClass::Dead, .. } = &item.meaning {
            breaker.note(*issue, &about.address.key());
            issues.push(*issue);
        }
    }
    issues.sort_unstable();
    issues.dedup();
    let since = now - TimeDelta::days(1);
    ledger.read_readers(&mut |records| {
        for &issue in &issues {
            records.dead_since(issue, since)?.iter().for_each(|key| breaker.note(issue, key));
        }
        Ok(())
    })?;
    breaker.held(&mut RecipientCounts { ledger, domains: HashMap::new() })
}

/// Returns issues that policy refused to more than one in twenty.
fn refused_by_policy(
    ledger: &mut dyn Ledger,
    messages: &[MessageReport],
) -> anyhow::Result<Vec<(IssueNumber, usize, usize)>> {
    let mut refused: BTreeMap<IssueNumber, usize> = BTreeMap::new();
    for message in messages {
        if let MessageOutcome::Bounced(BounceOutcome { issue, class: BounceClass::Policy, .. }) = &message.outcome {
            *refused.entry(*issue).or_default() += 1;
        }
    }
    let mut counts = RecipientCounts { ledger, domains: HashMap::new() };
    let mut found = Vec::new();
    for (issue, refused) in refused {
        let mailed = counts.mailed(issue, None)?;
        if refused * POLICY_PART > mailed {
            found.push((issue, refused, mailed));
        }
    }
    Ok(found)
}
