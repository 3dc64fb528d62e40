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

fn written(date: NaiveDate, language: &str, direction: Direction, words: &Words) -> String {
    let primary = language.split('-').next().unwrap_or_default();
    let is_english = primary.eq_ignore_ascii_case("en");
    if !is_english && !words.replaces(Word::Date) && !words.replaces(Word::Months) {
        let mark = if direction == Direction::RightToLeft { "\u{200e}" } else { "" };
        return format!("{mark}{}", words.with_digits(&date.format("%Y-%m-%d").to_string()));
    }
    let mut months = words.of(Word::Months).split(MONTH_SEPARATORS).map(str::trim).filter(|name| !name.is_empty());
    let name = months.nth(date.month0() as usize).filter(|_| is_english || words.replaces(Word::Months));
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
