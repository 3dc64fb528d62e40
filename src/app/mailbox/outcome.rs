//! Describes what became of the messages of a mailbox.

use crate::mailbox::HeldIssue;
use crate::model::{EmailAddress, IssueNumber};
use crate::readers::BounceClass;

/// What a message was, and what it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MessageOutcome {
    /// Somebody gets no more mail, by their own wish.
    Unsubscribed(EmailAddress),
    /// Somebody wants the newsletter, and is asked whether they do.
    SignedUp(EmailAddress),
    /// Somebody said that they do.
    Confirmed(EmailAddress),
    /// Somebody wants to leave, and is mailed their own link.
    AskedForLink(EmailAddress),
    /// A message did not arrive.
    Bounced(BounceOutcome),
    /// Somebody called a message spam, and gets no more mail.
    Complained(EmailAddress),
    /// Absences, receipts, delays: nothing to do.
    Ignored,
    /// A letter to the writer.
    Letter,
    /// Nobody knows what it is, or whom it is about.
    NotUnderstood(NotUnderstood),
    /// Held with others: too many are reported dead at once.
    Held(BounceOutcome),
}

/// A bounce about a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BounceOutcome {
    pub(crate) address: EmailAddress,
    pub(crate) issue: IssueNumber,
    pub(crate) class: BounceClass,
    pub(crate) is_proof: bool,
    /// Whether the address gets no more mail.
    pub(crate) is_given_up: bool,
}

/// Why a message is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotUnderstood {
    /// Too large, or too many parts.
    TooLarge,
    /// No header.
    NoMessage,
    /// By a program, and nothing is known about it.
    Unknown,
    /// It names nobody who was mailed.
    NobodyMailed,
    /// A complaint that does not prove to be about a message of ours.
    NoProof,
}

impl NotUnderstood {
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::TooLarge => "larger than 10 MiB, or of too many parts",
            Self::NoMessage => "no message",
            Self::Unknown => "by a program, and not understood",
            Self::NobodyMailed => "about nobody who was mailed in the last 30 days",
            Self::NoProof => "a complaint without our Message-ID or token in it",
        }
    }
}

/// A message and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MessageReport {
    /// Its file.
    pub(crate) name: String,
    /// Its subject.
    pub(crate) subject: String,
    /// What it says, before the ledger is asked.
    pub(crate) says: Option<Says>,
    pub(crate) outcome: MessageOutcome,
}

/// What a report or complaint says, whether or not it is about a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Says {
    /// `no-such-user`, `full`, `complaint` ...
    pub(crate) class: &'static str,
    pub(crate) status: Option<String>,
    pub(crate) recipients: Vec<EmailAddress>,
    pub(crate) text: String,
}

/// What became of a mailbox.
#[derive(Debug, Default)]
pub(crate) struct MailboxReport {
    pub(crate) messages: Vec<MessageReport>,
    pub(crate) held: Vec<HeldIssue>,
    /// The number of mails to readers that went out.
    pub(crate) sent: usize,
    /// What kept others from going out.
    pub(crate) warnings: Vec<String>,
    /// Issues of which more than one in twenty recipients were refused by policy, with their numbers.
    pub(crate) refused_by_policy: Vec<(IssueNumber, usize, usize)>,
}
