//! Sends mail to one reader: confirmations, welcomes, their own link. By the courier of letters, signed as letters are.

use chrono::{DateTime, TimeDelta, Utc};

use super::keys::ReaderKeys;
use crate::app::failure::Failure;
use crate::app::prepare::new_stamp;
use crate::app::relays::{RelayOverrides, Relays};
use crate::app::{clock, keys};
use crate::config::{self, CourierSettings, Newsletter};
use crate::delivery::outcome::Outcome;
use crate::ledger::Ledger;
use crate::letter;
use crate::mailbox::confirm_id;
use crate::message::dkim::DkimSigner;
use crate::message::{NoticeHeaders, notice_message};
use crate::model::{EmailAddress, IssueNumber, PLACEHOLDER, Publication, Word};
use crate::readers::{MailKind, MailOutcome, QueuedMail, Signup};
use crate::templates;
use crate::templates::mail::notice::Notice;

/// The waits after failed attempts, in minutes; then the mail is given up.
const RETRY: [i64; 6] = [1, 5, 15, 60, 240, 720];

/// The minutes that mail belongs to who sends it. If they are gone by then, somebody else does.
const TAKEN: i64 = 15;

/// What a look for mail found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    /// Nothing is due.
    Idle,
    /// One was sent or put off; there may be more.
    More,
    /// As many confirmations as `confirm_rate` allows went out.
    Held,
}

/// How readers answer mail to them.
#[derive(Debug, Clone)]
pub(crate) enum Doors {
    /// On pages below this URL.
    Web(String),
    /// By mail to this address.
    Mail(EmailAddress),
}

impl Doors {
    /// Returns how readers of `newsletter` answer: on the pages of `newsletter serve`, if it is configured.
    pub(crate) fn of(newsletter: &Newsletter) -> Self {
        let settings = &newsletter.settings.serve;
        if let Some(url) = settings.url.as_ref().filter(|_| settings.is_configured) {
            return Self::Web(url.clone());
        }
        let publication = &newsletter.publication;
        let address = publication.unsubscribe.mailto.as_ref().unwrap_or(&publication.envelope_sender);
        Self::Mail(address.plain().clone())
    }
}

