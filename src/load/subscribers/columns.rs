//! What the heading of a list says about its columns.

use std::ops::Range;
use std::sync::Arc;

use csv::StringRecord;

use crate::diagnostic::{Diagnostic, SourceFile};
use crate::load::Problems;

/// What a column is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    /// Where mail goes.
    Email,
    /// A status word.
    Status,
    /// Yes or no; `no` means unsubscribed (Ghost).
    WantsMail,
    /// Yes or no; `yes` means unsubscribed (Substack).
    WantsNoMail,
    /// A time; anything but nothing means unsubscribed (Mailchimp, Ghost, beehiiv, Buttondown).
    LeftAt,
    /// A time; anything but nothing means that mail bounced (Mailchimp).
    CleanedAt,
    /// A value for letters, by the name slots use.
    Field(String),
    /// No name: its cells are not used.
    Nameless,
}

/// The columns of a list.
#[derive(Debug)]
pub(super) struct Columns {
    /// Each column, in order.
    pub(super) all: Vec<Column>,
    /// The names as the file writes them, for messages.
    pub(super) names: Vec<String>,
    /// The column whose value is also the name, in a list that has first names and no names.
    pub(super) first_name: Option<usize>,
}

/// The headings that mean the address: ours and those of Mailchimp (English and German), Buttondown, Substack, Ghost and
/// listmonk exports, as [`normal`] writes them.
const EMAIL: [&str; 8] = [
    "email",
    "e-mail",
    "email_address",
    "e-mail_address",
    "e-mail-adresse",
    "e-mail_adresse",
    "deine_e-mail_adresse",
    "mail",
];

impl Columns {
    /// Reads the heading, whose cells stand at `spans` of `source`.
    ///
    /// Errors when no column or more than one is the address, two columns have one name, or a name holds rows.
    pub(super) fn read(
        heading: &StringRecord,
        spans: &[Range<usize>],
        source: &Arc<SourceFile>,
    ) -> Result<(Self, Vec<Diagnostic>), Problems> {
        let names: Vec<String> = heading.iter().map(|name| name.trim().to_owned()).collect();
        let keys: Vec<String> = names.iter().map(|name| normal(name)).collect();
        // Only Buttondown's `type` is a status; anybody's own column of that name is just a field.
        let from_buttondown = keys.iter().any(|key| key == "creation_date");
        let all: Vec<Column> = keys.iter().map(|key| column(key, from_buttondown)).collect();
        let mut problems = Vec::new();
        let mut warnings = Vec::new();
        for (index, (column, span)) in all.iter().zip(spans).enumerate() {
            let name = &names[index];
            let same = (0..index).find(|&earlier| match column {
                Column::Email | Column::Field(_) => all[earlier] == *column,
                _ => false,
            });
            if let Some(earlier) = same {
                let message = if *column == Column::Email {
                    format!("`{}` and `{name}` are both the address", names[earlier])
                } else {
                    format!("two columns are called `{name}`")
                };
                problems.push(Diagnostic::error(message, source, span.clone()).help("rename or delete one of them"));
            }
            // A name may go on over lines; with an address in it, they are rows that nobody would get mail by.
            if name.contains('\n') && name.contains('@') {
                problems.push(
                    Diagnostic::error("this quote is closed only after rows", source, span.clone())
                        .help("close it where the name of the column ends"),
                );
            }
            if *column == Column::Nameless {
                let message = format!("column {} has no name; its cells are not used", index + 1);
                warnings.push(Diagnostic::warning(message, source, span.clone()));
            }
        }
        if !all.contains(&Column::Email) {
            problems.insert(0, no_email(&names, spans, source));
        }
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let has = |name: &str| all.iter().position(|column| matches!(column, Column::Field(field) if field == name));
        let first_name = if has("name").is_none() { has("first_name") } else { None };
        Ok((Self { all, names, first_name }, warnings))
    }
}

/// A heading as slots write it: `First Name` is `first_name`.
fn normal(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join("_")
}

fn column(key: &str, from_buttondown: bool) -> Column {
    match key {
        "" => Column::Nameless,
        _ if EMAIL.contains(&key) => Column::Email,
        "status" | "subscriber_type" => Column::Status,
        "type" if from_buttondown => Column::Status,
        "subscribed_to_emails" => Column::WantsMail,
        "email_disabled" => Column::WantsNoMail,
        "unsub_time" | "unsubscribed_at" | "unsubscription_date" | "deleted_at" => Column::LeftAt,
        "clean_time" => Column::CleanedAt,
        _ => Column::Field(key.to_owned()),
    }
}

fn no_email(names: &[String], spans: &[Range<usize>], source: &Arc<SourceFile>) -> Diagnostic {
    let line = spans.first().map_or(0, |span| span.start)..spans.last().map_or(0, |span| span.end);
    if let Some(index) = names.iter().position(|name| name.contains('@')) {
        return Diagnostic::error("the first line is not a heading", source, spans[index].clone())
            .help("the first line names the columns: put `email` above the addresses");
    }
    let likeness = |name: &str| strsim::jaro_winkler(&normal(name), "email");
    let nearest = (0..names.len()).max_by(|&a, &b| likeness(&names[a]).total_cmp(&likeness(&names[b])));
    match nearest.filter(|&index| likeness(&names[index]) > 0.8) {
        Some(index) => Diagnostic::error("no column is called `email`", source, spans[index].clone())
            .help(format!("did you mean to call `{}` `email`?", names[index])),
        None => Diagnostic::error("no column is called `email`", source, line)
            .help("the first line names the columns, such as `email,name`"),
    }
}
