//! Identifies an issue: by its number, or by its date.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// The number of an issue, from 1, or the date that takes its place: `20261128` stands for 2026-11-28, in the ledger too.
/// Dated issues come after numbered ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IssueNumber(pub u32);

impl IssueNumber {
    /// Returns the number that `date` stands for.
    pub fn from_date(date: NaiveDate) -> Self {
        let year = u32::try_from(date.year()).unwrap_or_default();
        Self(year * 10_000 + date.month() * 100 + date.day())
    }

    /// Returns the date that takes the place of a number. A number of eight digits that can be a date is one.
    pub fn date(self) -> Option<NaiveDate> {
        let year = i32::try_from(self.0 / 10_000).ok().filter(|year| (1000..=9999).contains(year))?;
        NaiveDate::from_ymd_opt(year, self.0 / 100 % 100, self.0 % 100)
    }

    /// Returns the beginning of the names of its files: `042`, or `2026-11-28`.
    pub fn file_stem(self) -> String {
        if self.date().is_some() { self.to_string() } else { format!("{:03}", self.0) }
    }

    /// Splits the name of a file or folder into the number it begins with, as written, and the rest: `042-slug` into `042`
    /// and `-slug`, `2026-11-28-slug` into `2026-11-28` and `-slug`.
    pub fn split(name: &str) -> Option<(Self, &str, &str)> {
        let is_date = |head: &str| {
            let is_separator = |at: usize| at == 4 || at == 7;
            head.bytes()
                .enumerate()
                .all(|(at, byte)| if is_separator(at) { byte == b'-' } else { byte.is_ascii_digit() })
        };
        let date = name.get(..10).filter(|head| is_date(head)).and_then(|head| head.parse::<NaiveDate>().ok());
        let dated = date.map(|date| (Self::from_date(date), 10));
        // `2026-11-281` is no date with a digit after it.
        let is_whole = |end: usize| !name[end..].starts_with(|letter: char| letter.is_ascii_digit());
        let dated = dated.filter(|&(number, end)| number.date().is_some() && is_whole(end));
        let (number, end) = dated.or_else(|| {
            let end = name.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(name.len());
            let number = name[..end].parse().ok().filter(|&number: &u32| number > 0)?;
            Some((Self(number), end))
        })?;
        Some((number, &name[..end], &name[end..]))
    }

    /// Returns the number of the issue whose page is or was in the folder `name` of the web archive; `None` for a name that
    /// no page can have.
    pub fn of_path(name: &str) -> Option<Self> {
        let (number, written, _) = Self::split_slug(name)?;
        (number.to_string() == written).then_some(number)
    }

    /// Splits the name of an issue's file, without its extension, or of its folder in the web archive: the number, the
    /// number as written, and the slug, or nothing. `None` for any other name.
    pub fn split_slug(name: &str) -> Option<(Self, &str, &str)> {
        let (number, written, rest) = Self::split(name)?;
        let slug = if rest.is_empty() { "" } else { rest.strip_prefix('-').filter(|slug| !slug.is_empty())? };
        let is_slug = slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        is_slug.then_some((number, written, slug))
    }
}

/// Parses `42`, `042`, `2026-11-28` and `20261128`.
impl FromStr for IssueNumber {
    type Err = NotAnIssueNumber;

    fn from_str(text: &str) -> Result<Self, NotAnIssueNumber> {
        match Self::split(text) {
            Some((number, _, "")) => Ok(number),
            _ => Err(NotAnIssueNumber),
        }
    }
}

/// A text that is not the number of an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnIssueNumber;

impl fmt::Display for NotAnIssueNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not an issue number: one is like `42` or `2026-11-28`")
    }
}

impl std::error::Error for NotAnIssueNumber {}

impl fmt::Display for IssueNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.date() {
            Some(date) => date.fmt(formatter),
            None => self.0.fmt(formatter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_date_are_read_as_they_are_written() {
        let cases = [
            ("1", 1, "1", "001"),
            ("042", 42, "42", "042"),
            ("1234", 1234, "1234", "1234"),
            ("2026-11-28", 20_261_128, "2026-11-28", "2026-11-28"),
            ("20261128", 20_261_128, "2026-11-28", "2026-11-28"),
            ("20261328", 20_261_328, "20261328", "20261328"),
            ("4294967295", u32::MAX, "4294967295", "4294967295"),
        ];
        for (text, number, shown, stem) in cases {
            let read: IssueNumber = text.parse().unwrap();
            assert_eq!((read.0, read.to_string().as_str(), read.file_stem().as_str()), (number, shown, stem), "{text}");
        }
        for text in
            ["", "0", "+1", "-1", "4294967296", "2026-13-01", "2026-2-3", "2026-11-281", "x", "42x", "0999-01-01"]
        {
            assert_eq!(text.parse::<IssueNumber>(), Err(NotAnIssueNumber), "{text}");
        }
    }

    #[test]
    fn a_dated_issue_comes_after_a_numbered_one_and_dates_are_in_order() {
        let ordered =
            ["1", "41", "2025-12-31", "2026-01-01", "2026-11-28"].map(|text| text.parse::<IssueNumber>().unwrap());
        assert!(ordered.is_sorted());
    }

    #[test]
    fn the_folder_of_a_page_names_its_issue() {
        let cases = [
            ("42", Some("42")),
            ("42-slug", Some("42")),
            ("2026-11-28", Some("2026-11-28")),
            ("2026-11-28-a-slug", Some("2026-11-28")),
            ("042-slug", None),
            ("20261128-slug", None),
            ("42-", None),
            ("2026-11-28-", None),
            ("42-Slug", None),
            ("about", None),
        ];
        for (name, number) in cases {
            assert_eq!(IssueNumber::of_path(name).map(|number| number.to_string()).as_deref(), number, "{name}");
        }
    }
}
