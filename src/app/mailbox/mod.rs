//! Reads the newsletter's mailbox and tells the ledger what readers and mail servers said.

mod counts;
mod meaning;
mod outcome;
mod subject;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};

use self::counts::RecipientCounts;
use self::meaning::{Item, Meaning, OwnAddresses, item};
pub(crate) use self::outcome::{BounceOutcome, MailboxReport, MessageOutcome, MessageReport};
use self::subject::Subjects;
use super::failure::Failure;
use super::readers::ReaderKeys;
use super::{clock, open_ledger};
use crate::config::Newsletter;
use crate::ledger::{Ledger, ReaderRecords};
pub(crate) use crate::mailbox::HeldIssue;
use crate::mailbox::sources::Source;
use crate::mailbox::{Breaker, MailedAt, is_unreachable};
use crate::model::{EmailAddress, IssueNumber};
pub(crate) use crate::readers::BounceClass;
use crate::readers::{BounceReport, Event, Evidence as Heard, Outcome, step};
use crate::returned;

/// The most messages whose consequences share one commit.
const BATCH: usize = 200;
/// The part of an issue's recipients that policy may refuse, as one in so many.
const POLICY_PART: usize = 20;

/// How the mailbox is read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct MailboxOptions {
    /// Whether nothing is changed.
    pub(crate) is_dry_run: bool,
    /// Whether dead addresses are believed, however many there are.
    pub(crate) accept_refusals: bool,
}

/// Finds the mailbox: `path`, or that of the settings.
///
/// Errors when neither names one.
pub(crate) fn source(newsletter: &Newsletter, path: Option<&Path>) -> anyhow::Result<Source> {
    match path.or(newsletter.settings.maildir.as_deref()) {
        Some(path) => Source::open(path),
        None => Err(Failure::usage("no mailbox is named")
            .hint("`newsletter mailbox PATH` reads a Maildir, an mbox or a message; `maildir` under `[mailbox]` names one for good")
            .into()),
    }
}

/// Reads all messages of `source`, and tells the ledger.
///
/// Errors when a message or the ledger cannot be read or written. What was told until then stays told, and the messages
/// it came from are filed away.
pub(crate) fn read(newsletter: &Newsletter, source: &Source, options: MailboxOptions) -> anyhow::Result<MailboxReport> {
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
    let held = if options.accept_refusals { Vec::new() } else { held(ledger, &items, now)? };
    let mut report = MailboxReport { held, ..MailboxReport::default() };
    let mut items = items.into_iter().peekable();
    while items.peek().is_some() {
        let batch: Vec<Item> = items.by_ref().take(BATCH).collect();
        let mut outcomes = Vec::new();
        let mut work = |records: &mut dyn ReaderRecords| {
            outcomes.clear();
            for item in &batch {
                outcomes.push(happen(records, &keys, item, &report.held, options, now)?);
            }
            Ok(())
        };
        if options.is_dry_run {
            ledger.read_readers(&mut work)?;
        } else {
            ledger.change_readers(&mut work)?;
        }
        for (item, outcome) in batch.into_iter().zip(outcomes) {
            if !options.is_dry_run && is_settled(&outcome) {
                source
                    .file_away(&item.name)
                    .context("the ledger knows what the message says: run the command again")?;
            }
            report.messages.push(item.reported(outcome));
        }
    }
    report.refused_by_policy = refused_by_policy(ledger, &report.messages)?;
    Ok(report)
}

fn as_dyn(ledger: &mut Option<Box<dyn Ledger>>) -> Option<&mut dyn Ledger> {
    match ledger {
        Some(ledger) => Some(ledger.as_mut()),
        None => None,
    }
}

fn items(newsletter: &Newsletter, source: &Source, subjects: &mut Subjects<'_>) -> anyhow::Result<Vec<Item>> {
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

/// Has the message of `item` take effect.
fn happen(
    records: &mut dyn ReaderRecords,
    keys: &ReaderKeys,
    item: &Item,
    held: &[HeldIssue],
    options: MailboxOptions,
    now: DateTime<Utc>,
) -> anyhow::Result<MessageOutcome> {
    let tell = |records: &mut dyn ReaderRecords, address: &EmailAddress, event: Event| -> anyhow::Result<Outcome> {
        let who = keys.identify(address);
        if options.is_dry_run {
            let reader = records.reader(&who, now)?;
            return Ok(step(&who, &reader, event, now).outcome);
        }
        records.happen(&who, event, now)
    };
    Ok(match &item.meaning {
        Meaning::Bounce { about, issue, class, status, text, mailed } => {
            let address = about.address.clone();
            let mut outcome =
                BounceOutcome { address, issue: *issue, class: *class, is_proof: about.is_proof, is_given_up: false };
            let key = about.address.key();
            if *class == BounceClass::Dead && held.iter().any(|held| held.holds(*issue, &key)) {
                return Ok(MessageOutcome::Held(outcome));
            }
            let who = keys.identify(&about.address);
            let report = BounceReport {
                issue: *issue,
                class: *class,
                is_proof: about.is_proof,
                status: status.clone(),
                text: text.clone(),
                at: now,
            };
            let mut reports = records.bounces(&who)?;
            if options.is_dry_run {
                reports.push(report);
            } else {
                records.keep_bounce(&who, &report)?;
                reports = records.bounces(&who)?;
            }
            // What was reported before a reader confirmed their address counts no more.
            let confirmed = records.reader(&who, now)?.subscription.and_then(|subscription| subscription.confirmed_at);
            reports.retain(|report| confirmed.is_none_or(|confirmed| report.at > confirmed));
            if is_unreachable(&reports, mailed) {
                let words = if status.is_empty() { text.clone() } else { format!("{status} {text}") };
                let heard = Heard { how: format!("report about issue {issue}"), words, network: String::new() };
                tell(records, &about.address, Event::Bounce(heard))?;
                outcome.is_given_up = true;
            }
            MessageOutcome::Bounced(outcome)
        }
        Meaning::Complaint(about, heard) => {
            tell(records, &about.address, Event::Complain(heard.clone()))?;
            MessageOutcome::Complained(about.address.clone())
        }
        Meaning::Unsubscribe(about, heard) => {
            tell(records, &about.address, Event::Unsubscribe(heard.clone()))?;
            MessageOutcome::Unsubscribed(about.address.clone())
        }
        Meaning::AskForLink(address) => match tell(records, address, Event::Find)? {
            Outcome::LinkQueued => MessageOutcome::AskedForLink(address.clone()),
            // Nobody the ledger may mail: the writer has to.
            _ => MessageOutcome::Letter,
        },
        Meaning::Ignored => MessageOutcome::Ignored,
        Meaning::Letter => MessageOutcome::Letter,
        Meaning::NotUnderstood(why) => MessageOutcome::NotUnderstood(*why),
    })
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
