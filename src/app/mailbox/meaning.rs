//! Finds out what a message of the mailbox means, before anything is changed.

use super::outcome::{MessageOutcome, MessageReport, NotUnderstood, Says};
use super::subject::{Subject, Subjects};
use crate::config::Newsletter;
use crate::mailbox::sources::MessageName;
use crate::mailbox::{MailedIssue, bounce_class, confirm_tokens, in_address};
use crate::model::{EmailAddress, IssueNumber, Token, TokenAddress};
use crate::readers::{BounceClass, Evidence as Heard};
use crate::returned::{Evidence, Mail, MailKind, Report, Request, Unreadable};

/// Addresses of the newsletter itself: never readers in its own mailbox.
pub(super) struct OwnAddresses {
    all: Vec<TokenAddress>,
    /// Of every reader their own, to leave with whatever they write, if there is one.
    leave: Option<TokenAddress>,
}

impl OwnAddresses {
    pub(super) fn of(newsletter: &Newsletter) -> Self {
        let publication = &newsletter.publication;
        let from = [Some(&publication.from), newsletter.settings.serve.from.as_ref()];
        let plain = from.into_iter().flatten().map(|from| &from.address).chain(&publication.reply_to);
        let plain = plain.cloned().map(TokenAddress::from);
        let with_token = std::iter::once(&publication.envelope_sender).chain(&publication.unsubscribe.mailto).cloned();
        let leave = publication.unsubscribe.mailto.as_ref();
        let leave = leave.filter(|leave| leave.is_per_reader() && **leave != publication.envelope_sender);
        Self { all: plain.chain(with_token).collect(), leave: leave.cloned() }
    }

    fn has(&self, address: &EmailAddress) -> bool {
        self.all.iter().any(|own| own.covers(address))
    }

    /// Returns whether a message came to the address that is for leaving: Apple Mail says nothing else.
    fn is_to_leave(&self, evidence: &Evidence) -> bool {
        let Some(leave) = &self.leave else { return false };
        evidence.delivered_to.iter().any(|to| leave.covers(to) && !in_address(to).is_empty())
    }
}

/// A message, with whom it is about.
pub(super) struct Item {
    pub(super) name: MessageName,
    subject: String,
    says: Option<Says>,
    pub(super) meaning: Meaning,
}

impl Item {
    pub(super) fn reported(self, outcome: MessageOutcome) -> MessageReport {
        MessageReport { name: self.name.name, subject: self.subject, says: self.says, outcome }
    }
}

/// What a message means, as far as can be known before anything is changed.
pub(super) enum Meaning {
    Bounce {
        about: Subject,
        issue: IssueNumber,
        class: BounceClass,
        status: String,
        text: String,
        mailed: Vec<MailedIssue>,
    },
    Complaint(Subject, Heard),
    Unsubscribe(Subject, Heard),
    AskForLink(EmailAddress),
    SignUp(EmailAddress, Heard),
    /// An answer to a question that may be one of these.
    Answer(Vec<Token>, Answer, Heard),
    Ignored,
    Letter,
    NotUnderstood(NotUnderstood),
}

/// What somebody answers who is asked whether a sign-up is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    NotMe,
}

/// Finds out what a message means.
pub(super) fn item(
    name: MessageName,
    mail: Result<Mail, Unreadable>,
    own: &OwnAddresses,
    subjects: &mut Subjects<'_>,
) -> anyhow::Result<Item> {
    let mail = match mail {
        Ok(mail) => mail,
        Err(why) => {
            let why = match why {
                Unreadable::TooLarge => NotUnderstood::TooLarge,
                Unreadable::NoHeader => NotUnderstood::NoMessage,
            };
            return Ok(Item { name, subject: String::new(), says: None, meaning: Meaning::NotUnderstood(why) });
        }
    };
    let heard = Heard {
        how: mail.message_id.as_ref().map_or_else(|| "mail".to_owned(), |id| format!("mail {id}")),
        ..Heard::default()
    };
    let mut says = None;
    let meaning = match &mail.kind {
        MailKind::Reports(reports) => {
            let (meaning, said) = reports_mean(reports, &mail.evidence, own, subjects)?;
            says = said;
            meaning
        }
        MailKind::Complaint(complaint) => {
            says = Some(Says {
                class: "complaint",
                status: None,
                recipients: complaint.recipients.clone(),
                text: complaint.kind.clone(),
            });
            // Reports about authentication, and of mail that was taken out of the spam folder.
            if matches!(complaint.kind.as_str(), "auth-failure" | "not-spam") {
                Meaning::Ignored
            } else {
                let candidates: Vec<_> = complaint.recipients.iter().filter(|one| !own.has(one)).cloned().collect();
                let found = subjects.find(&mail.evidence, &candidates)?.filter(|about| about.is_proof);
                let found = if found.is_none() { subjects.owner_of_message(&mail.evidence)? } else { found };
                found.map_or(Meaning::NotUnderstood(NotUnderstood::NoProof), |about| Meaning::Complaint(about, heard))
            }
        }
        MailKind::Request(Request::Unsubscribe) => unsubscribe_means(&mail, own, subjects, heard)?,
        MailKind::Letter if own.is_to_leave(&mail.evidence) => unsubscribe_means(&mail, own, subjects, heard)?,
        MailKind::Request(Request::Subscribe) => sign_up_means(&mail, own, heard),
        // Programs cannot mean it.
        MailKind::Request(Request::Confirm | Request::NotMe) if mail.is_automatic => Meaning::Ignored,
        MailKind::Request(request @ (Request::Confirm | Request::NotMe)) => {
            let answer = if *request == Request::Confirm { Answer::Yes } else { Answer::NotMe };
            Meaning::Answer(confirm_tokens(&mail.evidence), answer, heard)
        }
        MailKind::Letter => Meaning::Letter,
        MailKind::AutomaticReply => Meaning::Ignored,
        MailKind::NotUnderstood => Meaning::NotUnderstood(NotUnderstood::Unknown),
    };
    Ok(Item { name, subject: mail.subject, says, meaning })
}

