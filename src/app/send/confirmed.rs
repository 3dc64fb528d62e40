//! Keeps what was confirmed about a first send ahead of its time, and compares it with what would be sent.

use chrono::NaiveTime;

use super::issue::IssueToSend;
use crate::app::failure::Failure;
use crate::app::prepare::sample_stamp;

/// A first send as it was confirmed, ahead of its time.
#[derive(Debug, Clone)]
pub(crate) struct ConfirmedSend {
    /// A digest of what readers see, whatever the time.
    letter: String,
    /// A digest of the list.
    list: String,
    pub(super) recipients: u64,
}

impl ConfirmedSend {
    /// Describes the first send of `issue` to as many `recipients`, of whom a list with the digest `list` is a part.
    ///
    /// Errors when the file of the issue is gone or its message cannot be built.
    pub(super) fn new(issue: &IssueToSend, list: &str, recipients: u64) -> anyhow::Result<Self> {
        Ok(Self { letter: letter(issue)?, list: list.to_owned(), recipients })
    }

    /// Errors when the letter of `issue` is another one than was confirmed, or none.
    pub(super) fn hold_letter(&self, issue: &IssueToSend) -> anyhow::Result<()> {
        if letter(issue).is_ok_and(|letter| letter == self.letter) { Ok(()) } else { Err(changed(issue, "letter")) }
    }

    /// Errors when `now`, the first send of `issue` as it is, has another letter or list. Readers who came or left by the
    /// ledger make no difference.
    pub(super) fn hold(&self, now: &Self, issue: &IssueToSend) -> anyhow::Result<()> {
        if self.letter != now.letter {
            return Err(changed(issue, "letter"));
        }
        if self.list == now.list { Ok(()) } else { Err(changed(issue, "subscriber list")) }
    }
}

fn letter(issue: &IssueToSend) -> anyhow::Result<String> {
    let prepared = issue.prepared()?;
    let midnight = prepared.loaded.issue.date.and_time(NaiveTime::MIN).and_utc();
    let letter = prepared.freeze(&issue.newsletter.publication, &sample_stamp(midnight))?;
    Ok(letter.digest().to_owned())
}

/// Returns the error that `what` of `issue` is not as it was confirmed.
pub(super) fn changed(issue: &IssueToSend, what: &str) -> anyhow::Error {
    Failure::not_started(format!("the {what} changed since it was confirmed; nothing was sent"))
        .hint(format!("look at it with `newsletter preview {}`, then give the command again", issue.number))
        .into()
}
