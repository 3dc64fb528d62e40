//! Reads an export row by row.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use csv::StringRecord;

use super::entry::{ExportEntry, ExportRow, ForeignReader, ListedAs, StatedConsent};
use super::kind::ExportKind;
use super::role::{Role, role};
use super::{own, time, words};
use crate::config::ListSettings;
use crate::diagnostic::{Diagnostic, Problems, Severity};
use crate::fs::regular_file;
use crate::readers::{ConsentKind, SuppressionReason};
use crate::subscribers::columns::column::Column;
use crate::subscribers::columns::headings::{Answers, ReadOptions};
use crate::subscribers::file::line_reader::LineReader;
use crate::subscribers::file::source::Source;
use crate::subscribers::head::{Head, unreadable};
use crate::subscribers::list::SubscriberList;
use crate::subscribers::row::{ListRow, ListedSubscriber, RowText};
use crate::subscribers::rows::Rows;
use crate::subscribers::skip_reason::SkipReason;

/// What the user says about an export.
#[derive(Debug, Clone, Default)]
pub struct ExportOptions {
    /// Its kind; recognized if not given.
    pub kind: Option<ExportKind>,
    /// The meaning of its columns, as far as they say so.
    pub list: ListSettings,
}

/// Why a file cannot be read as an export.
#[derive(Debug)]
pub enum ExportError {
    /// It cannot be read as a list.
    Problems(Problems),
    /// It is of no kind that is known.
    Unknown,
    /// It may be of several kinds.
    Ambiguous(Vec<ExportKind>),
    /// It lacks the headings of the kind it is said to be: these.
    Lacking(ExportKind, String),
}

impl From<Problems> for ExportError {
    fn from(problems: Problems) -> Self {
        Self::Problems(problems)
    }
}

/// A file with readers, whose kind is known and whose rows are not read yet.
#[derive(Debug)]
pub struct Export {
    list: SubscriberList,
    kind: ExportKind,
    roles: Vec<Option<Role>>,
    /// What the name of the file says about everybody in it.
    named: Option<ListedAs>,
}

