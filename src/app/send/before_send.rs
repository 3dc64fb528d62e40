//! Applies the rules of `newsletter check` before anything is sent.

use super::issue::IssueToSend;
use super::observer::{Notice, SendObserver};
use crate::app::check::runner::CheckRunner;
use crate::app::clock;
use crate::app::prepare::PreparedIssue;
use crate::check;
use crate::diagnostic::{self, Diagnostic, Problems};
use crate::subscribers::subscriber_list;

/// Refuses an issue with errors, and reports the number of warnings.
///
/// Errors with all findings.
pub(super) fn refuse_errors(
    issue: &IssueToSend,
    prepared: &PreparedIssue,
    observer: &mut dyn SendObserver,
) -> anyhow::Result<()> {
    let found = findings(issue, prepared)?;
    if diagnostic::errors(&found) > 0 {
        return Err(Problems(found).into());
    }
    if !found.is_empty() {
        observer.notify(Notice::CheckWarnings { issue: issue.number, found: &found });
    }
    Ok(())
}

/// Returns the findings of the rules in the newsletter, the issue and the list.
///
/// Errors when the newsletter cannot be read.
pub(crate) fn findings(issue: &IssueToSend, prepared: &PreparedIssue) -> anyhow::Result<Vec<Diagnostic>> {
    let newsletter = &issue.newsletter;
    let runner = CheckRunner::prepare(newsletter, clock::now())?;
    let mut found = check::level_problems(newsletter);
    found.extend(CheckRunner::check_newsletter(newsletter));
    found.extend(runner.check_letter(&prepared.loaded, &prepared.letter));
    // A list that cannot be read is reported where it is read to send.
    let in_list = subscriber_list(newsletter).and_then(|list| CheckRunner::check_list(newsletter, &list, |_| None));
    found.extend(in_list.unwrap_or_default());
    Ok(found)
}
