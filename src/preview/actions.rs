//! Runs what the buttons of the preview start: a test mail, and a check of an issue's links. One at a time, so that two
//! clicks do not send two mails at once.

use std::sync::{Arc, PoisonError};

use super::workspace::Workspace;
use crate::model::IssueNumber;

impl Workspace {
    /// Sends the test mail of an issue. Returns its outcome, one line for each recipient.
    ///
    /// Errors when nothing was sent, with the reason.
    pub(super) fn send_test(&self, issue: IssueNumber) -> Result<String, String> {
        let _one_at_a_time = self.action_lock.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(self.services.send_test(issue)?.join("\n"))
    }

    /// Checks the links of an issue and keeps the answers for its findings. Returns a summary.
    ///
    /// Errors when no request was made, with the reason.
    pub(super) fn check_links(&self, issue: IssueNumber) -> Result<String, String> {
        let _one_at_a_time = self.action_lock.lock().unwrap_or_else(PoisonError::into_inner);
        let checked = self.services.check_links(issue)?;
        let mut state = self.state();
        let mut answers = state.link_results.as_ref().clone();
        answers.extend(checked.answers);
        state.link_results = Arc::new(answers);
        state.checked = None;
        Ok(checked.summary)
    }
}