impl Export {
    /// Opens the file at `path`. Diagnostics show `shown`.
    ///
    /// Errors when it cannot be read, its kind is not clear, or the meaning of a column is unclear.
    pub fn open(path: &Path, shown: PathBuf, options: &ExportOptions) -> Result<Self, ExportError> {
        match regular_file::open(path).and_then(Source::from_file) {
            Ok(content) => Self::begin(shown, content, options),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let message = format!("there is no file at `{}`", shown.display());
                Err(Problems(vec![Diagnostic::new(Severity::Error, message, None)]).into())
            }
            Err(error) => Err(unreadable(&shown, &error).into()),
        }
    }

    /// Reads an export from memory.
    ///
    /// Errors as [`Export::open`] does.
    pub fn read(shown: PathBuf, bytes: Vec<u8>, options: &ExportOptions) -> Result<Self, ExportError> {
        match Source::from_bytes(bytes) {
            Ok(content) => Self::begin(shown, content, options),
            Err(error) => Err(unreadable(&shown, &error).into()),
        }
    }

    fn begin(shown: PathBuf, content: Source, options: &ExportOptions) -> Result<Self, ExportError> {
        let head = Head::read(shown.clone(), &content)?;
        let mut kinds = match options.kind {
            None => ExportKind::with_headings(&head.names),
            Some(ExportKind::Plain) => vec![ExportKind::Plain],
            Some(kind) if kind.has_headings(&head.names) => vec![kind],
            Some(kind) => return Err(ExportError::Lacking(kind, kind.wanted())),
        };
        if kinds.is_empty() {
            return Err(ExportError::Unknown);
        }
        let name = shown.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let reading = ReadOptions { settings: &options.list, shown: Some(&BTreeSet::new()), answers: Answers::Options };
        let list = SubscriberList::begin(shown, content, reading)?;
        if options.kind.is_none() {
            kinds.retain(|kind| kind.has_values(&list.columns));
        }
        let kind = match kinds.as_slice() {
            _ if list.own.is_some() => ExportKind::Own,
            [kind] => *kind,
            [] => return Err(ExportError::Unknown),
            several => return Err(ExportError::Ambiguous(several.to_vec())),
        };
        let is_json = kind != ExportKind::Plain;
        let roles = list.columns.all.iter().zip(&list.columns.names).map(|(column, name)| match column {
            Column::Email | Column::Unnamed | Column::Field { part: Some(_), .. } => None,
            _ => role(name).filter(|role| is_json || *role != Role::Fields),
        });
        let roles = roles.collect();
        Ok(Self { roles, named: named(&name, kind), list, kind })
    }

    /// Returns its kind.
    pub fn kind(&self) -> ExportKind {
        self.kind
    }

    /// Returns the path that diagnostics show.
    pub fn path(&self) -> &Path {
        &self.list.path
    }

    /// Returns the warnings about its columns. What a service writes is known.
    pub fn warnings(&self) -> &[Diagnostic] {
        if self.kind == ExportKind::Plain { &self.list.warnings } else { &[] }
    }

    /// Returns the fingerprint of the unsubscribe key of the ledger that it was exported from, if it was.
    pub fn exported_with_key(&self) -> Option<&str> {
        self.list.exported_with_key()
    }

    /// Returns its SHA-256, in hex.
    ///
    /// Errors when it cannot be read.
    pub fn digest(&self) -> io::Result<String> {
        if let Some(digest) = &self.list.digest_of_values {
            return Ok(digest.clone());
        }
        let mut text = LineReader::new(&self.list.content);
        io::copy(&mut text, &mut io::sink())?;
        Ok(text.digest())
    }

    /// Returns the rows, in order, one at a time.
    ///
    /// Errors when it cannot be read.
    pub fn rows(&self) -> Result<ExportRows<'_>, Problems> {
        Ok(ExportRows { rows: self.list.rows()?, export: self })
    }

    /// Returns the error for a file that was changed between two readings.
    pub fn changed(&self) -> Problems {
        self.list.changed()
    }

    fn entry(
        &self,
        row: RowText<'_>,
        listed: ListedSubscriber,
        cells: &StringRecord,
    ) -> Result<ExportEntry, Diagnostic> {
        if self.list.own.is_some() {
            return own::entry(&self.list.columns.names, cells, &listed.subscriber.address).map_err(|index| {
                let name = &self.list.columns.names[index];
                let cell = cells.get(index).unwrap_or_default();
                let shown: String = cell.chars().take(40).collect();
                self.about(row, format!("`{shown}` is not what `newsletter subscribers export` writes as `{name}`"))
            });
        }
        let mut said = Said::default();
        for (index, role) in self.roles.iter().enumerate() {
            if let (Some(role), Some(cell)) = (role, cells.get(index)) {
                said.hear(*role, cell.trim(), &self.list.columns.names[index]);
            }
        }
        let listed_as = self.listed_as(row, listed.skip, &said)?;
        let is_kept = |name: &String| {
            !self.kind.is_technical(name) && (name == "name" || role_of_field(name, self.kind).is_none())
        };
        let mut fields: BTreeMap<String, String> =
            listed.subscriber.fields.into_iter().filter(|(name, value)| is_kept(name) && !value.is_empty()).collect();
        for (name, value) in said.fields {
            fields.entry(name).or_insert(value);
        }
        let since = said.signed_up.as_ref().map(|(at, _)| *at).or(said.created);
        let confirmed_at = said.confirmed.as_ref().map(|(at, _)| *at);
        let stated = |what, stated: Option<(DateTime<Utc>, String)>, ip| {
            stated.map(|(at, column)| StatedConsent { what, at, ip, column })
        };
        let mut consent: Vec<_> = stated(ConsentKind::SignedUp, said.signed_up, said.signed_up_ip)
            .into_iter()
            .chain(stated(ConsentKind::Confirmed, said.confirmed, said.confirmed_ip))
            .collect();
        consent.sort_by_key(|stated| stated.at);
        Ok(ExportEntry::Foreign(ForeignReader {
            listed_as,
            fields,
            topics: BTreeSet::new(),
            tags: said.tags,
            since: since.or(confirmed_at),
            confirmed_at,
            consent,
        }))
    }

    fn listed_as(&self, row: RowText<'_>, skip: Option<SkipReason>, said: &Said) -> Result<ListedAs, Diagnostic> {
        Ok(match skip {
            Some(SkipReason::Complained) => {
                ListedAs::Left(SuppressionReason::Complained, said.complained.or(said.left))
            }
            Some(SkipReason::Bounced) => ListedAs::Left(SuppressionReason::Bounced, said.bounced.or(said.left)),
            Some(SkipReason::Unsubscribed | SkipReason::NotSubscribed) => {
                ListedAs::Left(SuppressionReason::Unsubscribed, said.left)
            }
            _ if self.named.is_some() => self.named.unwrap_or(ListedAs::Unconfirmed),
            Some(SkipReason::Pending) => ListedAs::Unconfirmed,
            None => match (self.kind, self.time_of_leaving()) {
                (ExportKind::Mailchimp, Some(column)) => {
                    let message = format!("`{column}` is empty, in a file of contacts that get no mail");
                    return Err(self.about(row, message));
                }
                _ => ListedAs::Active,
            },
        })
    }

    /// Returns the name of the column with the time at which somebody left or bounced, if there is one.
    fn time_of_leaving(&self) -> Option<&str> {
        let index = self.roles.iter().position(|role| matches!(role, Some(Role::LeftAt | Role::BouncedAt)))?;
        Some(&self.list.columns.names[index])
    }

    /// Returns an error about all of `row`.
    fn about(&self, row: RowText<'_>, message: String) -> Diagnostic {
        Diagnostic::error(message, &self.list.source(row), 0..row.text.len())
    }
}

