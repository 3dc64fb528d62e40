//! Finds out what a message of the mailbox means, before anything is changed.

use super::outcome::{MessageOutcome, MessageReport, NotUnderstood, Says};
use super::subject::{Subject, Subjects};
use crate::config::Newsletter;
use crate::mailbox::sources::MessageName;
use crate::mailbox::{MailedIssue, bounce_class};
use crate::model::{EmailAddress, IssueNumber};
use crate::readers::{BounceClass, Evidence as Heard};
use crate::returned::{Evidence, Mail, MailKind, Report, Request, Unreadable};

/// Addresses of the newsletter itself: never readers in its own mailbox.
pub(super) struct OwnAddresses(Vec<String>);

impl OwnAddresses {
    pub(super) fn of(newsletter: &Newsletter) -> Self {
        let publication = &newsletter.publication;
        let own = [Some(&publication.from.address), publication.reply_to.as_ref(), Some(&publication.envelope_sender)];
        Self(own.into_iter().flatten().chain(&publication.unsubscribe.mailto).map(EmailAddress::key).collect())
    }

    fn has(&self, address: &EmailAddress) -> bool {
        self.0.contains(&address.key())
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
    Ignored,
    Letter,
    NotUnderstood(NotUnderstood),
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
        MailKind::Request(Request::Subscribe) | MailKind::Letter => Meaning::Letter,
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
        let Some(about) = found else { continue };
        let Some(issue) = about.issue else { continue };
        if worst.is_none_or(|worst| class > worst) {
            worst = Some(class);
            let mailed = subjects.mailed(&about.address)?.to_vec();
            let status = report.status.map(|status| status.to_string()).unwrap_or_default();
            meaning = Meaning::Bounce { about, issue, class, status, text: report.text.clone(), mailed };
        }
    }
    Ok((meaning, says))
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
