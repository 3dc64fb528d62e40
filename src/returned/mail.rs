//! Says what a message in the newsletter's mailbox is.

use super::evidence::{Evidence, recipients_of};
use super::feedback::{self, Complaint, Notification};
use super::fields::{Field, fields, value};
use super::phrases::{Sign, is_subject_of_report, says};
use super::pieces::{Pieces, Unreadable};
use super::report::Report;
use super::reports::{in_fields, in_words};
use super::request::{Request, request};
use super::sender::{Sender, SenderKind, is_absence};
use super::topics::topics;
use crate::model::EmailAddress;

/// A message of the mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// What it is.
    pub kind: MailKind,
    /// What may prove whom it is about.
    pub evidence: Evidence,
    /// The address it is from; `None` for `<>` and for what is no address.
    pub from: Option<EmailAddress>,
    /// Its subject, decoded.
    pub subject: String,
    /// Its own Message-ID, without angle brackets.
    pub message_id: Option<String>,
    /// Whether a program wrote it: never to be answered (RFC 3834).
    pub is_automatic: bool,
}

/// What a message is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailKind {
    /// A server reports what became of a message, for each recipient.
    Reports(Vec<Report>),
    /// A reader called a message spam.
    Complaint(Complaint),
    /// A reader asks for something.
    Request(Request),
    /// An answer of a program: an absence, a receipt.
    AutomaticReply,
    /// A letter to the writer.
    Letter,
    /// By a program, and not understood.
    NotUnderstood,
}

/// Reads a message: the bytes of a file of a Maildir, of a message of an mbox, with any line ends.
pub fn read(bytes: &[u8]) -> Result<Mail, Unreadable> {
    let pieces = Pieces::read(bytes)?;
    let header = fields(&pieces.header);
    let returned: Vec<Vec<Field<'_>>> = pieces.returned.iter().map(|text| fields(text)).collect();
    let sender = Sender::new(&header, &pieces.subject);
    Ok(Mail {
        kind: kind(&pieces, &header, &returned, &sender),
        evidence: Evidence::collect(&pieces, &header, &returned),
        message_id: value(&header, "Message-ID").map(|id| id.trim().trim_matches(['<', '>']).to_owned()),
        is_automatic: sender.is_program(),
        from: sender.address,
        subject: pieces.subject,
    })
}

fn kind(pieces: &Pieces, header: &[Field<'_>], returned: &[Vec<Field<'_>>], sender: &Sender) -> MailKind {
    if let Some(complaint) = complaint(pieces, returned) {
        return MailKind::Complaint(complaint);
    }
    if pieces.statuses.is_empty() {
        match feedback::notification(&pieces.prose) {
            Some(Notification::Reports(reports)) if !reports.is_empty() => return MailKind::Reports(reports),
            Some(Notification::Complaint(complaint)) => return MailKind::Complaint(complaint),
            _ => {}
        }
    }
    let reports = in_fields(pieces, header, returned);
    if !reports.is_empty() {
        return MailKind::Reports(reports);
    }
    if is_report(pieces, header, returned, sender) {
        let reports = in_words(pieces, header, returned);
        return if reports.is_empty() { MailKind::NotUnderstood } else { MailKind::Reports(reports) };
    }
    // Before automatic replies: mail clients mark what one click sends as automatic, too.
    if let Some(request) = request(&pieces.subject, &pieces.prose).filter(|_| sender.kind != SenderKind::MailSystem) {
        return MailKind::Request(request);
    }
    if sender.is_automatic {
        return MailKind::AutomaticReply;
    }
    if sender.is_program() { MailKind::NotUnderstood } else { MailKind::Letter }
}

fn complaint(pieces: &Pieces, returned: &[Vec<Field<'_>>]) -> Option<Complaint> {
    let mut complaint = if let Some(text) = &pieces.feedback {
        feedback::read(text)
    } else {
        // Microsoft's programme before it had feedback reports.
        let marked = returned.iter().any(|header| value(header, "X-HmXmrOriginalRecipient").is_some());
        let subject = pieces.subject.trim_start().to_lowercase();
        let is_old_form = marked && subject.starts_with("complaint about message from");
        is_old_form.then(|| Complaint { kind: "abuse".to_owned(), recipients: Vec::new() })?
    };
    if complaint.recipients.is_empty() {
        complaint.recipients = recipients_of(returned);
    }
    Some(complaint)
}

/// Returns whether a message without the fields of a delivery report says in words that another one did not arrive.
fn is_report(pieces: &Pieces, header: &[Field<'_>], returned: &[Vec<Field<'_>>], sender: &Sender) -> bool {
    if value(header, "X-Failed-Recipients").is_some() {
        return true;
    }
    let subject = pieces.subject.to_lowercase();
    let names_it = is_subject_of_report(&subject);
    let words: Vec<&str> = pieces.prose.split_whitespace().collect();
    let says_it = says(&words.join(" ").to_lowercase().replace('’', "'"), Sign::Undelivered);
    let has_returned = !returned.is_empty();
    if sender.kind == SenderKind::MailSystem {
        return says_it || names_it || has_returned && !topics(&pieces.prose).is_empty();
    }
    if is_absence(&subject) {
        return false;
    }
    if sender.kind != SenderKind::Person {
        return says_it && (names_it || has_returned);
    }
    // From an address like any other only what looks like a report in every respect is one.
    let is_answer = ["re:", "aw:", "sv:", "fw:", "fwd:", "wg:", "tr:"].iter().any(|mark| subject.starts_with(mark));
    says_it && names_it && has_returned && !is_answer
}
