//! Finds the issue file to write into, and writes it.

use std::path::Path;

use anyhow::Context;

use crate::app::failure::Failure;
use crate::app::sent_issues::is_sent;
use crate::config::Newsletter;
use crate::fs::atomic_file::{self, Access, Durability};
use crate::issue::{IssueFile, find_issue, issue_files};
use crate::ledger::sent_marker::SentMarker;
use crate::model::IssueNumber;

/// Finds the file of the issue that `word` names.
///
/// Errors when there is none, or it is sent.
pub(super) fn file_to_write(newsletter: &Newsletter, word: &str, directory: &Path) -> anyhow::Result<IssueFile> {
    let files = issue_files(&newsletter.root)?;
    let file = find_issue(&files, word, directory, is_sent(newsletter))?.clone();
    let number = file.number;
    if SentMarker::all(&newsletter.root).iter().any(|(sent, _)| *sent == number) || is_sent(newsletter)(number) {
        return Err(Failure::content(format!("issue {number} is sent; its file stays as it is"))
            .hint("`newsletter new` creates the next issue")
            .into());
    }
    Ok(file)
}

/// Replaces a file of the newsletter.
///
/// Errors when it cannot be written.
pub(super) fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    atomic_file::replace(path, Access::Shared, Durability::Full, bytes)
        .with_context(|| format!("cannot write `{}`", path.display()))
}

/// The error of an issue without sections.
pub(super) fn no_section(number: IssueNumber) -> anyhow::Error {
    let failure = Failure::content(format!("issue {number} has no section"));
    failure.hint("add `[[section]]` and its `title` to the file, and run the command again").into()
}

/// The error of an issue whose sections have the titles `titles`, and none is called `section`.
pub(super) fn no_such_section(section: &str, titles: &[String]) -> anyhow::Error {
    let titles: Vec<String> = titles.iter().map(|title| format!("`{title}`")).collect();
    let failure = Failure::usage(format!("no section `{section}`"));
    failure.hint(format!("the sections are {}", titles.join(", "))).into()
}
