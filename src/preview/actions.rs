//! Runs what the buttons of the preview start: a test mail, and a check of an issue's links. One at a time, and one test
//! mail however often the button is pressed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::services::{TestMail, TestReply};
use super::workspace::Workspace;
use crate::model::IssueNumber;

/// The test mails of this run, and the lock that is held while an action runs.
#[derive(Default)]
pub(super) struct Actions {
    last_tests: Mutex<BTreeMap<IssueNumber, LastTest>>,
    /// The number of test mails tried so far.
    tests: AtomicU64,
}

/// The last test mail of an issue.
struct LastTest {
    /// Its number among all test mails of this run.
    number: u64,
    /// The generation of the newsletter that it was composed from.
    generation: u64,
    outcome: ActionOutcome,
}

/// The answer to a button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct ActionOutcome {
    /// The outcome in a sentence without a full stop.
    pub(super) said: String,
    /// More of it, line by line.
    pub(super) details: Vec<String>,
    /// The page that shows the effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) show: Option<String>,
    /// Whether it was not done because it had been done before.
    pub(super) can_repeat: bool,
    /// Whether it failed.
    #[serde(rename = "failed")]
    pub(super) is_failure: bool,
}

impl ActionOutcome {
    fn done(said: impl Into<String>, details: Vec<String>) -> Self {
        Self { said: said.into(), details, show: None, can_repeat: false, is_failure: false }
    }

    /// The outcome of an action that failed for `reason`: its first line, and the others.
    fn failed(reason: &str) -> Self {
        let mut lines = reason.lines().map(str::to_owned);
        let said = lines.next().unwrap_or_default();
        let said = said.strip_prefix("error: ").unwrap_or(&said).to_owned();
        Self { is_failure: true, ..Self::done(said, lines.collect()) }
    }

    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("strings always serialise")
    }
}

impl Actions {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<IssueNumber, LastTest>> {
        self.last_tests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Workspace {
    /// Sends the test mail of an issue. A press while one is under way gets its outcome. A letter that was sent as it is now
    /// is not sent a second time, unless the user has said that it is to be sent `again`.
    pub(super) fn send_test(&self, issue: IssueNumber, again: bool) -> ActionOutcome {
        let tests_before = self.actions.tests.load(Ordering::SeqCst);
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
        let number = self.actions.tests.fetch_add(1, Ordering::SeqCst) + 1;
        last_tests.insert(issue, LastTest { number, generation, outcome: outcome.clone() });
        outcome
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
