//! Sends mail to one reader: confirmations, welcomes, their own link. By the courier of letters, signed as letters are.

use chrono::{DateTime, TimeDelta, Utc};

use super::doors::Doors;
use super::keys::ReaderKeys;
use super::latest::LateCopy;
use super::leave_link::leave_link;
use super::letters::{ReaderLetters, sender, style_sheet};
use super::mail_text::{MailText, reader_at};
use crate::app::failure::Failure;
use crate::app::prepare::new_stamp;
use crate::app::relays::{RelayOverrides, Relays};
use crate::app::{clock, keys as all_keys};
use crate::config::{self, CourierSettings, Newsletter};
use crate::delivery::couriers::CourierError;
use crate::delivery::outcome::Outcome;
use crate::ledger::Ledger;
use crate::letter::LetterStyleSheet;
use crate::mailbox::confirm_id;
use crate::message::{MessageKeys, NoticeHeaders, notice_message};
use crate::model::{EmailAddress, IssueNumber, Publication};
use crate::readers::{MailKind, MailOutcome, QueuedMail, Signup};

/// The waits after failed attempts, in minutes; then the mail is given up.
const RETRY: [i64; 6] = [1, 5, 15, 60, 240, 720];

/// The minutes that mail belongs to who sends it. If they are gone by then, somebody else does.
const TAKEN: i64 = 15;

/// What a look for mail found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    /// Nothing is due.
    Idle,
    /// One was sent; there may be more.
    Sent,
    /// One was put off or given up, or somebody else was faster; there may be more.
    NotSent,
    /// As many confirmations as `confirm_rate` allows went out.
    Held,
}

/// What mail to one reader is made with.
pub(crate) struct Mailer {
    publication: Publication,
    /// Of the newsletter's letters.
    style: LetterStyleSheet,
    keys: ReaderKeys,
    relays: Relays,
    /// Those of letters.
    message_keys: MessageKeys,
    /// The newsletter's own letters to one reader.
    letters: ReaderLetters,
    welcomes_with_latest: bool,
    doors: Doors,
    rate: config::Rate,
}

impl Mailer {
    /// Makes it ready for `newsletter`, which readers answer at `doors`.
    ///
    /// Errors when the courier writes only files, and when a secret or the style sheet cannot be read.
    pub(crate) fn ready(newsletter: &Newsletter, keys: &ReaderKeys, doors: Doors) -> anyhow::Result<Self> {
        let settings = &newsletter.settings;
        if matches!(settings.courier, CourierSettings::Outbox(_)) {
            let failure = Failure::content("`courier = \"outbox\"` mails nobody, so nobody could confirm");
            return Err(failure.hint("set `courier` under `[send]`, or pass `--no-subscribe`").into());
        }
        Ok(Self {
            publication: sender(newsletter),
            style: style_sheet(newsletter)?,
            keys: keys.clone(),
            relays: Relays::ready(newsletter, IssueNumber(0), &RelayOverrides::default(), None)?,
            message_keys: MessageKeys { tokens: keys.token_key().clone(), dkim: all_keys::signer(newsletter)? },
            letters: ReaderLetters::read(newsletter)?,
            welcomes_with_latest: settings.serve.welcomes_with_latest,
            doors,
            rate: settings.serve.confirm_rate,
        })
    }

    /// Sends the mail that has been due longest. `report` gets why it could not be sent.
    ///
    /// Errors when the ledger cannot be used, or the message cannot be built.
    pub(crate) fn send_next(&self, ledger: &mut dyn Ledger, report: &dyn Fn(&str)) -> anyhow::Result<Sending> {
        let now = clock::now();
        let mut due = None;
        let mut is_held = false;
        ledger.read_readers(&mut |records| {
            let since = now - TimeDelta::from_std(self.rate.per).unwrap_or(TimeDelta::hours(1));
            is_held = records.confirmations_sent(since)?.len() >= self.rate.messages as usize;
            due = records.mail_due(now, !is_held)?;
            Ok(())
        })?;
        if due.is_none() {
            return if is_held { held(ledger, now) } else { Ok(Sending::Idle) };
        }
        // Somebody else may have been faster.
        ledger.change_readers(&mut |records| {
            due = records.mail_due(now, !is_held)?;
            match &due {
                Some(mail) => records.settle_mail(mail.id, MailOutcome::Taken(now + TimeDelta::minutes(TAKEN)), now),
                None => Ok(()),
            }
        })?;
        let Some(mail) = due else { return Ok(Sending::NotSent) };
        let mut signup = None;
        ledger.read_readers(&mut |records| {
            signup = mail.nonce.map(|nonce| records.signup(nonce)).transpose()?.flatten();
            Ok(())
        })?;
        let outcome = match self.deliver_latest(ledger, &mail, now, report)? {
            Some(outcome) => outcome,
            None => match self.message(&mail, signup.as_ref(), now)? {
                Some((recipient, message)) => self.deliver(&mail, &recipient, &message, now, report),
                // Nobody waits for it any more.
                None => MailOutcome::Failed,
            },
        };
        ledger.change_readers(&mut |records| records.settle_mail(mail.id, outcome, clock::now()))?;
        Ok(if outcome == MailOutcome::Sent { Sending::Sent } else { Sending::NotSent })
    }

