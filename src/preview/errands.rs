//! What a button of the preview sets off: a test mail, and asking whether the pages of an issue answer. Each is done one at
//! a time, by whoever started the preview.

use std::sync::{Arc, PoisonError};

use super::studio::Studio;
use crate::model::IssueNumber;

impl Studio {
    /// Sends the test mail of an issue. Answers what became of it, one line a recipient.
    ///
    /// Errors when nothing was sent, with the reason.
    pub(super) fn send_test(&self, number: IssueNumber) -> Result<String, String> {
        let _one_at_a_time = self.errand.lock().unwrap_or_else(PoisonError::into_inner);
        Ok((self.backstage.send_test)(number)?.join("\n"))
    }

    /// Asks whether the pages of an issue answer; what they say stands among its findings from then on. Answers a summary.
    ///
    /// Errors when nobody was asked, with the reason.
    pub(super) fn ask_links(&self, number: IssueNumber) -> Result<String, String> {
        let _one_at_a_time = self.errand.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = (self.backstage.ask_links)(number)?;
        let mut state = self.state();
        let mut answers = state.answers.as_ref().clone();
        answers.extend(asked.answers);
        state.answers = Arc::new(answers);
        state.checked = None;
        Ok(asked.summary)
    }
}
