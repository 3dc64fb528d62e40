//! Runs what the buttons of the preview start: a test mail, and a check of an issue's links. One at a time, and one test
//! mail however often the button is pressed.

use std::sync::Arc;

use super::action_log::{ActionOutcome, LastTest};
use super::services::{TestMail, TestReply, WaitingLinks};
use super::workspace::Workspace;
use crate::inbox::LinkChange;
use crate::model::IssueNumber;

impl Workspace {
    /// Sends the test mail of an issue. A press while one is under way gets its outcome. A letter that was sent as it is now
    /// is not sent a second time, unless the user has said that it is to be sent `again`.
    pub(super) fn send_test(&self, issue: IssueNumber, again: bool) -> ActionOutcome {
        let tests_before = self.actions.tests();
        let mut last_tests = self.actions.lock();
        let generation = self.generation();
        if let Some(last) = last_tests.get(&issue) {
            if last.number > tests_before {
                return last.outcome.clone();
            }
            if !again && last.generation == generation && !last.outcome.is_failure {
                let said = "Already sent, and nothing has changed since";
                let repeated = ActionOutcome::done(said, Vec::new());
                return ActionOutcome { show: last.outcome.show.clone(), can_repeat: true, ..repeated };
            }
        }
        let outcome = match self.services.send_test(issue) {
            Ok(test) => test_outcome(issue, &test),
            Err(reason) => ActionOutcome::failed(&reason),
        };
        let number = self.actions.next_test();
        last_tests.insert(issue, LastTest { number, generation, outcome: outcome.clone() });
        outcome
    }

    /// The number of links that wait for an issue, counted once a change of the files.
    pub(super) fn waiting_count(&self, issue: IssueNumber) -> usize {
        let drawn = (self.generation(), issue);
        if let Some((of, count)) = self.state().waiting
            && of == drawn
        {
            return count;
        }
        let count = self.services.waiting_count(issue);
        self.state().waiting = Some((drawn, count));
        count
    }

    /// Reads the links that wait for an issue.
    ///
    /// Errors with the reason as shown to the user.
    pub(super) fn waiting_links(&self, issue: IssueNumber) -> Result<WaitingLinks, String> {
        self.services.waiting_links(issue)
    }

    /// Makes a change to the links that wait for an issue, whose page was drawn when the files were as in `drawn`.
    pub(super) fn change_link(&self, issue: IssueNumber, change: LinkChange, drawn: &str) -> ActionOutcome {
        let _one_at_a_time = self.actions.lock();
        let outcome = outcome(self.services.change_link(issue, change, drawn));
        ActionOutcome { can_undo: !outcome.is_failure, ..outcome }
    }

    /// Undoes the last change to the links that wait.
    pub(super) fn undo_link(&self) -> ActionOutcome {
        let _one_at_a_time = self.actions.lock();
        outcome(self.services.undo_link())
    }

    /// Checks the links of an issue and keeps the answers for its findings.
    pub(super) fn check_links(&self, issue: IssueNumber) -> ActionOutcome {
        let _one_at_a_time = self.actions.lock();
        let checked = match self.services.check_links(issue) {
            Ok(checked) => checked,
            Err(reason) => return ActionOutcome::failed(&reason),
        };
        let mut state = self.state();
        let mut answers = state.link_results.as_ref().clone();
        answers.extend(checked.answers);
        state.link_results = Arc::new(answers);
        state.checked = None;
        ActionOutcome { show: Some(format!("/{issue}/checks")), ..ActionOutcome::done(checked.summary, Vec::new()) }
    }
}

fn outcome(said: Result<String, String>) -> ActionOutcome {
    said.map_or_else(|reason| ActionOutcome::failed(&reason), |said| ActionOutcome::done(said, Vec::new()))
}

fn test_outcome(issue: IssueNumber, test: &TestMail) -> ActionOutcome {
    let refused: Vec<&TestReply> = test.replies.iter().filter(|reply| !reply.is_accepted).collect();
    let said = match (refused.len(), test.is_mailed, &test.replies[..]) {
        (1.., ..) if refused.len() < test.replies.len() => "The test mail was not accepted for everybody".to_owned(),
        (1.., ..) => "The test mail was not accepted".to_owned(),
        (0, false, _) => "Test mail written to the outbox; no mail has left this machine".to_owned(),
        (0, true, [only]) => format!("Test mail sent to {}", only.address),
        (0, true, replies) => format!("Test mail sent to {} addresses", replies.len()),
    };
    let line = |reply: &TestReply| format!("{}  {}  {}", reply.address, reply.word, reply.reply);
    ActionOutcome {
        show: refused.is_empty().then(|| format!("/{issue}/compare?version=test")),
        is_failure: !refused.is_empty(),
        ..ActionOutcome::done(said, test.replies.iter().map(line).collect())
    }
}