/// The worst of the reports that are about a reader.
fn reports_mean(
    reports: &[Report],
    evidence: &Evidence,
    own: &OwnAddresses,
    subjects: &mut Subjects<'_>,
) -> anyhow::Result<(Meaning, Option<Says>)> {
    let mut worst = None;
    let mut meaning = Meaning::NotUnderstood(NotUnderstood::NobodyMailed);
    let mut says = None;
    for report in reports {
        let recipients: Vec<EmailAddress> =
            [&report.recipient, &report.original].into_iter().flatten().cloned().collect();
        let class = bounce_class(report.class);
        if says.is_none() || class > worst {
            let status = report.status.map(|status| status.to_string());
            let (class, text) = (report.class.word(), report.text.clone());
            says = Some(Says { class, status, recipients: recipients.clone(), text });
        }
        let Some(class) = class else {
            if worst.is_none() {
                meaning = Meaning::Ignored;
            }
            continue;
        };
        let candidates: Vec<_> = recipients.into_iter().filter(|one| !own.has(one)).collect();
        let mut found = subjects.find(evidence, &candidates)?;
        if found.is_none() && reports.len() == 1 {
            found = subjects.owner_of_message(evidence)?;
        }
        // Of a question to somebody who is no reader yet.
        if found.is_none() && !confirm_tokens(evidence).is_empty() && worst.is_none() {
            meaning = Meaning::Ignored;
        }
        let Some(about) = found else { continue };
        let Some(issue) = about.issue else {
            // Of mail to somebody who never had an issue.
            if about.is_proof && worst.is_none() {
                meaning = Meaning::Ignored;
            }
            continue;
        };
        if worst.is_none_or(|worst| class > worst) {
            worst = Some(class);
            let mailed = subjects.mailed(&about.address)?.to_vec();
            let status = report.status.map(|status| status.to_string()).unwrap_or_default();
            meaning = Meaning::Bounce { about, issue, class, status, text: report.text.clone(), mailed };
        }
    }
    Ok((meaning, says))
}

/// Somebody is asked whether they mean it, unless they are a program, or we.
fn sign_up_means(mail: &Mail, own: &OwnAddresses, heard: Heard) -> Meaning {
    match &mail.from {
        Some(from) if !mail.is_automatic && !own.has(from) => {
            Meaning::SignUp(from.clone(), Heard { words: mail.subject.clone(), ..heard })
        }
        _ => Meaning::Letter,
    }
}

/// A token or an answer to our message leaves at once; a known address is mailed its own link.
fn unsubscribe_means(
    mail: &Mail,
    own: &OwnAddresses,
    subjects: &mut Subjects<'_>,
    heard: Heard,
) -> anyhow::Result<Meaning> {
    let from: Vec<EmailAddress> = mail.from.iter().filter(|from| !own.has(from)).cloned().collect();
    if let Some(about) = subjects.find(&mail.evidence, &from)?.filter(|about| about.is_proof) {
        return Ok(Meaning::Unsubscribe(about, heard));
    }
    let Some(from) = from.into_iter().next() else { return Ok(Meaning::NotUnderstood(NotUnderstood::Unknown)) };
    // Programs are never answered (RFC 3834 2).
    Ok(if mail.is_automatic { Meaning::Letter } else { Meaning::AskForLink(from) })
}
