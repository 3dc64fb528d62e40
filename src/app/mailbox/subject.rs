//! Finds out whom a message of the mailbox is about: by proof, or by a hint.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::readers::ReaderKeys;
use crate::ledger::Ledger;
use crate::mailbox::{MailedIssue, tokens};
use crate::message::MessageTags;
use crate::model::{EmailAddress, IssueNumber, State, Token};
use crate::returned::Evidence;

/// The days within which an address was mailed that a report without proof can be about.
const HINT_DAYS: i64 = 30;
/// The most Message-IDs of a message that are looked up.
const MOST_IDS: usize = 20;

/// Whom a message is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subject {
    pub(super) address: EmailAddress,
    /// The issue; `None` if nothing was sent to the address.
    pub(super) issue: Option<IssueNumber>,
    /// Whether our token or our Message-ID says so.
    pub(super) is_proof: bool,
}

/// Looks up tokens, Message-IDs and addresses.
pub(super) struct Subjects<'a> {
    /// `None` before anything was sent: then no message is about a reader.
    ledger: Option<&'a mut dyn Ledger>,
    keys: &'a ReaderKeys,
    now: DateTime<Utc>,
    is_dry_run: bool,
    /// What makes the Message-IDs of an issue; `None` if it was not sent.
    tags: HashMap<IssueNumber, Option<MessageTags>>,
    mailed: HashMap<String, Vec<MailedIssue>>,
}

impl<'a> Subjects<'a> {
    pub(super) fn new(
        ledger: Option<&'a mut dyn Ledger>,
        keys: &'a ReaderKeys,
        now: DateTime<Utc>,
        is_dry_run: bool,
    ) -> Self {
        Self { ledger, keys, now, is_dry_run, tags: HashMap::new(), mailed: HashMap::new() }
    }

    /// Returns whom `evidence` proves a message to be about, or of `candidates` the one it may be about: the only one that
    /// was mailed in the last thirty days.
    pub(super) fn find(&mut self, evidence: &Evidence, candidates: &[EmailAddress]) -> anyhow::Result<Option<Subject>> {
        let mut proven = None;
        for token in tokens(evidence) {
            proven = self.owner(token, candidates)?;
            if proven.is_some() {
                break;
            }
        }
        let addresses: Vec<EmailAddress> = match &proven {
            Some(owner) => vec![owner.clone()],
            None => candidates.to_vec(),
        };
        if let Some((address, issue)) = self.by_message_id(evidence, &addresses)? {
            return Ok(Some(Subject { address, issue: Some(issue), is_proof: true }));
        }
        if let Some(address) = proven {
            let issue = self.mailed(&address)?.first().map(|mailed| mailed.issue);
            return Ok(Some(Subject { address, issue, is_proof: true }));
        }
        let mut mailed = Vec::new();
        for address in candidates {
            let since = self.now - TimeDelta::days(HINT_DAYS);
            let last = self.mailed(address)?.first().copied();
            if let Some(last) = last.filter(|last| last.at >= since) {
                mailed.push(Subject { address: address.clone(), issue: Some(last.issue), is_proof: false });
            }
        }
        Ok(if mailed.len() == 1 { mailed.pop() } else { None })
    }

    /// Returns whose message is named, among everybody who got the issue: for reports that name nobody.
    pub(super) fn owner_of_message(&mut self, evidence: &Evidence) -> anyhow::Result<Option<Subject>> {
        for (issue, wanted) in ids(evidence) {
            if self.tags(issue)?.is_none() {
                continue;
            }
            let (Some(ledger), Some(Some(tags))) = (self.ledger.as_deref_mut(), self.tags.get(&issue)) else {
                continue;
            };
            let mut found = None;
            ledger.planned_mailboxes(issue, &mut |key| {
                if found.is_none() && tags.of(key) == wanted {
                    found = EmailAddress::parse(key).ok();
                }
            })?;
            if let Some(address) = found {
                return Ok(Some(Subject { address, issue: Some(issue), is_proof: true }));
            }
        }
        Ok(None)
    }

    /// Returns the issues that were sent to `address`, newest first.
    pub(super) fn mailed(&mut self, address: &EmailAddress) -> anyhow::Result<&[MailedIssue]> {
        let key = address.key();
        if !self.mailed.contains_key(&key) {
            let rows = match self.ledger.as_deref_mut() {
                Some(ledger) => ledger.entries_of_mailbox(&key)?,
                None => Vec::new(),
            };
            let sent = rows.into_iter().filter(|(_, row)| matches!(row.state, State::Accepted | State::Refused));
            let issues = sent.filter_map(|(issue, row)| Some(MailedIssue { issue, at: row.updated? })).collect();
            self.mailed.insert(key.clone(), issues);
        }
        Ok(self.mailed.get(&key).map(Vec::as_slice).unwrap_or_default())
    }

    /// Returns the owner of `token`; the `candidates` first, who need no look into the ledger.
    fn owner(&mut self, token: Token, candidates: &[EmailAddress]) -> anyhow::Result<Option<EmailAddress>> {
        if let Some(owner) = candidates.iter().find(|address| self.keys.is_token_of(token, address)) {
            return Ok(Some(owner.clone()));
        }
        let Some(ledger) = self.ledger.as_deref_mut() else { return Ok(None) };
        if !self.is_dry_run || !ledger.lacks_tokens(&self.keys.fingerprint())? {
            return Ok(self.keys.owner(ledger, token)?.map(|who| who.address));
        }
        // The index would have to be written first.
        let mut found = None;
        for issue in ledger.summaries()?.into_iter().map(|summary| summary.issue) {
            ledger.planned_mailboxes(issue, &mut |key| {
                if found.is_none() {
                    found = EmailAddress::parse(key).ok().filter(|address| self.keys.is_token_of(token, address));
                }
            })?;
            if found.is_some() {
                break;
            }
        }
        Ok(found)
    }

    fn by_message_id(
        &mut self,
        evidence: &Evidence,
        addresses: &[EmailAddress],
    ) -> anyhow::Result<Option<(EmailAddress, IssueNumber)>> {
        for (issue, wanted) in ids(evidence) {
            let Some(tags) = self.tags(issue)? else { continue };
            if let Some(address) = addresses.iter().find(|address| tags.of(&address.key()) == wanted) {
                return Ok(Some((address.clone(), issue)));
            }
        }
        Ok(None)
    }

    fn tags(&mut self, issue: IssueNumber) -> anyhow::Result<Option<&MessageTags>> {
        if !self.tags.contains_key(&issue) {
            let plan = match self.ledger.as_deref_mut() {
                Some(ledger) => ledger.plan(issue)?,
                None => None,
            };
            self.tags.insert(issue, plan.map(|plan| plan.stamp.plan.message_tags()));
        }
        Ok(self.tags.get(&issue).and_then(Option::as_ref))
    }
}

/// The issues and tags of the Message-IDs that have the form of ours: `42.TAG@example.org`.
fn ids(evidence: &Evidence) -> Vec<(IssueNumber, &str)> {
    let parsed = evidence.message_ids.iter().filter_map(|id| {
        let (number, tag) = id.split_once('@')?.0.split_once('.')?;
        Some((IssueNumber(number.parse().ok()?), tag))
    });
    parsed.take(MOST_IDS).collect()
}
