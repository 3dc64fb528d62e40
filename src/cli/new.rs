//! `newsletter new [N]`: the next issue, from `issues/_template.toml`.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use chrono::{Datelike, Days, NaiveDate};
use clap::Args;
use toml::Value;

use super::{Exit, Failure, Global, clock};
use crate::load::{ISSUES_FOLDER, LoadedIssue, Newsletter, fill_template, issue_template, issues, slug};

/// Arguments of `new`.
#[derive(Debug, Args)]
pub struct Options {
    /// Number of the issue; one more than the newest when not given
    #[arg(value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    number: Option<u32>,
    /// Its title
    #[arg(long, value_parser = one_line)]
    title: Option<String>,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let files = issues(&newsletter.root)?;
    let latest = files.last();
    let number = options.number.unwrap_or_else(|| latest.map_or(1, |latest| latest.number.0.saturating_add(1)));
    if let Some(file) = files.iter().find(|file| file.number.0 == number) {
        let path = shown(&file.path, &global.directory);
        return Err(Failure::new(Exit::NotStarted, format!("issue {number} is there already: `{path}`"))
            .hint(format!("`newsletter preview {number}` shows it"))
            .into());
    }
    let latest_date = latest.and_then(|file| LoadedIssue::read(&newsletter, file).ok()).map(|loaded| loaded.issue.date);
    let date = next_date(latest_date, clock::now().date_naive());
    let mut values = vec![
        ("number", Value::Integer(number.into())),
        ("date", Value::Datetime(date.to_string().parse().context("a day is a TOML date")?)),
        ("draft", Value::Boolean(true)),
    ];
    let title = options.title.as_deref().filter(|title| !title.is_empty());
    values.extend(title.map(|title| ("title", Value::String(title.to_owned()))));
    let issue = fill_template(&issue_template(&newsletter.root)?, &values)?;

    let name = match title.map(slug).filter(|slug| !slug.is_empty()) {
        Some(slug) => format!("{number:03}-{slug}.toml"),
        None => format!("{number:03}.toml"),
    };
    let path = newsletter.root.join(ISSUES_FOLDER).join(name);
    fs::create_dir_all(newsletter.root.join(ISSUES_FOLDER))
        .with_context(|| format!("cannot make the folder `{ISSUES_FOLDER}`"))?;
    write_new(&path, issue.as_bytes())?;
    writeln!(std::io::stdout().lock(), "{}", shown(&path, &global.directory))?;
    Ok(Exit::Done)
}

/// A title as somebody may type it: one line, without spaces around it.
fn one_line(text: &str) -> Result<String, &'static str> {
    if text.chars().any(char::is_control) { Err("a title is one line of text") } else { Ok(text.trim().to_owned()) }
}

/// A week after the latest issue, then week by week until it is not before `today`; `today` without an issue.
fn next_date(latest: Option<NaiveDate>, today: NaiveDate) -> NaiveDate {
    let Some(latest) = latest else { return today };
    let next = latest.checked_add_days(Days::new(7)).unwrap_or(latest);
    if next >= today {
        return next;
    }
    let days = (7 + latest.weekday().num_days_from_monday() - today.weekday().num_days_from_monday()) % 7;
    today.checked_add_days(Days::new(days.into())).unwrap_or(today)
}

/// Writes a file that must not be there yet.
pub(super) fn write_new(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let written = fs::File::create_new(path).and_then(|mut file| file.write_all(content));
    written.with_context(|| format!("cannot write `{}`", path.display()))
}

/// `path` as somebody in `directory` would write it.
fn shown(path: &Path, directory: &Path) -> String {
    let directory = directory.canonicalize().unwrap_or_default();
    path.strip_prefix(directory).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_next_issue_is_on_the_same_weekday_and_not_in_the_past() {
        let cases = [
            (Some("2026-11-24"), "2026-11-22", "2026-12-01"),
            (Some("2026-11-17"), "2026-11-22", "2026-11-24"),
            (Some("2026-11-17"), "2026-11-24", "2026-11-24"),
            (Some("2026-01-06"), "2026-11-22", "2026-11-24"),
            (Some("2026-01-06"), "2026-11-25", "2026-12-01"),
            (None, "2026-11-22", "2026-11-22"),
        ];
        for (latest, today, next) in cases {
            assert_eq!(next_date(latest.map(day), day(today)), day(next), "{latest:?} {today}");
        }
    }
}
