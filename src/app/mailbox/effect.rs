//! Has messages of the mailbox take effect in the ledger.

use chrono::{DateTime, TimeDelta, Utc};

use super::meaning::{Answer, Item, Meaning};
use super::options::MailboxOptions;
use super::outcome::{BounceOutcome, MessageOutcome};
use crate::app::readers::{ReaderKeys, keep_bounce};
use crate::ledger::ReaderRecords;
use crate::mailbox::HeldIssue;
use crate::model::{EmailAddress, Token};
use crate::readers::{BounceClass, BounceReport, Confirmations, Event, Evidence as Heard, Outcome, step};

/// The hours between two answers to an address: somebody who writes to us by a program must not be written to for ever.
const BETWEEN_ANSWERS: i64 = 24;

/// What messages take effect by.
pub(super) struct Effects<'a> {
    pub(super) keys: &'a ReaderKeys,
    pub(super) held: &'a [HeldIssue],
    pub(super) options: MailboxOptions,
    /// How long a sign-up waits.
    pub(super) pending: TimeDelta,
    /// Whether anybody can be written to.
    pub(super) can_mail: bool,
    pub(super) now: DateTime<Utc>,
}

impl Effects<'_> {
    /// Has the message of `item` take effect.
    pub(super) fn happen(&self, records: &mut dyn ReaderRecords, item: &Item) -> anyhow::Result<MessageOutcome> {
        Ok(match &item.meaning {
            Meaning::Bounce { about, issue, class, status, text, mailed } => {
                let address = about.address.clone();
                let (issue, class, is_proof) = (*issue, *class, about.is_proof);
                let mut outcome = BounceOutcome { address, issue, class, is_proof, is_given_up: false };
                let key = about.address.key();
                if class == BounceClass::Dead && self.held.iter().any(|held| held.holds(issue, &key)) {
                    return Ok(MessageOutcome::Held(outcome));
                }
                let (status, text) = (status.clone(), text.clone());
                let report = BounceReport { issue, class, is_proof, status, text, at: self.now };
                let who = self.keys.identify(&about.address);
                outcome.is_given_up = keep_bounce(records, &who, report, mailed, (self.now, self.options.is_dry_run))?;
                MessageOutcome::Bounced(outcome)
            }
            Meaning::Complaint(about, heard) => {
                self.tell(records, &about.address, Event::Complain(heard.clone()))?;
                MessageOutcome::Complained(about.address.clone())
            }
            Meaning::Unsubscribe(about, heard) => {
                self.tell(records, &about.address, Event::Unsubscribe(heard.clone()))?;
                MessageOutcome::Unsubscribed(about.address.clone())
            }
            Meaning::AskForLink(address) => self.find(records, address)?,
            Meaning::SignUp(address, heard) => self.sign_up(records, address, heard)?,
            Meaning::Answer(tokens, answer, heard) => self.answer(records, tokens, *answer, heard)?,
            Meaning::Ignored => MessageOutcome::Ignored,
            Meaning::Letter => MessageOutcome::Letter,
            Meaning::NotUnderstood(why) => MessageOutcome::NotUnderstood(*why),
        })
    }

    fn tell(&self, records: &mut dyn ReaderRecords, address: &EmailAddress, event: Event) -> anyhow::Result<Outcome> {
        let who = self.keys.identify(address);
        if self.options.is_dry_run {
            let reader = records.reader(&who, self.now)?;
            return Ok(step(&who, &reader, event, self.now).outcome);
        }
        records.happen(&who, event, self.now)
    }

    fn is_within_a_day(&self, last: Option<DateTime<Utc>>) -> bool {
        last.is_some_and(|last| self.now < last + TimeDelta::hours(BETWEEN_ANSWERS))
    }

    fn confirmations(&self, records: &mut dyn ReaderRecords, address: &EmailAddress) -> anyhow::Result<Confirmations> {
        Ok(records.reader(&self.keys.identify(address), self.now)?.confirmations)
    }

    fn find(&self, records: &mut dyn ReaderRecords, address: &EmailAddress) -> anyhow::Result<MessageOutcome> {
        if !self.can_mail {
            return Ok(MessageOutcome::Letter);
        }
        if self.is_within_a_day(self.confirmations(records, address)?.last_link) {
            return Ok(MessageOutcome::Ignored);
        }
        Ok(match self.tell(records, address, Event::Find)? {
            Outcome::LinkQueued => MessageOutcome::AskedForLink(address.clone()),
            // Nobody the ledger may mail: the writer has to.
            _ => MessageOutcome::Letter,
        })
    }

    fn sign_up(
        &self,
        records: &mut dyn ReaderRecords,
        address: &EmailAddress,
        heard: &Heard,
    ) -> anyhow::Result<MessageOutcome> {
        if !self.can_mail {
            return Ok(MessageOutcome::Letter);
        }
        if self.is_within_a_day(self.confirmations(records, address)?.last) {
            return Ok(MessageOutcome::Ignored);
        }
        let signup = self.keys.signup(address, heard.clone(), "mail", self.now, self.pending);
        Ok(match self.tell(records, address, Event::SignUp(signup))? {
            Outcome::Pending => MessageOutcome::SignedUp(address.clone()),
            // Answered by silence.
            _ => MessageOutcome::Ignored,
        })
    }

    fn answer(
        &self,
        records: &mut dyn ReaderRecords,
        tokens: &[Token],
        answer: Answer,
        heard: &Heard,
    ) -> anyhow::Result<MessageOutcome> {
        for &token in tokens {
            let Some(signup) = records.signup(self.keys.nonce(token))? else { continue };
            let address = signup.address.clone();
            if answer == Answer::NotMe {
                self.tell(records, &address, Event::NotMe(heard.clone()))?;
                return Ok(MessageOutcome::Unsubscribed(address));
            }
            return Ok(match self.tell(records, &address, Event::Confirm(signup, heard.clone()))? {
                Outcome::Confirmed | Outcome::AlreadyConfirmed => MessageOutcome::Confirmed(address),
                // Too late: the writer may want to answer.
                _ => MessageOutcome::Letter,
            });
        }
        Ok(MessageOutcome::Letter)
    }
}
