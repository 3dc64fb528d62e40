//! Composes the messages of earlier letters, which the compare page shows beside the current one.

use super::workspace::Workspace;
use crate::message::{FrozenLetter, ParsedMessage};
use crate::model::{IssueNumber, Subscriber};
use crate::templates::preview::compare::Baseline;

impl Workspace {
    /// The message of an earlier letter as composed for `subscriber`; `None` when there is no such letter.
    ///
    /// Errors when there is one and it cannot be read.
    pub(super) fn baseline(
        &self,
        issue: IssueNumber,
        baseline: Baseline,
        subscriber: &Subscriber,
    ) -> anyhow::Result<Option<ParsedMessage>> {
        let frozen = match baseline {
            Baseline::Test => self.services.test_letter(issue)?,
            Baseline::Sent => self.services.mailed_letter(issue)?,
            Baseline::Previous => return self.previous_message(issue, subscriber),
        };
        frozen.map(|letter| self.compose(&letter, subscriber)).transpose()
    }

    fn previous_message(&self, issue: IssueNumber, subscriber: &Subscriber) -> anyhow::Result<Option<ParsedMessage>> {
        let Some(previous) = self.previous_issue(issue) else { return Ok(None) };
        if let Some(mailed) = self.services.mailed_letter(previous)? {
            return self.compose(&mailed, subscriber).map(Some);
        }
        let letter = self.issue(previous).and_then(|latest| latest.letter);
        letter.map(|letter| letter.message(subscriber)).transpose()
    }

    fn compose(&self, letter: &FrozenLetter, subscriber: &Subscriber) -> anyhow::Result<ParsedMessage> {
        let mut bytes = Vec::new();
        letter.compose(subscriber, &self.keys, &mut bytes);
        ParsedMessage::parse(bytes)
    }
}
