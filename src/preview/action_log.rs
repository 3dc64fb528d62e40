//! Keeps what the buttons of the preview did, so that nothing is done twice by accident.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use crate::model::IssueNumber;

/// The test mails of this run, and the lock that is held while an action runs.
#[derive(Default)]
pub(super) struct Actions {
    last_tests: Mutex<BTreeMap<IssueNumber, LastTest>>,
    /// The number of test mails tried so far.
    tests: AtomicU64,
}

/// The last test mail of an issue.
pub(super) struct LastTest {
    /// Its number among all test mails of this run.
    pub(super) number: u64,
    /// The generation of the newsletter that it was composed from.
    pub(super) generation: u64,
    /// The answer.
    pub(super) outcome: ActionOutcome,
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
    /// Whether the page's button to undo takes it back.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) can_undo: bool,
    /// Whether it failed.
    #[serde(rename = "failed")]
    pub(super) is_failure: bool,
}

impl ActionOutcome {
    pub(super) fn done(said: impl Into<String>, details: Vec<String>) -> Self {
        Self { said: said.into(), details, show: None, can_repeat: false, can_undo: false, is_failure: false }
    }

    /// The outcome of an action that failed for `reason`: its first line, and the others.
    pub(super) fn failed(reason: &str) -> Self {
        let mut lines = reason.lines().map(str::to_owned);
        let said = lines.next().unwrap_or_default();
        let said = said.strip_prefix("error: ").unwrap_or(&said).to_owned();
        Self { is_failure: true, ..Self::done(said, lines.collect()) }
    }

    /// The answer as the page's script reads it.
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("strings always serialise")
    }
}

impl Actions {
    /// Waits until no action runs. None begins before the guard is dropped.
    pub(super) fn lock(&self) -> MutexGuard<'_, BTreeMap<IssueNumber, LastTest>> {
        self.last_tests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of test mails tried so far.
    pub(super) fn tests(&self) -> u64 {
        self.tests.load(Ordering::SeqCst)
    }

    /// Counts one more. Returns its number.
    pub(super) fn next_test(&self) -> u64 {
        self.tests.fetch_add(1, Ordering::SeqCst) + 1
    }
}
