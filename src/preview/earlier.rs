//! The letters the present one is compared with.

use super::studio::Studio;
use crate::message::{FrozenLetter, Reading};
use crate::model::{IssueNumber, Subscriber};
use crate::templates::preview_compare::Earlier;

impl Studio {
    /// The message `reader` got, or would have got, of an earlier letter; `None` when there is none.
    ///
    /// Errors when there is one and it cannot be read.
    pub(super) fn earlier(
        &self,
        number: IssueNumber,
        earlier: Earlier,
        reader: &Subscriber,
    ) -> anyhow::Result<Option<Reading>> {
        let frozen = match earlier {
            Earlier::Test => (self.backstage.test_letter)(number)?,
            Earlier::Sent => (self.backstage.sent_letter)(number)?,
            Earlier::Previous => return self.previous(number, reader),
        };
        frozen.map(|letter| self.message(&letter, reader)).transpose()
    }

    fn previous(&self, number: IssueNumber, reader: &Subscriber) -> anyhow::Result<Option<Reading>> {
        let Some(previous) = self.before(number) else { return Ok(None) };
        if let Some(sent) = (self.backstage.sent_letter)(previous)? {
            return self.message(&sent, reader).map(Some);
        }
        let letter = self.issue(previous).and_then(|shown| shown.letter);
        letter.map(|rendered| rendered.message(reader)).transpose()
    }

    fn message(&self, letter: &FrozenLetter, reader: &Subscriber) -> anyhow::Result<Reading> {
        let mut bytes = Vec::new();
        letter.compose(reader, &self.keys, &mut bytes);
        Reading::of(bytes)
    }
}
