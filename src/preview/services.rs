//! Defines what the preview needs from delivery and the web. The caller implements it, so that the preview itself
//! depends on neither.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::check::FetchedLinks;
use crate::message::FrozenLetter;
use crate::model::IssueNumber;

/// The services a preview calls; every issue is one of the previewed newsletter.
pub trait PreviewServices: Send + Sync {
    /// The current time, for rules that look at dates.
    fn now(&self) -> DateTime<Utc>;

    /// The progress of every delivery in the ledger.
    ///
    /// Errors when the ledger cannot be read.
    fn deliveries(&self) -> anyhow::Result<BTreeMap<IssueNumber, DeliveryProgress>>;

    /// The letter that was mailed to subscribers; `None` while none was, also after a rehearsal.
    ///
    /// Errors when the ledger cannot be read.
    fn mailed_letter(&self, issue: IssueNumber) -> anyhow::Result<Option<FrozenLetter>>;

    /// The letter of the last test mail; `None` before the first.
    ///
    /// Errors when it was stored and cannot be read.
    fn test_letter(&self, issue: IssueNumber) -> anyhow::Result<Option<FrozenLetter>>;

    /// Requests the pages an issue links to. Nothing else in the preview makes requests to other hosts.
    ///
    /// Errors when no request was made, with the reason as shown to the user.
    fn check_links(&self, issue: IssueNumber) -> Result<LinkCheck, String>;

    /// Sends the test mail to the configured recipients. Returns the replies.
    ///
    /// Errors when nothing was sent, with the reason as shown to the user.
    fn send_test(&self, issue: IssueNumber) -> Result<TestMail, String>;
}

/// A test mail that was handed to the mail server, or whatever delivers mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TestMail {
    /// Whether mail leaves this machine; `false` for the outbox.
    pub is_mailed: bool,
    /// The reply for each recipient.
    pub replies: Vec<TestReply>,
}

/// The reply for one recipient of a test mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestReply {
    /// The recipient.
    pub address: String,
    /// The outcome: `accepted`, `refused`, ...
    pub word: &'static str,
    /// The reply as the server wrote it.
    pub reply: String,
    /// Whether the message was accepted.
    pub is_accepted: bool,
}

/// The progress of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryProgress {
    /// Its state in the words of `newsletter list`.
    pub state: &'static str,
    /// Whether a `send` process is working on it.
    pub is_running: bool,
    /// Whether the user has to act.
    pub needs_attention: bool,
    /// Recipients the server accepted.
    pub accepted: u64,
    /// Planned recipients.
    pub total: u64,
}

/// The result of checking the links of an issue.
#[derive(Debug, Clone, Default)]
pub struct LinkCheck {
    /// The answer of each page.
    pub answers: FetchedLinks,
    /// A summary in one line.
    pub summary: String,
}
