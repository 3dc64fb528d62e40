//! Links of the inbox that wait for a later issue: their line has a tag such as `#after-42`, or `#after-2026-11-28`.

use anyhow::Context;

use super::dropped::DroppedLinks;
use super::inbox_file;
use crate::config::Newsletter;
use crate::inbox::{self, INBOX_FILE, InboxEntry};
use crate::model::IssueNumber;

/// What the tag begins with, before the issue that the link is not for.
const AFTER: &str = "after-";

/// Returns whether `entry` waits for an issue after `number`.
pub(super) fn is_later(entry: &InboxEntry, number: IssueNumber) -> bool {
    let issues = entry.tags.iter().filter_map(|tag| tag.strip_prefix(AFTER)?.parse().ok());
    issues.max().is_some_and(|after: IssueNumber| after >= number)
}

/// Returns the inbox `text` with the link at `line` waiting for an issue after `number`, or for no issue in particular.
///
/// Errors when the line takes no tag.
pub(super) fn with_later(text: &str, line: usize, number: IssueNumber, later: bool) -> anyhow::Result<String> {
    let tag = later.then(|| format!("{AFTER}{number}"));
    inbox::retag(text, line, AFTER, tag.as_deref())
        .with_context(|| format!("line {line} of {INBOX_FILE} takes no tag; write it yourself"))
}

/// Returns how many links wait for the issue `number`.
///
/// Errors when a file cannot be read.
pub(crate) fn waiting_count(newsletter: &Newsletter, number: IssueNumber) -> anyhow::Result<usize> {
    let dropped = DroppedLinks::read(newsletter)?;
    let entries = inbox::read(&inbox_file::read(newsletter)?).entries;
    Ok(entries.iter().filter(|entry| !dropped.has(&entry.url) && !is_later(entry, number)).count())
}
