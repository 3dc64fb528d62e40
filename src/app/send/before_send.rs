//! Applies the rules of `newsletter check` before anything is sent.

use super::issue::IssueToSend;
use super::observer::{Notice, SendObserver};
use crate::app::check::list_findings::ListFindings;
use crate::app::check::runner::CheckRunner;
use crate::app::clock;
use crate::app::prepare::PreparedIssue;
use crate::check;
use crate::diagnostic::{self, Diagnostic, Problems};
use crate::issue::issue_files;
use crate::subscribers::subscriber_list;

/// Refuses an issue with errors, and reports the number of warnings. `in_list` are the findings in the list.
///
/// Errors with all findings.
pub(super) fn refuse_errors(
    issue: &IssueToSend,
    prepared: &PreparedIssue,
    in_list: ListFindings,
    observer: &mut dyn SendObserver,
) -> anyhow::Result<()> {
    let found = findings_with(issue, prepared, in_list)?;
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
    // A list that cannot be read is reported where it is read to send.
    let in_list = subscriber_list(newsletter).and_then(|list| ListFindings::of(newsletter, &list, |_| None));
    findings_with(issue, prepared, in_list.unwrap_or_else(|_| ListFindings::new(newsletter)))
}

fn findings_with(
    issue: &IssueToSend,
    prepared: &PreparedIssue,
    in_list: ListFindings,
) -> anyhow::Result<Vec<Diagnostic>> {
    let newsletter = &issue.newsletter;
    let runner = CheckRunner::prepare(newsletter, &issue_files(&newsletter.root)?, &[], clock::now())?;
    let mut found = check::level_problems(newsletter);
    found.extend(CheckRunner::check_newsletter(newsletter, &|| in_list.real_recipient.clone()));
    found.extend(runner.check_letter(&prepared.loaded, &prepared.letter));
    found.extend(in_list.found);
    Ok(found)
}
