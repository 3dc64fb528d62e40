//! Defines what the preview needs from delivery and the web. The caller implements it, so that the preview itself
//! depends on neither.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::check::FetchedLinks;
use crate::inbox::LinkChange;
use crate::message::FrozenLetter;
use crate::model::{IssueNumber, SectionForm};

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

    /// The number of links that wait for an issue; 0 where they cannot be read.
    fn waiting_count(&self, issue: IssueNumber) -> usize;

    /// Reads the links that wait in the inbox.
    ///
    /// Errors when they cannot be read, with the reason as shown to the user.
    fn waiting_links(&self, issue: IssueNumber) -> Result<WaitingLinks, String>;

    /// Makes a change to the links that wait, whose page was drawn when the files were as in `drawn`. Returns what was
    /// done, in a sentence. The page of a link that is put into an issue is requested.
    ///
    /// Errors when nothing was done, with the reason as shown to the user.
    fn change_link(&self, issue: IssueNumber, change: LinkChange, drawn: &str) -> Result<String, String>;

    /// Undoes the last change of this run that is not undone.
    ///
    /// Errors when nothing was undone, with the reason as shown to the user.
    fn undo_link(&self) -> Result<String, String>;

    /// Requests the pages an issue links to.
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
    /// Readers who left after the issue and before the next one.
    pub lost: u64,
}

/// The result of checking the links of an issue.
#[derive(Debug, Clone, Default)]
pub struct LinkCheck {
    /// The answer of each page.
    pub answers: FetchedLinks,
    /// A summary in one line.
    pub summary: String,
}

/// The links that wait for an issue.
#[derive(Debug, Clone, Default)]
pub struct WaitingLinks {
    /// The links, in the order of the inbox.
    pub links: Vec<WaitingLink>,
    /// The titles of the sections that a link can be put into, and what their links are; an empty title where no section has
    /// one.
    pub sections: Vec<(String, SectionForm)>,
    /// The title of the lead, if there is one already.
    pub lead: Option<String>,
    /// The reason for which nothing can be put into the issue.
    pub refusal: Option<String>,
    /// The addresses of the links that were dropped, the last one first.
    pub dropped: Vec<String>,
    /// Whether a change of this run can be undone.
    pub can_undo: bool,
    /// What the files were when this was read.
    pub digest: String,
}

/// A link that waits.
#[derive(Debug, Clone, Default)]
pub struct WaitingLink {
    /// Its line in the inbox.
    pub line: usize,
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: Option<String>,
    /// The curator's words.
    pub note: Option<String>,
    /// The section it is meant for.
    pub section: Option<String>,
    /// The host of its address.
    pub host: String,
    /// The number of feeds that have it.
    pub feeds: usize,
    /// The days since it was published.
    pub age: Option<i64>,
    /// Where it was linked before: the issue, and the line of its file.
    pub known: Option<(IssueNumber, usize)>,
    /// Whether it waits for a later issue.
    pub is_later: bool,
}
