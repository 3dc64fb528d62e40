//! Dates as people read them.

use chrono::{Datelike, NaiveDate};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `24 November 2026` when `language` (BCP 47) is English, `2026-11-24` (ISO 8601) in every other language: digits
/// are read everywhere, English months are not.
pub fn long(date: NaiveDate, language: &str) -> String {
    let primary = language.split('-').next().unwrap_or_default();
    if !primary.eq_ignore_ascii_case("en") {
        return date.format("%Y-%m-%d").to_string();
    }
    let month = MONTHS[date.month0() as usize];
    format!("{} {month} {}", date.day(), date.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_has_month_names_and_every_other_language_digits() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 4).unwrap();
        for (language, expected) in
            [("en", "4 November 2026"), ("en-GB", "4 November 2026"), ("eno", "2026-11-04"), ("de", "2026-11-04")]
        {
            assert_eq!(long(date, language), expected, "{language}");
        }
    }
}
