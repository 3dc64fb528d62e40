//! Makes a change to a link that waits, and undoes it.
//!
//! A change is refused when a file has changed since what is on the screen was read; undoing one, when a file has changed
//! since.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, bail};

use super::add::{Outcome, add};
use super::add_options::{AddOptions, Place};
use super::dropped::{DROPPED_FILE, with_dropped};
use super::inbox_file;
use super::later::with_later;
use super::sitting::{content, file_of, sitting};
use super::target::write;
use crate::config::Newsletter;
use crate::inbox::{self, INBOX_FILE, LinkChange};
use crate::model::IssueNumber;

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
    let line = change.line();
    let text = inbox_file::read(newsletter)?;
    let found = inbox::read(&text).entries.into_iter().find(|entry| entry.line == line);
    let (Some(entry), Some(without)) = (found, inbox::remove(&text, line)) else {
        bail!("there is no link in line {line} of {INBOX_FILE}");
    };
    let name = entry.title.clone().unwrap_or_else(|| entry.url.clone());
    let inbox_path = newsletter.root.join(INBOX_FILE);
    let mut paths = vec![inbox_path];
    let put = |place: Place<'_>| -> anyhow::Result<String> {
        let word = number.to_string();
        let options =
            AddOptions { issue: Some(&word), place, is_of_strangers: true, again: true, ..AddOptions::default() };
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
        LinkChange::Put { .. } | LinkChange::Lead { .. } => {
            if let Some(refusal) = &sitting.refusal {
                bail!("{refusal}");
            }
            paths.extend(file_of(newsletter, number)?.map(|file| file.path));
        }
        LinkChange::Drop { .. } => paths.push(newsletter.root.join(DROPPED_FILE)),
        LinkChange::Wait { .. } => {}
    }
    let before = paths.iter().map(|path| content(path)).collect::<anyhow::Result<Vec<_>>>()?;
    let (said, rest) = match change {
        LinkChange::Put { section, .. } => match sitting.sections.get(section) {
            Some((title, _)) if title.is_empty() => (put(Place::Own)?, without),
            Some((title, _)) => (put(Place::Section(title))?, without),
            None => bail!("issue {number} has no section {}", section + 1),
        },
        LinkChange::Lead { .. } => match &sitting.lead {
            Some(lead) => bail!("issue {number} has a lead already: “{lead}”"),
            None => (put(Place::Lead)?, without),
        },
        LinkChange::Drop { .. } => (put_away()?, without),
        LinkChange::Wait { later, .. } => {
            let until = if later { "waits for a later issue" } else { "waits for this issue again" };
            (format!("“{name}” {until}"), with_later(&text, line, number, later)?)
        }
    };
    // The page took its time: a line that was added meanwhile stays.
    if inbox_file::read(newsletter)? != text {
        bail!("{said}; {INBOX_FILE} was changed meanwhile, so its line stays there");
    }
    inbox_file::write(newsletter, &rest)?;
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