    fn deliver(
        &self,
        mail: &QueuedMail,
        recipient: &EmailAddress,
        message: &[u8],
        now: DateTime<Utc>,
        report: &dyn Fn(&str),
    ) -> MailOutcome {
        let sender = self.publication.envelope_sender.of(self.keys.identify(recipient).token);
        decided(mail, self.relays.deliver_test_mail(&sender, recipient, message), now, report)
    }

    /// Sends the newest issue in place of a welcome; `None` if there is none that this reader does not have.
    fn deliver_latest(
        &self,
        ledger: &mut dyn Ledger,
        mail: &QueuedMail,
        now: DateTime<Utc>,
        report: &dyn Fn(&str),
    ) -> anyhow::Result<Option<MailOutcome>> {
        let is_welcome = mail.kind == MailKind::Welcome && self.welcomes_with_latest;
        let Some(address) = EmailAddress::parse(&mail.address).ok().filter(|_| is_welcome) else { return Ok(None) };
        let who = self.keys.identify(&address);
        let Some(copy) = LateCopy::plan(ledger, &who, &self.message_keys, &self.keys.fingerprint(), now)? else {
            return Ok(None);
        };
        let outcome = self.relays.deliver_test_mail(&copy.sender, &address, &copy.message);
        copy.settle(ledger, outcome.as_ref().unwrap_or(&Outcome::Untried), clock::now())?;
        Ok(Some(decided(mail, outcome, now, report)))
    }

    /// Returns the recipient and the message; `None` if the sign-up is gone.
    fn message(
        &self,
        mail: &QueuedMail,
        signup: Option<&Signup>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Option<(EmailAddress, Vec<u8>)>> {
        let Ok(address) = EmailAddress::parse(&mail.address) else { return Ok(None) };
        let (publication, shown) = (&self.publication, address.to_string());
        let mut id = None;
        let leave = || leave_link(publication, self.keys.identify(&address).token);
        let text = match mail.kind {
            MailKind::Confirm => {
                let Some(signup) = signup.filter(|signup| signup.expires_at > now) else { return Ok(None) };
                let confirm = self.keys.confirm_token(&address, signup.requested_at.timestamp()).folded();
                id = Some(confirm_id(&confirm));
                MailText::confirm(publication, &shown, &self.doors, &confirm)
            }
            MailKind::Welcome => MailText::welcome(publication, &shown, leave()),
            MailKind::Link => MailText::link(publication, &shown, leave()),
        };
        let mail = text.rendered(publication, &self.style, self.letters.of(mail.kind), &reader_at(&address))?;
        let answer_to = match &self.doors {
            Doors::Mail(to) => Some(to),
            Doors::Web(_) => None,
        };
        let headers =
            NoticeHeaders { to: &address, subject: &mail.subject, exit: &mail.exit, answer_to, id: id.as_deref() };
        let body = (mail.html.as_str(), mail.text.as_str());
        let message = notice_message(publication, &headers, body, &new_stamp()?, self.message_keys.dkim.as_ref())?;
        Ok(Some((address, message)))
    }
}

/// Returns what becomes of `mail` after this outcome of its delivery.
fn decided(
    mail: &QueuedMail,
    outcome: Result<Outcome, CourierError>,
    now: DateTime<Utc>,
    report: &dyn Fn(&str),
) -> MailOutcome {
    let reason = match outcome {
        // In doubt: a second copy of a question is no harm, but neither is the first one missing for long.
        Ok(Outcome::Accepted(_) | Outcome::InDoubt(_)) => return MailOutcome::Sent,
        Ok(Outcome::Refused(..)) => return MailOutcome::Failed,
        Ok(outcome) => outcome.into_reply().map(|reply| reply.to_string()).unwrap_or_default(),
        Err(error) => error.to_string(),
    };
    let Some(minutes) = RETRY.get(mail.attempts as usize) else { return MailOutcome::Failed };
    // The words of a server may name the recipient.
    report(&format!("warning: mail waits {minutes} min: {}", reason.replace(&mail.address, "[reader]")));
    MailOutcome::Later(now + TimeDelta::minutes(*minutes))
}

/// Returns whether confirmations wait for the rate.
fn held(ledger: &mut dyn Ledger, now: DateTime<Utc>) -> anyhow::Result<Sending> {
    let mut waits = false;
    ledger.read_readers(&mut |records| {
        waits = records.mail_due(now, true)?.is_some();
        Ok(())
    })?;
    Ok(if waits { Sending::Held } else { Sending::Idle })
}
