//! Imports past issues that another program sent: as issue files, each with a marker, so that none can be mailed.

mod archive;
mod curated;
mod dates;

use std::fs;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::NaiveDate;

pub(crate) use self::dates::{GivenDates, Interval};

use super::failure::Failure;
use super::new_file::write_new;
use crate::config::Newsletter;
use crate::diagnostic::Problems;
use crate::fs::atomic_file::Access;
use crate::fs::regular_file;
use crate::issue::{ISSUES_FOLDER, IssueFile, LeftOut, PastIssue, issue_files, read_markdown, slug, written_issue};
use crate::ledger::sent_marker::SentMarker;
use crate::model::IssueNumber;
use crate::page::charset;

/// What became of an issue.
#[derive(Debug)]
pub(crate) enum ImportOutcome {
    /// It was written to this file, relative to the newsletter's folder.
    Written(PathBuf),
    /// There is an issue with its number already: the file.
    Exists(PathBuf),
    /// It says neither its number nor its date.
    NoDate,
    /// It says that it was never sent.
    NeverSent,
    /// What would be written is no issue: the problems.
    Wrong(Problems),
}

/// An issue and what became of it.
#[derive(Debug)]
pub(crate) struct ImportedIssue {
    /// The file it came from, as it was named.
    pub(crate) source: PathBuf,
    /// Its number, or its date.
    pub(crate) number: Option<IssueNumber>,
    /// The number of its links.
    pub(crate) links: usize,
    /// What was left out, with its line in the source, from 1.
    pub(crate) left_out: Vec<(usize, LeftOut)>,
    pub(crate) outcome: ImportOutcome,
}

/// Imports the issues in `files`; those that do not say their dates have `given` ones. Nothing is written in a `dry_run`.
///
/// Errors before anything is written when a file cannot be read or is in no known format, and when several issues need more than
/// one date that is given.
pub(crate) fn import(
    newsletter: &Newsletter,
    files: &[PathBuf],
    given: Option<GivenDates>,
    dry_run: bool,
) -> anyhow::Result<Vec<ImportedIssue>> {
    let mut found = Vec::new();
    for path in files {
        found.extend(read(path)?);
    }
    if let Some(given) = given {
        given.give(&mut found)?;
    }
    let mut existing = issue_files(&newsletter.root)?;
    let mut imported = Vec::new();
    for (source, issue) in found {
        let (number, outcome) = write(newsletter, &issue, &mut existing, dry_run)?;
        let links = issue.links();
        // Of an issue that is not written, nothing is missing.
        let left_out = if matches!(outcome, ImportOutcome::Written(_)) { issue.left_out } else { Vec::new() };
        imported.push(ImportedIssue { source, number, links, left_out, outcome });
    }
    Ok(imported)
}

/// Reads the issues in a file, each with the file it is in.
fn read(path: &Path) -> anyhow::Result<Vec<(PathBuf, PastIssue)>> {
    let shown = path.display();
    let mut file = regular_file::open(path).with_context(|| format!("cannot read `{shown}`"))?;
    let mut start = Vec::new();
    file.by_ref().take(4).read_to_end(&mut start).with_context(|| format!("cannot read `{shown}`"))?;
    if [&b"PK\x03\x04"[..], b"PK\x05\x06"].contains(&&*start) {
        file.rewind().with_context(|| format!("cannot read `{shown}`"))?;
        let files = archive::markdown_files(file, path)?.into_iter();
        return Ok(files
            .map(|file| {
                let name = file.name.rsplit('/').next().unwrap_or_default().to_lowercase();
                (path.join(&file.name), read_markdown(&charset::decode(&file.bytes, None), &name))
            })
            .collect());
    }
    let bytes = regular_file::read(path, regular_file::MAX_TEXT).with_context(|| format!("cannot read `{shown}`"))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let text = charset::decode(&bytes, None);
    let ending = name.rsplit('.').next().unwrap_or_default();
    if matches!(ending, "csv" | "tsv") {
        let failure = Failure::usage(format!("`{shown}` is a table, and `import` reads past issues"));
        let failure = failure.hint(format!("subscribers: `newsletter subscribers import {shown}`"));
        return Err(failure.hint(format!("links: `newsletter gather {shown}`")).into());
    }
    let is_json = text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) && ending == "json";
    let issues = if is_json { curated::read(&text) } else { Some(vec![read_markdown(&text, &name)]) };
    let issues = issues.unwrap_or_default();
    if issues.iter().all(|issue| issue.sections.is_empty() && issue.intro.is_empty()) {
        return Err(Failure::content(format!("`{shown}` has no issue in a format that is known"))
            .hint("known are Markdown with headings, JSON of curated.co, and zip archives of Markdown such as Buttondown's")
            .into());
    }
    Ok(issues.into_iter().map(|issue| (path.to_owned(), issue)).collect())
}

fn write(
    newsletter: &Newsletter,
    issue: &PastIssue,
    existing: &mut Vec<IssueFile>,
    dry_run: bool,
) -> anyhow::Result<(Option<IssueNumber>, ImportOutcome)> {
    if issue.is_draft {
        return Ok((issue.number.map(IssueNumber), ImportOutcome::NeverSent));
    }
    let Some(date) = issue.date else { return Ok((issue.number.map(IssueNumber), ImportOutcome::NoDate)) };
    let number = issue.number.map_or_else(|| IssueNumber::from_date(date), IssueNumber);
    if let Some(file) = existing.iter().find(|file| file.number == number) {
        let shown = file.path.strip_prefix(&newsletter.root).unwrap_or(&file.path).to_owned();
        return Ok((Some(number), ImportOutcome::Exists(shown)));
    }
    let title = issue.title.clone().unwrap_or_else(|| number.to_string());
    let slug = slug(&title);
    let stem = number.file_stem();
    let name = if slug.is_empty() { format!("{stem}.toml") } else { format!("{stem}-{slug}.toml") };
    let shown = Path::new(ISSUES_FOLDER).join(name);
    let path = newsletter.root.join(&shown);
    let Some(file) = IssueFile::at(&path) else { return Ok((Some(number), ImportOutcome::NoDate)) };
    let text = written_issue(issue, issue.number, &title, date);
    if let Err(problems) = newsletter.parse_issue(&file, &shown, &text) {
        return Ok((Some(number), ImportOutcome::Wrong(problems)));
    }
    if !dry_run {
        // The marker first: an issue without one could be mailed.
        mark(newsletter, number, date)?;
        write_new(&path, Access::Shared, text.as_bytes())?;
    }
    existing.push(file);
    Ok((Some(number), ImportOutcome::Written(shown)))
}

fn mark(newsletter: &Newsletter, number: IssueNumber, date: NaiveDate) -> anyhow::Result<()> {
    let path = SentMarker::path(&newsletter.root, number);
    fs::create_dir_all(newsletter.root.join(ISSUES_FOLDER))
        .with_context(|| format!("cannot create the folder `{ISSUES_FOLDER}`"))?;
    match SentMarker::read(&path)? {
        // It was sent from here before its file was lost.
        Some(_) => Ok(()),
        None => SentMarker::imported(date).write(&path),
    }
}
