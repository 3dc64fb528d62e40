//! The sitting in which the links of an issue are chosen: what waits in the inbox, and where it can go.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context;
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use url::Url;

use super::dropped::{DROPPED_FILE, DroppedLinks};
use super::feeds::read_memory;
use super::inbox_file;
use super::known::{KnownPages, KnownPlace};
use super::later::is_later;
use crate::app::sent_issues::is_sent;
use crate::config::Newsletter;
use crate::fs::regular_file;
use crate::inbox::{self, INBOX_FILE, InboxEntry};
use crate::issue::{IssueFile, issue_files};
use crate::ledger::sent_marker::SentMarker;
use crate::model::{Heading, Issue, IssueNumber, Link, SectionForm, SectionStyle};

/// A link that waits.
#[derive(Debug, Clone)]
pub(crate) struct WaitingLink {
    /// What is written in the inbox.
    pub(crate) entry: InboxEntry,
    /// The host of its address.
    pub(crate) host: String,
    /// The number of feeds that have it.
    pub(crate) feeds: usize,
    /// The days since it was published.
    pub(crate) age: Option<i64>,
    /// Where it was linked before.
    pub(crate) known: Option<KnownPlace>,
    /// Whether it waits for a later issue.
    pub(crate) is_later: bool,
}

/// What is on the screen.
#[derive(Debug, Clone)]
pub(crate) struct Sitting {
    /// The links that wait, those that were dropped aside.
    pub(crate) links: Vec<WaitingLink>,
    /// The titles of the sections that a link can be put into, and what their links are; an empty title where no section has
    /// one.
    pub(crate) sections: Vec<(String, SectionForm)>,
    /// The title of the lead, if there is one already.
    pub(crate) lead: Option<String>,
    /// The reason for which nothing can be put into the issue.
    pub(crate) refusal: Option<String>,
    /// The addresses of the links that were dropped, the last one first.
    pub(crate) dropped: Vec<String>,
    /// What the files were when this was read.
    pub(crate) digest: String,
}

/// The files of a sitting beside the issue.
pub(crate) const SITTING_FILES: [&str; 2] = [INBOX_FILE, DROPPED_FILE];

/// Reads what waits for the issue `number`. `now`: seconds since 1970.
///
/// Errors when a file cannot be read.
pub(crate) fn sitting(newsletter: &Newsletter, number: IssueNumber, now: i64) -> anyhow::Result<Sitting> {
    let digest = digest_of(newsletter, number)?;
    let inbox = inbox::read(&inbox_file::read(newsletter)?);
    let known = KnownPages::of(newsletter, &[])?;
    let dropped = DroppedLinks::read(newsletter)?;
    let memory = read_memory(newsletter)?;
    let waiting = inbox.entries.into_iter().filter(|entry| !dropped.has(&entry.url)).map(|entry| {
        let seen = memory.page(&entry.url);
        let host = Url::parse(&entry.url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        WaitingLink {
            host: host.strip_prefix("www.").unwrap_or(&host).to_owned(),
            feeds: seen.map_or(0, |page| page.feeds.len()),
            age: seen.and_then(|page| page.date).map(|date| (now - date).max(0) / (24 * 60 * 60)),
            known: known.place(&entry.url).cloned(),
            is_later: is_later(&entry, number),
            entry,
        }
    });
    let links = waiting.collect();
    let (sections, lead, dropped) = (Vec::new(), None, dropped.newest_first());
    let mut sitting = Sitting { links, sections, lead, refusal: None, dropped, digest };
    match file_of(newsletter, number)?.map(|file| newsletter.read_issue(&file)) {
        Some(Ok(issue)) => {
            sitting.sections = choices(&issue.issue);
            let lead = issue.issue.sections.iter().find(|section| section.style == SectionStyle::Lead);
            sitting.lead = lead.and_then(|lead| lead.links().next()).map(Link::plain_title);
        }
        Some(Err(_)) => sitting.refusal = Some(format!("issue {number} has errors")),
        None => sitting.refusal = Some(format!("there is no issue {number}")),
    }
    if SentMarker::all(&newsletter.root).iter().any(|(sent, _)| *sent == number) || is_sent(newsletter)(number) {
        sitting.refusal = Some(format!("issue {number} is sent"));
    } else if sitting.refusal.is_none() && sitting.sections.is_empty() {
        sitting.refusal = Some(format!("issue {number} has no section"));
    }
    Ok(sitting)
}

/// Returns the sections of `issue`, each once: a section is found by its title. A lead that was moved above the sections has
/// none. Where no section has one, links go into the last.
fn choices(issue: &Issue) -> Vec<(String, SectionForm)> {
    let mut choices: Vec<(String, SectionForm)> = Vec::new();
    for section in &issue.sections {
        let Some(title) = section.heading.as_ref().map(Heading::plain) else { continue };
        if choices.iter().all(|(known, _)| *known != title) {
            choices.push((title, section.form()));
        }
    }
    if let (true, Some(last)) = (choices.is_empty(), issue.sections.last()) {
        choices.push((String::new(), last.form()));
    }
    choices
}

/// Returns what the files of a sitting are now.
fn digest_of(newsletter: &Newsletter, number: IssueNumber) -> anyhow::Result<String> {
    let mut paths = vec![newsletter.root.join(INBOX_FILE), newsletter.root.join(DROPPED_FILE)];
    paths.extend(file_of(newsletter, number)?.map(|file| file.path));
    let mut bytes = Vec::new();
    for path in paths {
        let content = content(&path)?;
        bytes.extend_from_slice(digest(&SHA256, &content.unwrap_or_default()).as_ref());
    }
    Ok(HEXLOWER.encode(digest(&SHA256, &bytes).as_ref()))
}

/// Finds the file of the issue `number`.
///
/// Errors when the issues cannot be listed.
pub(super) fn file_of(newsletter: &Newsletter, number: IssueNumber) -> anyhow::Result<Option<IssueFile>> {
    Ok(issue_files(&newsletter.root)?.into_iter().find(|file| file.number == number))
}

/// Reads the file at `path`; `None` if there is none.
///
/// Errors when it cannot be read.
pub(super) fn content(path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    match regular_file::read(path, regular_file::MAX_TEXT) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    }
}
