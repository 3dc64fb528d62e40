//! Selects subscribers for an issue: those of its audience, or those who got an earlier issue.

use std::collections::HashSet;

use super::issue::IssueToSend;
use crate::app::failure::Failure;
use crate::format;
use crate::ledger::{Ledger, SubscriberRow};
use crate::model::{AudienceRule, EmailAddress, IssueNumber, State, Subscriber};

/// Which subscribers get an issue.
pub(super) enum Selection {
    /// Those that its `audience` includes.
    Rule(AudienceRule),
    /// Those who got an earlier issue.
    RecipientsOf(EarlierRecipients),
}

/// The recipients of an earlier issue.
pub(super) struct EarlierRecipients {
    issue: IssueNumber,
    /// The mailboxes that got it.
    got: HashSet<String>,
    /// Those that may have got it or may still get it.
    open: u64,
}

impl Selection {
    /// Returns the selection for `issue`, a correction of the issue `corrected` if there is one.
    ///
    /// Errors when nobody got that issue, and when the issue says itself who gets it.
    pub(super) fn of(
        issue: &IssueToSend,
        corrected: Option<IssueNumber>,
        ledger: Option<&mut (dyn Ledger + 'static)>,
    ) -> anyhow::Result<Self> {
        let rule = issue.audience();
        let Some(corrected) = corrected else { return Ok(Self::Rule(rule)) };
        if !rule.is_everybody() {
            let message = format!("issue {} has an `audience`, and `--to-recipients-of` is another one", issue.number);
            return Err(Failure::content(message).hint("remove one of them").into());
        }
        if corrected == issue.number {
            let message = format!("issue {corrected} cannot go to its own recipients: nobody gets an issue twice");
            return Err(Failure::content(message).hint("write the correction as an issue of its own").into());
        }
        Ok(Self::RecipientsOf(EarlierRecipients::read(corrected, ledger)?))
    }

    /// Returns whether a subscriber of the ledger gets the issue.
    ///
    /// Errors when their address is none.
    pub(super) fn includes(&self, subscriber: &SubscriberRow) -> anyhow::Result<bool> {
        Ok(match self {
            Self::Rule(rule) => rule.includes(&subscriber.topics, &subscriber.tags),
            Self::RecipientsOf(earlier) => earlier.got.contains(&subscriber.mailbox()?),
        })
    }

    /// Returns whether a subscriber of the list gets the issue.
    pub(super) fn includes_row(&self, subscriber: &Subscriber) -> bool {
        match self {
            Self::Rule(rule) => rule.includes_row(subscriber),
            Self::RecipientsOf(earlier) => earlier.got.contains(&subscriber.address.key()),
        }
    }

    pub(super) fn is_everybody(&self) -> bool {
        matches!(self, Self::Rule(rule) if rule.is_everybody())
    }

    /// Returns the issue whose recipients it is for.
    pub(super) fn recipients_of(&self) -> Option<IssueNumber> {
        match self {
            Self::Rule(_) => None,
            Self::RecipientsOf(earlier) => Some(earlier.issue),
        }
    }

    /// Returns what the issue says about its audience, as plans keep it.
    pub(super) fn rule(&self) -> String {
        match self {
            Self::Rule(rule) => rule.to_string(),
            Self::RecipientsOf(_) => String::new(),
        }
    }

    /// Describes it in a line; nothing for everybody. `recipients` get the issue.
    pub(super) fn described(&self, recipients: u64) -> Option<String> {
        match self {
            Self::Rule(rule) => (!rule.is_everybody()).then(|| rule.to_string()),
            Self::RecipientsOf(EarlierRecipients { issue, got, open }) => {
                let gone = (got.len() as u64).saturating_sub(recipients);
                let mut parts = vec![format!("those who got issue {issue}")];
                if gone > 0 {
                    parts.push(format!("{} of them are not subscribed any more", format::count(gone)));
                }
                if *open > 0 {
                    parts.push(format!(
                        "{} more may have got it or still get it, and are left out",
                        format::count(*open)
                    ));
                }
                Some(parts.join("; "))
            }
        }
    }

    /// Returns why a subscriber is left out, and what to do if all are.
    pub(super) fn reason(&self) -> (String, String) {
        match self {
            Self::Rule(rule) => {
                ("outside the audience".to_owned(), format!("nobody matches the issue's `audience`: {rule}"))
            }
            Self::RecipientsOf(EarlierRecipients { issue, .. }) => {
                (format!("did not get issue {issue}"), format!("`newsletter status {issue}` shows who got it"))
            }
        }
    }
}

impl EarlierRecipients {
    fn read(issue: IssueNumber, ledger: Option<&mut (dyn Ledger + 'static)>) -> anyhow::Result<Self> {
        let never = || {
            let failure = Failure::content(format!("nobody got issue {issue}: the ledger has no delivery of it"));
            failure.hint("`newsletter status` shows what was sent")
        };
        let Some(ledger) = ledger else { return Err(never().into()) };
        let plan = ledger.plan(issue)?.ok_or_else(never)?;
        if plan.courier.is_rehearsal() {
            let failure = Failure::content(format!("nobody got issue {issue}: it was only rehearsed"));
            return Err(failure.hint("`newsletter status` shows what was sent").into());
        }
        let mut got = HashSet::new();
        ledger.entries(issue, &[State::Accepted], &mut |row| {
            // A row of somebody erased has no address.
            if let Ok(address) = EmailAddress::parse(&row.address) {
                got.insert(address.key());
            }
            Ok(())
        })?;
        let counts = ledger.counts(issue)?;
        let open =
            counts.left() + counts.of(State::Transmitting) + counts.of(State::InDoubt) + counts.of(State::GivenUp);
        Ok(Self { issue, got, open })
    }
}
