//! The sitting in which the links of an issue are chosen: what waits in the inbox, and what is done with each link.
//!
//! A change is refused when a file has changed since what is on the screen was read; undoing one, when a file has changed
//! since.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use url::Url;

use super::add::{AddOptions, Outcome, add};
use super::dropped::{DROPPED_FILE, DroppedLinks, with_dropped};
use super::feeds::read_memory;
use super::inbox_file;
use super::known::{KnownPages, KnownPlace};
use crate::app::sent_issues::is_sent;
use crate::config::Newsletter;
use crate::fs::atomic_file::{self, Access, Durability};
use crate::fs::regular_file;
use crate::inbox::{self, INBOX_FILE, InboxEntry};
use crate::issue::{IssueFile, issue_files};
use crate::ledger::sent_marker::SentMarker;
use crate::model::{Heading, Issue, IssueNumber};

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
}

/// What is on the screen.
#[derive(Debug, Clone)]
pub(crate) struct Sitting {
    /// The links that wait, those that were dropped aside.
    pub(crate) links: Vec<WaitingLink>,
    /// The titles of the sections that a link can be put into; an empty one where no section has a title.
    pub(crate) sections: Vec<String>,
    /// The reason for which nothing can be put into the issue.
    pub(crate) refusal: Option<String>,
    /// The addresses of the links that were dropped, the last one first.
    pub(crate) dropped: Vec<String>,
    /// What the files were when this was read.
    pub(crate) digest: String,
}

/// The files of a sitting beside the issue.
pub(crate) const SITTING_FILES: [&str; 2] = [INBOX_FILE, DROPPED_FILE];

/// What is done with a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkChange {
    /// The link at this line of the inbox goes into this section of the issue, from 0.
    Put {
        /// The line in the inbox.
        line: usize,
        /// The section, from 0.
        section: usize,
    },
    /// The link at this line of the inbox is dropped.
    Drop {
        /// The line in the inbox.
        line: usize,
    },
}

/// A change that was made, and how to undo it.
#[derive(Debug)]
pub(crate) struct MadeChange {
    /// The change, in a sentence.
    pub(crate) said: String,
    files: Vec<ChangedFile>,
}

