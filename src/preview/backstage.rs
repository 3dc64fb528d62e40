//! What the preview shows or sets off and must not know how to do itself: the delivery stands behind these.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::check::Answers;
use crate::message::FrozenLetter;
use crate::message::dkim::DkimSigner;
use crate::model::IssueNumber;

/// What whoever starts a preview lends it.
pub struct Backstage {
    /// What signs the messages, if there is a key for that.
    pub dkim: Option<DkimSigner>,
    /// The clock, for checks that look at dates.
    pub now: fn() -> DateTime<Utc>,
    /// How far the deliveries are that have begun.
    pub deliveries: Deliveries,
    /// The letter of an issue as its delivery froze it; `None` before it is begun.
    pub sent_letter: KeptLetter,
    /// The letter of an issue's last test mail; `None` before there is one.
    pub test_letter: KeptLetter,
    /// Asks whether the pages an issue links to answer. It is the only thing that asks the web for anything.
    pub ask_links: AskLinks,
    /// Sends the test mail of an issue to those configured for it, and answers what became of it, one line a recipient.
    pub send_test: SendTest,
}

/// How far the delivery of an issue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// In a word, as `newsletter list` says it.
    pub state: &'static str,
    /// Whether a send is at it.
    pub is_running: bool,
    /// Whether somebody has to do something about it.
    pub is_unsettled: bool,
    /// How many have it.
    pub accepted: u64,
    /// How many are to have it.
    pub total: u64,
}

/// See [`Backstage::deliveries`]. Errors when the ledger cannot be read.
pub type Deliveries = Box<dyn Fn() -> anyhow::Result<BTreeMap<IssueNumber, Delivery>> + Send + Sync>;

/// See [`Backstage::sent_letter`] and [`Backstage::test_letter`]. Errors when there is one and it cannot be read.
pub type KeptLetter = Box<dyn Fn(IssueNumber) -> anyhow::Result<Option<FrozenLetter>> + Send + Sync>;

/// What pages answered.
#[derive(Debug, Clone, Default)]
pub struct AskedLinks {
    /// Each of them.
    pub answers: Answers,
    /// In a sentence.
    pub summary: String,
}

/// See [`Backstage::ask_links`]. Errors when nobody was asked, with the reason as a person should read it.
pub type AskLinks = Box<dyn Fn(IssueNumber) -> Result<AskedLinks, String> + Send + Sync>;

/// See [`Backstage::send_test`]. Errors when nothing was sent, with the reason as a person should read it.
pub type SendTest = Box<dyn Fn(IssueNumber) -> Result<Vec<String>, String> + Send + Sync>;