/// Returns what the column of the field `name` says, if it is no field.
fn role_of_field(name: &str, kind: ExportKind) -> Option<Role> {
    role(name).filter(|role| kind != ExportKind::Plain || *role != Role::Fields)
}

/// Returns what the name of a file says about everybody in it. With many services, those who left are exported apart, with
/// the same columns as those who get mail; so are Mailchimp's contacts who never subscribed.
fn named(name: &str, kind: ExportKind) -> Option<ListedAs> {
    let begins = |word: &str| name.starts_with(word);
    let unsubscribed = ListedAs::Left(SuppressionReason::Unsubscribed, None);
    let bounced = ListedAs::Left(SuppressionReason::Bounced, None);
    match kind {
        // It states itself who left.
        ExportKind::Own => None,
        ExportKind::Mailchimp
            if ["nonsubscribed", "non-subscribed", "non_subscribed"].iter().any(|word| begins(word)) =>
        {
            Some(ListedAs::Unconfirmed)
        }
        ExportKind::Mailchimp if begins("cleaned") => Some(bounced),
        _ if begins("unsubscribed") || begins("unsubscribes") => Some(unsubscribed),
        _ if begins("bounced") || begins("bounces") => Some(bounced),
        _ => None,
    }
}

/// What the cells of a row say beside who gets mail.
#[derive(Default)]
struct Said {
    signed_up: Option<(DateTime<Utc>, String)>,
    signed_up_ip: Option<IpAddr>,
    confirmed: Option<(DateTime<Utc>, String)>,
    confirmed_ip: Option<IpAddr>,
    created: Option<DateTime<Utc>>,
    left: Option<DateTime<Utc>>,
    bounced: Option<DateTime<Utc>>,
    complained: Option<DateTime<Utc>>,
    tags: BTreeSet<String>,
    fields: BTreeMap<String, String>,
}

impl Said {
    fn hear(&mut self, role: Role, cell: &str, column: &str) {
        if cell.is_empty() {
            return;
        }
        let stated = |at: Option<DateTime<Utc>>| at.map(|at| (at, column.to_owned()));
        match role {
            Role::SignedUpAt => self.signed_up = self.signed_up.take().or_else(|| stated(time::time(cell))),
            Role::SignedUpIp => self.signed_up_ip = self.signed_up_ip.or(cell.parse().ok()),
            Role::ConfirmedAt => self.confirmed = self.confirmed.take().or_else(|| stated(time::time(cell))),
            Role::ConfirmedIp => self.confirmed_ip = self.confirmed_ip.or(cell.parse().ok()),
            Role::CreatedAt => self.created = self.created.or(time::time(cell)),
            Role::LeftAt => self.left = self.left.or(time::time(cell)),
            Role::BouncedAt => self.bounced = self.bounced.or(time::time(cell)),
            Role::ComplainedAt => self.complained = self.complained.or(time::time(cell)),
            Role::Tags => self.tags.extend(words::words(cell)),
            Role::Fields => self.fields.extend(words::object(cell)),
        }
    }
}

/// The rows of an export, read from its file one at a time.
pub struct ExportRows<'a> {
    rows: Rows<'a>,
    export: &'a Export,
}

impl ExportRows<'_> {
    /// Returns the SHA-256 of what has been read so far, in hex.
    pub fn digest(&self) -> String {
        self.rows.text().digest()
    }
}

impl Iterator for ExportRows<'_> {
    /// Errors if the file cannot be read any further.
    type Item = Result<ExportRow, Problems>;

    fn next(&mut self) -> Option<Self::Item> {
        let ListRow { line, text, entry } = match self.rows.next()? {
            Ok(row) => row,
            Err(problems) => return Some(Err(problems)),
        };
        let entry = match entry {
            Err(rejection) => Err(rejection.diagnostic),
            Ok(listed) => {
                let address = listed.subscriber.address.clone();
                let row = RowText { line, text: &text };
                let entry = self.export.entry(row, listed, self.rows.cells());
                entry.map(|entry| (address, entry)).map_err(Box::new)
            }
        };
        Some(Ok(ExportRow { line, entry }))
    }
}
