//! Opens a subscriber list and reads its heading.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::{ListSettings, Newsletter};
use crate::diagnostic::{Diagnostic, Problems, Severity, SourceFile, line_ends};
use crate::fs::regular_file;
use crate::issue::slots::Part;
use crate::issue::{LoadedIssue, slots};
use crate::model::{AudienceRule, Slot};
use crate::subscribers::columns::column::{Column, Columns};
use crate::subscribers::columns::headings::{Answers, Headings, ReadOptions};
use crate::subscribers::columns::own_export::OwnExport;
use crate::subscribers::columns::stats;
use crate::subscribers::file::line_reader::LineReader;
use crate::subscribers::file::source::Source;
use crate::subscribers::head::{Head, unreadable};

/// A subscriber list with its columns assigned and its rows not read yet.
#[derive(Debug)]
pub struct SubscriberList {
    /// The path that diagnostics show.
    pub(super) path: PathBuf,
    pub(super) content: Source,
    /// The text above the rows.
    pub(super) heading: String,
    pub(super) columns: Columns,
    /// The SHA-256 of the list in hex, if its rows were read to assign the columns.
    pub(super) digest_of_values: Option<String>,
    pub(super) delimiter: u8,
    pub(super) warnings: Vec<Diagnostic>,
    /// Where the user says what a column means.
    pub(super) answers: Answers,
    /// The export of this program that it is, if it is one.
    pub(super) own: Option<OwnExport>,
}

/// Opens the newsletter's subscriber list.
///
/// Errors if the file does not exist or the meaning of a column is unclear.
pub fn subscriber_list(newsletter: &Newsletter) -> Result<SubscriberList, Problems> {
    open(newsletter, None)
}

/// The columns of the list that letters of these `issues` show, or that say who gets them.
pub fn shown_columns<'a>(
    newsletter: &Newsletter,
    issues: impl IntoIterator<Item = &'a LoadedIssue>,
) -> BTreeSet<String> {
    let issues: Vec<_> = issues.into_iter().collect();
    let is_for_some = issues.iter().any(|issue| !issue.issue.audience.is_everybody());
    let of_audience = AudienceRule::columns().filter(|_| is_for_some).map(str::to_owned);
    let texts = issues.iter().map(|issue| issue.source.text.as_str());
    let parts = texts.chain([newsletter.source.text.as_str()]).flat_map(slots::split_at_slots);
    let column = |part| match part {
        Part::Slot(Slot::Field { column, .. }) => Some(column),
        _ => None,
    };
    parts.filter_map(column).chain(of_audience).collect()
}

pub(super) fn open(newsletter: &Newsletter, shown: Option<&BTreeSet<String>>) -> Result<SubscriberList, Problems> {
    let Some(path) = &newsletter.settings.subscribers else {
        let message = "there is no subscriber list: `file` under `[subscribers]` is empty";
        let help = "all subscribers are in the ledger; name a file to have a list as well";
        return Err(Problems(vec![Diagnostic::new(Severity::Error, message, None).help(help)]));
    };
    let shown_path = path.strip_prefix(&newsletter.root).unwrap_or(path).to_path_buf();
    let reading = ReadOptions { settings: &newsletter.settings.list, shown, answers: Answers::Configuration };
    match regular_file::open(path).and_then(Source::from_file) {
        Ok(content) => SubscriberList::begin(shown_path, content, reading),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let message = format!("there is no subscriber list at `{}`", shown_path.display());
            let copy = format!("start with `cp subscribers.example.csv {}`", shown_path.display());
            let help = format!("{copy}, or write a file with the heading `email` and one address per line below it");
            Err(Problems(vec![Diagnostic::new(Severity::Error, message, None).help(help)]))
        }
        Err(error) => Err(unreadable(&shown_path, &error)),
    }
}

/// The SHA-256 of the newsletter's list of subscribers, in hex.
///
/// Errors when it cannot be read.
pub fn list_digest(newsletter: &Newsletter) -> io::Result<String> {
    let path = newsletter.settings.subscribers.as_ref().ok_or(ErrorKind::NotFound)?;
    let content = Source::from_file(regular_file::open(path)?)?;
    let mut text = LineReader::new(&content);
    io::copy(&mut text, &mut io::sink())?;
    Ok(text.digest())
}