/// A file, before and after a change; nothing for one that is not there.
#[derive(Debug)]
struct ChangedFile {
    path: PathBuf,
    before: Option<Vec<u8>>,
    after: Option<Vec<u8>>,
}

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
            entry,
        }
    });
    let links = waiting.collect();
    let mut sitting = Sitting { links, sections: Vec::new(), refusal: None, dropped: dropped.newest_first(), digest };
    match file_of(newsletter, number)?.map(|file| newsletter.read_issue(&file)) {
        Some(Ok(issue)) => {
            sitting.sections = choices(&issue.issue);
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

/// Returns how many links wait.
///
/// Errors when a file cannot be read.
pub(crate) fn waiting_count(newsletter: &Newsletter) -> anyhow::Result<usize> {
    let dropped = DroppedLinks::read(newsletter)?;
    let entries = inbox::read(&inbox_file::read(newsletter)?).entries;
    Ok(entries.iter().filter(|entry| !dropped.has(&entry.url)).count())
}

/// Returns the titles of the sections of `issue`, each once: a section is found by its title. A lead that was moved above the
/// sections has none. Where no section has one, links go into the last.
fn choices(issue: &Issue) -> Vec<String> {
    let mut titles: Vec<String> = Vec::new();
    for title in issue.sections.iter().filter_map(|section| section.heading.as_ref().map(Heading::plain)) {
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    if titles.is_empty() && !issue.sections.is_empty() {
        titles.push(String::new());
    }
    titles
}

/// Makes `change` for the issue `number`, which was read when the files were as in `drawn`.
///
/// Errors when the files are not, and when one cannot be read or written.
pub(crate) fn change_links(
    newsletter: &Newsletter,
    number: IssueNumber,
    change: LinkChange,
    drawn: &str,
    now: i64,
) -> anyhow::Result<MadeChange> {
    let sitting = sitting(newsletter, number, now)?;
    if sitting.digest != drawn {
        bail!("a file was changed meanwhile; nothing was done");
    }
    let (LinkChange::Put { line, .. } | LinkChange::Drop { line }) = change;
    let text = inbox_file::read(newsletter)?;
    let found = inbox::read(&text).entries.into_iter().find(|entry| entry.line == line);
    let (Some(entry), Some(without)) = (found, inbox::remove(&text, line)) else {
        bail!("there is no link in line {line} of {INBOX_FILE}");
    };
    let name = entry.title.clone().unwrap_or_else(|| entry.url.clone());
    let inbox_path = newsletter.root.join(INBOX_FILE);
    let mut paths = vec![inbox_path];
    let put = |section: usize| -> anyhow::Result<String> {
        if let Some(refusal) = &sitting.refusal {
            bail!("{refusal}");
        }
        let Some(title) = sitting.sections.get(section) else { bail!("issue {number} has no section {}", section + 1) };
        let word = number.to_string();
        let options = AddOptions {
            issue: Some(&word),
            section: Some(title.as_str()).filter(|title| !title.is_empty()),
            is_of_strangers: true,
            again: true,
            ..AddOptions::default()
        };
        let report = add(newsletter, &newsletter.root, std::slice::from_ref(&entry), &options)?;
        match report.links.into_iter().next().map(|link| link.outcome) {
            Some(Outcome::Added(line)) => Ok(format!("“{name}” is in {}:{line}", report.file.display())),
            Some(Outcome::NotRead(line, reason)) => {
                Ok(format!("“{name}” is in {}:{line}; its page was not read: {}", report.file.display(), reason.0))
            }
            Some(Outcome::NoPlace(block)) => {
                bail!(
                    "{} is written in a way into which no link can be inserted. Insert this:\n{block}",
                    report.file.display()
                )
            }
            Some(Outcome::NotUnderstood(reason)) => bail!("{reason}"),
            Some(Outcome::Known(_)) | None => bail!("“{name}” is there already"),
        }
    };
    let put_away = || -> anyhow::Result<String> {
        write(&newsletter.root.join(DROPPED_FILE), with_dropped(newsletter, &entry.url)?.as_bytes())?;
        Ok(format!("“{name}” is dropped"))
    };
    match change {
        LinkChange::Put { .. } => paths.extend(file_of(newsletter, number)?.map(|file| file.path)),
        LinkChange::Drop { .. } => paths.push(newsletter.root.join(DROPPED_FILE)),
    }
    let before = paths.iter().map(|path| content(path)).collect::<anyhow::Result<Vec<_>>>()?;
    let said = match change {
        LinkChange::Put { section, .. } => put(section)?,
        LinkChange::Drop { .. } => put_away()?,
    };
    // The page took its time: a line that was added meanwhile stays.
    if inbox_file::read(newsletter)? != text {
        bail!("{said}; {INBOX_FILE} was changed meanwhile, so its line stays there");
    }
    inbox_file::write(newsletter, &without)?;
    let mut files = Vec::new();
    for (path, before) in paths.into_iter().zip(before) {
        let after = content(&path)?;
        files.push(ChangedFile { path, before, after });
    }
    // What somebody saved while the page was read must not be lost by undoing.
    let is_all = files.iter().skip(1).all(|file| is_insertion(file.before.as_deref(), file.after.as_deref()));
    Ok(MadeChange { said, files: if is_all { files } else { Vec::new() } })
}

/// Undoes `made`.
///
/// Errors when a file has changed since, and when one cannot be read or written.
pub(crate) fn undo(made: &MadeChange) -> anyhow::Result<()> {
    if made.files.is_empty() {
        bail!("a file was changed meanwhile; nothing was undone");
    }
    for ChangedFile { path, after, .. } in &made.files {
        if content(path)? != *after {
            bail!("`{}` was changed since; nothing was undone", path.display());
        }
    }
    for ChangedFile { path, before, .. } in &made.files {
        match before {
            Some(bytes) => write(path, bytes)?,
            None => fs::remove_file(path).with_context(|| format!("cannot remove `{}`", path.display()))?,
        }
    }
    Ok(())
}

/// Returns whether `after` is `before` with something more in one place.
fn is_insertion(before: Option<&[u8]>, after: Option<&[u8]>) -> bool {
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    let start = before.iter().zip(after).take_while(|(one, other)| one == other).count();
    after.len() >= before.len() && after.ends_with(&before[start..])
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

fn file_of(newsletter: &Newsletter, number: IssueNumber) -> anyhow::Result<Option<IssueFile>> {
    Ok(issue_files(&newsletter.root)?.into_iter().find(|file| file.number == number))
}

fn content(path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    match regular_file::read(path, regular_file::MAX_TEXT) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    }
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    atomic_file::replace(path, Access::Shared, Durability::Full, bytes)
        .with_context(|| format!("cannot write `{}`", path.display()))
}
