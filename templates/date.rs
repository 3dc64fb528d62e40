//! Formats dates for readers.

use chrono::{Datelike, NaiveDate};

use crate::model::{Direction, MONTH_SEPARATORS, Publication, Word, Words};

/// Returns the date as readers see it. English has `24 November 2026`, any other language `2026-11-24` (ISO 8601), because
/// digits are understood everywhere and English months are not; unless `[words]` says how dates are written.
///
/// Between Arabic words the parts of a date in digits would change places (UAX 9, W2). In right-to-left text an invisible
/// mark (LRM) keeps them in order, in every client and in the text part.
pub fn long(date: NaiveDate, publication: &Publication) -> String {
    written(date, &publication.language, publication.direction, &publication.words)
}

/// Returns the date under a heading with its year: `24 Nov`. Where the newsletter says how it writes dates but not how it does
/// without the year, and in other languages than English, that is the whole date.
pub fn short(date: NaiveDate, publication: &Publication) -> String {
    let words = &publication.words;
    let is_own = words.replaces(Word::ShortDate);
    let is_english = is_english(&publication.language);
    if !is_own && (!is_english || words.replaces(Word::Date) || words.replaces(Word::Months)) {
        return long(date, publication);
    }
    let month = match month(date, words) {
        Some(name) if words.replaces(Word::Months) => name.to_owned(),
        // The first three letters of an English month are its usual abbreviation.
        Some(name) if is_english => name.chars().take(3).collect(),
        _ => date.month().to_string(),
    };
    words.filled(Word::ShortDate, &[("day", &date.day().to_string()), ("month", &month)])
}

fn is_english(language: &str) -> bool {
    language.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case("en"))
}

/// Returns the name of the month.
fn month(date: NaiveDate, words: &Words) -> Option<&str> {
    let mut months = words.of(Word::Months).split(MONTH_SEPARATORS).map(str::trim).filter(|name| !name.is_empty());
    months.nth(date.month0() as usize)
}

fn written(date: NaiveDate, language: &str, direction: Direction, words: &Words) -> String {
    let is_english = is_english(language);
    if !is_english && !words.replaces(Word::Date) && !words.replaces(Word::Months) {
        let mark = if direction == Direction::RightToLeft { "\u{200e}" } else { "" };
        return format!("{mark}{}", words.with_digits(&date.format("%Y-%m-%d").to_string()));
    }
    let name = month(date, words).filter(|_| is_english || words.replaces(Word::Months));
    let month = name.map_or_else(|| date.month().to_string(), str::to_owned);
    let (day, year) = (date.day().to_string(), date.year().to_string());
    words.filled(Word::Date, &[("day", &day), ("month", &month), ("year", &year)])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn said(language: &str, direction: Direction, own: &[(Word, &str)]) -> String {
        let own: BTreeMap<Word, String> = own.iter().map(|(word, text)| (*word, (*text).to_owned())).collect();
        written(NaiveDate::from_ymd_opt(2026, 11, 4).unwrap(), language, direction, &Words::new(own))
    }

    #[test]
    fn english_has_month_names_and_every_other_language_digits() {
        use Direction::{LeftToRight, RightToLeft};
        let arabic = "يناير، فبراير، مارس، أبريل، مايو، يونيو، يوليو، أغسطس، سبتمبر، أكتوبر، نوفمبر، ديسمبر";
        let cases = [
            (said("en", LeftToRight, &[]), "4 November 2026"),
            (said("en-GB", LeftToRight, &[]), "4 November 2026"),
            (said("en-US", LeftToRight, &[(Word::Date, "{month} {day}, {year}")]), "November 4, 2026"),
            (said("eno", LeftToRight, &[]), "2026-11-04"),
            (said("de", LeftToRight, &[(Word::Date, "{day}.{month}.{year}")]), "4.11.2026"),
            (said("ja", LeftToRight, &[(Word::Date, "{year}年{month}月{day}日")]), "2026年11月4日"),
            (said("ar", RightToLeft, &[]), "\u{200e}2026-11-04"),
            (said("fa", RightToLeft, &[(Word::Digits, "۰۱۲۳۴۵۶۷۸۹")]), "\u{200e}۲۰۲۶-۱۱-۰۴"),
            (said("ar", RightToLeft, &[(Word::Months, arabic), (Word::Digits, "٠١٢٣٤٥٦٧٨٩")]), "٤ نوفمبر ٢٠٢٦"),
        ];
        for (found, expected) in cases {
            assert_eq!(found, expected);
        }
    }
}