/// What mail to one reader is made with.
pub(crate) struct Mailer {
    publication: Publication,
    /// Of the newsletter's letters.
    css: String,
    keys: ReaderKeys,
    relays: Relays,
    dkim: Option<DkimSigner>,
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
        let css = config::own_style_sheet(&newsletter.root, "letter.css")?;
        let css = css.map_or_else(|| templates::mail::letter::CSS.to_owned(), |source| source.text.clone());
        let mut publication = newsletter.publication.clone();
        if let Some(from) = &settings.serve.from {
            publication.from = from.clone();
        }
        Ok(Self {
            publication,
            css,
            keys: keys.clone(),
            relays: Relays::ready(newsletter, IssueNumber(0), &RelayOverrides::default(), None)?,
            dkim: keys::signer(newsletter)?,
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
        let Some(mail) = due else { return Ok(Sending::More) };
        let mut signup = None;
        ledger.read_readers(&mut |records| {
            signup = mail.nonce.map(|nonce| records.signup(nonce)).transpose()?.flatten();
            Ok(())
        })?;
        let outcome = match self.message(&mail, signup.as_ref(), now)? {
            Some((recipient, message)) => self.deliver(&mail, &recipient, &message, now, report),
            // Nobody waits for it any more.
            None => MailOutcome::Failed,
        };
        ledger.change_readers(&mut |records| records.settle_mail(mail.id, outcome, clock::now()))?;
        Ok(Sending::More)
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
        let reason = match self.relays.deliver_test_mail(&sender, recipient, message) {
            // In doubt: a second copy of a question is no harm, but neither is the first one missing for long.
            Ok(Outcome::Accepted(_) | Outcome::InDoubt(_)) => return MailOutcome::Sent,
            Ok(Outcome::Refused(..)) => return MailOutcome::Failed,
            Ok(outcome) => outcome.reply().map(ToString::to_string).unwrap_or_default(),
            Err(error) => error.to_string(),
        };
        let Some(minutes) = RETRY.get(mail.attempts as usize) else { return MailOutcome::Failed };
        // The words of a server may name the recipient.
        report(&format!("warning: mail waits {minutes} min: {}", reason.replace(&mail.address, "[reader]")));
        MailOutcome::Later(now + TimeDelta::minutes(*minutes))
    }

    /// Returns the recipient and the message; `None` if the sign-up is gone.
    fn message(
        &self,
        mail: &QueuedMail,
        signup: Option<&Signup>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Option<(EmailAddress, Vec<u8>)>> {
        let Ok(address) = EmailAddress::parse(&mail.address) else { return Ok(None) };
        let words = &self.publication.words;
        let name = self.publication.name.as_str();
        let (shown, newsletter) = (address.to_string(), ("newsletter", name));
        let leave = self.leave(&address);
        let mut id = None;
        let (subject, title, text, button, exit) = match mail.kind {
            MailKind::Confirm => {
                let Some(signup) = signup.filter(|signup| signup.expires_at > now) else { return Ok(None) };
                let confirm = self.keys.confirm_token(&address, signup.requested_at.timestamp()).folded();
                id = Some(confirm_id(&confirm));
                let asked = words.filled(Word::SomebodyAsked, &[newsletter, ("address", &shown)]);
                let (text, yes, no) = match &self.doors {
                    Doors::Web(url) => (asked, format!("{url}confirm/{confirm}"), format!("{url}not-me/{confirm}")),
                    Doors::Mail(to) => (
                        format!("{asked} {}", words.of(Word::AnswerToConfirm)),
                        format!("mailto:{}?subject=confirm%20{confirm}", to.in_mailto()),
                        format!("mailto:{}?subject=not%20me%20{confirm}", to.in_mailto()),
                    ),
                };
                (
                    words.filled(Word::ConfirmSubject, &[newsletter]),
                    words.of(Word::ConfirmTitle).to_owned(),
                    text,
                    Some((Word::Confirm, yes)),
                    (Word::IfNotYou, Word::NotMe, no),
                )
            }
            MailKind::Welcome => (
                words.filled(Word::WelcomeSubject, &[newsletter]),
                words.of(Word::Confirmed).to_owned(),
                words.filled(Word::WelcomeText, &[newsletter, ("address", &shown)]),
                Some((Word::AllIssues, self.publication.site.clone())),
                (Word::Reason, Word::Unsubscribe, leave),
            ),
            MailKind::Link => (
                words.filled(Word::LinkSubject, &[newsletter]),
                words.of(Word::Unsubscribe).to_owned(),
                words.filled(Word::LinkText, &[newsletter]),
                Some((Word::Unsubscribe, leave.clone())),
                (Word::Reason, Word::Unsubscribe, leave),
            ),
        };
        let reason = templates::footer::reason(&self.publication, &shown);
        let sentence = if exit.0 == Word::Reason { reason.as_str() } else { words.of(exit.0) };
        let notice = Notice {
            publication: &self.publication,
            subject: &subject,
            title: &title,
            text: &text,
            button: button.as_ref().map(|(word, url)| (words.of(*word), url.as_str())),
            exit: Some((sentence, words.of(exit.1), &exit.2)),
        };
        let html = letter::notice(&notice, &self.css)?;
        let answer_to = match &self.doors {
            Doors::Mail(to) => Some(to),
            Doors::Web(_) => None,
        };
        let headers = NoticeHeaders { to: &address, subject: &subject, exit: &exit.2, answer_to, id: id.as_deref() };
        let body = (html.as_str(), templates::mail::notice::text(&notice));
        let stamp = new_stamp()?;
        let message = notice_message(&self.publication, &headers, (body.0, &body.1), &stamp, self.dkim.as_ref())?;
        Ok(Some((address, message)))
    }
}

impl Mailer {
    /// Returns the link with which the reader at `address` leaves.
    fn leave(&self, address: &EmailAddress) -> String {
        let token = self.keys.identify(address).token;
        let unsubscribe = &self.publication.unsubscribe;
        match (&unsubscribe.url, &unsubscribe.mailto) {
            (Some((before, after)), _) => format!("{before}{token}{after}"),
            (None, Some(mailto)) => {
                let to = mailto.in_mailto().replacen(PLACEHOLDER, &token.folded(), 1);
                format!("mailto:{to}?subject=unsubscribe%20{token}")
            }
            // The settings have one of the two.
            (None, None) => String::new(),
        }
    }
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
