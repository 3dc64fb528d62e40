//! Finds the issue to send: as its file is now or, if that is gone, as the ledger froze it.

use std::collections::BTreeSet;
use std::path::Path;

use crate::app::open_ledger;
use crate::app::prepare::PreparedIssue;
use crate::app::sent_issues::is_sent;
use crate::config::Newsletter;
use crate::diagnostic::{Diagnostic, Problems};
use crate::issue;
use crate::model::{AudienceRule, IssueNumber};
use crate::subscribers;

/// An issue of a newsletter, to be sent.
pub(crate) struct IssueToSend {
    pub(crate) newsletter: Newsletter,
    pub(crate) number: IssueNumber,
    /// The error is that its file is gone.
    prepared: Result<PreparedIssue, Problems>,
}

impl IssueToSend {
    /// Finds and renders the issue that `word` names. An issue without its file is found if its delivery was begun.
    ///
    /// Errors when it cannot be found, read or rendered.
    pub(crate) fn find(newsletter: Newsletter, word: &str, directory: &Path) -> anyhow::Result<Self> {
        match newsletter.issue(word, directory, is_sent(&newsletter)) {
            Ok(loaded) => {
                let number = loaded.issue.number;
                let prepared = Ok(PreparedIssue::render(&newsletter, loaded)?);
                Ok(Self { newsletter, number, prepared })
            }
            Err(problems) => Self::begun(newsletter, word, problems),
        }
    }

    /// Finds and renders issue `number`.
    ///
    /// Errors when its file cannot be read or rendered.
    pub(crate) fn numbered(root: &Path, number: IssueNumber) -> anyhow::Result<Self> {
        let newsletter = Newsletter::open(root)?;
        let loaded = newsletter.issue(&number.to_string(), root, |_| false)?;
        let prepared = Ok(PreparedIssue::render(&newsletter, loaded)?);
        Ok(Self { newsletter, number, prepared })
    }

    fn begun(newsletter: Newsletter, word: &str, problems: Problems) -> anyhow::Result<Self> {
        let Ok(number) = word.parse().map(IssueNumber) else { return Err(problems.into()) };
        if issue::issue_files(&newsletter.root)?.iter().any(|file| file.number == number) {
            return Err(problems.into());
        }
        // The owner of the ledger is checked when it is opened to send.
        let Some(mut ledger) = open_ledger::to_read_renamed(&newsletter, true)? else { return Err(problems.into()) };
        if ledger.plan(number)?.is_none() {
            return Err(problems.into());
        }
        Ok(Self { newsletter, number, prepared: Err(problems) })
    }

    /// Returns the issue as its file is now.
    ///
    /// Errors when the file is gone.
    pub(crate) fn prepared(&self) -> Result<&PreparedIssue, Problems> {
        self.prepared.as_ref().map_err(Clone::clone)
    }

    /// Returns the warnings of the configuration and the issue's file.
    pub(crate) fn warnings(&self) -> Vec<Diagnostic> {
        let in_issue = self.prepared.as_ref().map(|prepared| prepared.loaded.warnings.as_slice()).unwrap_or_default();
        self.newsletter.warnings.iter().chain(in_issue).cloned().collect()
    }

    /// Returns which subscribers it is for; everybody if its file is gone.
    pub(super) fn audience(&self) -> AudienceRule {
        self.prepared.as_ref().map(|prepared| prepared.loaded.issue.audience.clone()).unwrap_or_default()
    }

    /// Returns the columns of the subscriber list that the letter shows, or that say who gets it.
    pub(crate) fn shown_columns(&self) -> BTreeSet<String> {
        subscribers::shown_columns(&self.newsletter, self.prepared.as_ref().ok().map(|prepared| &prepared.loaded))
    }

    /// Returns the command that sends it: `newsletter send 42`.
    pub(crate) fn command(&self) -> String {
        format!("newsletter send {}", self.number)
    }
}
