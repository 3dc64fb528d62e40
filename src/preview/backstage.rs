//! What the preview shows or sets off and must not know how to do itself: the delivery stands behind these.

use chrono::{DateTime, Utc};

use crate::message::FrozenLetter;
use crate::message::dkim::DkimSigner;
use crate::model::IssueNumber;

/// What whoever starts a preview lends it.
pub struct Backstage {
    /// What signs the messages, if there is a key for that.
    pub dkim: Option<DkimSigner>,
    /// The clock, for checks that look at dates.
    pub now: fn() -> DateTime<Utc>,
    /// The letter of an issue as its delivery froze it; `None` before it is begun.
    pub sent_letter: SentLetter,
    /// Sends the test mail of an issue to those configured for it, and answers what became of it, one line a recipient.
    pub send_test: SendTest,
}

/// See [`Backstage::sent_letter`]. Errors when there is one and it cannot be read.
pub type SentLetter = Box<dyn Fn(IssueNumber) -> anyhow::Result<Option<FrozenLetter>> + Send + Sync>;

/// See [`Backstage::send_test`]. Errors when nothing was sent, with the reason as a person should read it.
pub type SendTest = Box<dyn Fn(IssueNumber) -> Result<Vec<String>, String> + Send + Sync>;
