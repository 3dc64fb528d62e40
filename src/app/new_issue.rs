//! Creates the next issue from `issues/_template.toml`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::{Datelike, Days, NaiveDate};
use toml::Value;

use super::failure::Failure;
use super::new_file::write_new;
use crate::config::Newsletter;
use crate::fs::atomic_file::Access;
use crate::issue::{ISSUES_FOLDER, fill_template, issue_files, issue_template, slug};
use crate::model::IssueNumber;

/// Creates issue `number`, by default the one after the newest, and returns its file.
///
/// Errors when the issue exists already. `directory` is the folder its path is shown relative to.
pub(crate) fn create_issue(
    newsletter: &Newsletter,
    number: Option<IssueNumber>,
    title: Option<&str>,
    today: NaiveDate,
    directory: &Path,
) -> anyhow::Result<PathBuf> {
    let files = issue_files(&newsletter.root)?;
    let latest = files.last();
    let latest_date = latest.and_then(|file| newsletter.read_issue(file).ok()).map(|loaded| loaded.issue.date);
    let latest_date = latest_date.or_else(|| latest.and_then(|file| file.number.date()));
    let next_date = next_date(latest_date, today);
    let following = || match latest {
        Some(latest) if latest.number.date().is_some() => IssueNumber::from_date(next_date),
        Some(latest) => IssueNumber(latest.number.0.saturating_add(1)),
        None => IssueNumber(1),
    };
    let number = number.unwrap_or_else(following);
    let date = number.date().unwrap_or(next_date);
    if let Some(file) = files.iter().find(|file| file.number == number) {
        let path = relative_to(&file.path, directory);
        return Err(Failure::not_started(format!("issue {number} already exists: `{}`", path.display()))
            .hint(format!("`newsletter preview {number}` shows it"))
            .into());
    }
    let mut values = vec![
        ("number", number.date().is_none().then_some(Value::Integer(number.0.into()))),
        ("date", Some(Value::Datetime(date.to_string().parse().context("a day is a TOML date")?))),
        ("draft", Some(Value::Boolean(true))),
    ];
    values.extend(title.map(|title| ("title", Some(Value::String(title.to_owned())))));
    let issue = fill_template(&issue_template(&newsletter.root)?, &values)?;
    let name = match title.map(slug).filter(|slug| !slug.is_empty()) {
        Some(slug) => format!("{}-{slug}.toml", number.file_stem()),
        None => format!("{}.toml", number.file_stem()),
    };
    let folder = newsletter.root.join(ISSUES_FOLDER);
    fs::create_dir_all(&folder).with_context(|| format!("cannot create the folder `{ISSUES_FOLDER}`"))?;
    let path = folder.join(name);
    write_new(&path, Access::Shared, issue.as_bytes())?;
    Ok(relative_to(&path, directory))
}

/// Returns a week after the latest issue, then week by week until it is not before `today`; `today` without an issue.
fn next_date(latest: Option<NaiveDate>, today: NaiveDate) -> NaiveDate {
    let Some(latest) = latest else { return today };
    let next = latest.checked_add_days(Days::new(7)).unwrap_or(latest);
    if next >= today {
        return next;
    }
    let days = (7 + latest.weekday().num_days_from_monday() - today.weekday().num_days_from_monday()) % 7;
    today.checked_add_days(Days::new(days.into())).unwrap_or(today)
}

/// Returns `path` relative to `directory`, if it lies in it.
fn relative_to(path: &Path, directory: &Path) -> PathBuf {
    let directory = directory.canonicalize().unwrap_or_default();
    path.strip_prefix(directory).unwrap_or(path).to_owned()
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
