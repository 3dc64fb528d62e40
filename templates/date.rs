//! Formats dates for readers.

use chrono::{Datelike, NaiveDate};

use crate::model::Direction;

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

/// Returns `24 November 2026` if `language` (BCP 47) is English, and `2026-11-24` (ISO 8601) in every other language,
/// because digits are understood everywhere and English months are not.
///
/// Between Arabic words the parts of such a date would change places (UAX 9, W2). In right-to-left text an invisible mark
/// (LRM) keeps them in order, in every client and in the text part.
pub fn long(date: NaiveDate, language: &str, direction: Direction) -> String {
    let primary = language.split('-').next().unwrap_or_default();
    if !primary.eq_ignore_ascii_case("en") {
        let mark = if direction == Direction::RightToLeft { "\u{200e}" } else { "" };
        return format!("{mark}{}", date.format("%Y-%m-%d"));
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
            assert_eq!(long(date, language, Direction::LeftToRight), expected, "{language}");
        }
        assert_eq!(long(date, "ar", Direction::RightToLeft), "\u{200e}2026-11-04");
    }
}