impl SubscriberList {
    /// Returns the names of the columns whose values letters may show.
    pub fn field_names(&self) -> BTreeSet<String> {
        let name = |column: &Column| match column {
            Column::Field { name, .. } => Some(name.clone()),
            _ => None,
        };
        self.columns.all.iter().filter_map(name).collect()
    }

    /// Reads a list from `bytes`. Diagnostics show `path`.
    ///
    /// Errors if it is empty, is broken UTF-16, or has an invalid heading.
    pub fn read(path: PathBuf, bytes: Vec<u8>) -> Result<Self, Problems> {
        let answers = Answers::Configuration;
        let reading = ReadOptions { settings: &ListSettings::default(), shown: Some(&BTreeSet::new()), answers };
        Self::read_with(path, bytes, reading)
    }

    pub(super) fn read_with(path: PathBuf, bytes: Vec<u8>, reading: ReadOptions<'_>) -> Result<Self, Problems> {
        match Source::from_bytes(bytes) {
            Ok(content) => Self::begin(path, content, reading),
            Err(error) => Err(unreadable(&path, &error)),
        }
    }

    /// Reads the heading of a list and what its columns mean.
    pub(super) fn begin(path: PathBuf, content: Source, reading: ReadOptions<'_>) -> Result<Self, Problems> {
        let head = Head::read(path.clone(), &content)?;
        let nobody = head.is_alone();
        let Head { source, names, spans, delimiter, .. } = &head;
        let headings = Headings::read(names.iter(), spans, source, reading)?;
        if let Some(own) = OwnExport::of(names) {
            let columns = OwnExport::columns(names, reading.shown);
            let warnings = Vec::new();
            let list = Self {
                path,
                content,
                heading: source.text.clone(),
                columns,
                digest_of_values: None,
                delimiter: *delimiter,
                warnings,
                answers: reading.answers,
                own: Some(own),
            };
            return if nobody { Err(Problems(vec![head.nobody()])) } else { Ok(list) };
        }
        let interest = headings.needs_values();
        let (all_stats, surveyed) = if interest.contains(&true) && !nobody {
            let body = LineReader::after(&content, &source.text).map_err(|error| unreadable(&path, &error))?;
            let body = body.ok_or_else(|| changed(&path))?;
            let first_line = line_ends(&source.text) + 1;
            let read_error = |error: &io::Error| unreadable(&path, error);
            let (all_stats, digest) = stats::collect(body, first_line, *delimiter, &interest, read_error)?;
            (all_stats, Some(digest))
        } else {
            (vec![stats::ColumnStats::default(); interest.len()], None)
        };
        let (columns, warnings) = headings.assign_columns(all_stats)?;
        if nobody {
            return Err(Problems(vec![head.nobody()]));
        }
        Ok(Self {
            path,
            content,
            heading: source.text.clone(),
            columns,
            digest_of_values: surveyed,
            delimiter: *delimiter,
            warnings,
            answers: reading.answers,
            own: None,
        })
    }

    /// Returns the fingerprint of the unsubscribe key of the ledger that it was exported from, if it was.
    pub fn exported_with_key(&self) -> Option<&str> {
        self.own.as_ref().map(OwnExport::key)
    }

    /// A source with `text`, the part of the list from `line` on.
    pub(super) fn part(&self, line: usize, text: &str) -> Arc<SourceFile> {
        Arc::new(SourceFile::part(self.path.clone(), line, text))
    }

    /// Returns the error for a list that cannot be read any further.
    pub(super) fn read_error(&self, error: &io::Error) -> Problems {
        unreadable(&self.path, error)
    }

    /// Returns the error for a list that was changed between two readings.
    pub(super) fn changed(&self) -> Problems {
        changed(&self.path)
    }
}

/// Returns the error for a list that was changed between two readings.
fn changed(path: &Path) -> Problems {
    let message = format!("`{}` changed while it was being read", path.display());
    let help = "save it and run the command again";
    Problems(vec![Diagnostic::new(Severity::Error, message, None).help(help)])
}
