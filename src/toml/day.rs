//! Understands days as people write them.

use chrono::{Datelike, Months, NaiveDate};

/// The beginnings of the names of months, in English and its neighbours.
const MONTHS: [(&str, u32); 27] = [
    ("jan", 1),
    ("ene", 1),
    ("gen", 1),
    ("feb", 2),
    ("fév", 2),
    ("fev", 2),
    ("mar", 3),
    ("mär", 3),
    ("mrt", 3),
    ("apr", 4),
    ("avr", 4),
    ("abr", 4),
    ("may", 5),
    ("mai", 5),
    ("mei", 5),
    ("mag", 5),
    ("juin", 6),
    ("jun", 6),
    ("jul", 7),
    ("juil", 7),
    ("aug", 8),
    ("aoû", 8),
    ("ago", 8),
    ("sep", 9),
    ("okt", 10),
    ("oct", 10),
    ("nov", 11),
];

/// Returns the days that `text` may mean: two for `11/12/2026`, none for what is not a day.
pub(super) fn days(text: &str) -> Vec<NaiveDate> {
    let text = &without_time(&western_digits(text));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() == 8 && digits == *text {
        return day(&digits[..4], &digits[4..6], &digits[6..]).into_iter().collect();
    }
    let words: Vec<&str> =
        text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let words = words_of_east_asia(&words);
    let months: Vec<u32> = words.iter().filter_map(|word| month(word)).collect();
    let numbers: Vec<&str> = words.iter().filter_map(|word| number(word)).collect();
    let found: Vec<Option<NaiveDate>> = match (months[..].first(), &numbers[..]) {
        (Some(month), [one, other]) => {
            let month = month.to_string();
            let (year, one_day) = if one.len() == 4 { (one, other) } else { (other, one) };
            vec![day(year, &month, one_day)]
        }
        (None, [year, month, last]) if year.len() == 4 => vec![day(year, month, last)],
        (None, [first, second, year]) if words.len() == 3 => vec![day(year, second, first), day(year, first, second)],
        _ => Vec::new(),
    };
    let mut found: Vec<NaiveDate> = found.into_iter().flatten().collect();
    found.dedup();
    found
}

/// Returns why `text`, which has the form of a day, is none; `None` for what has no such form, and for a day.
pub(super) fn why_no_day(text: &str) -> Option<String> {
    let text = &without_time(&western_digits(text));
    let numbers: Vec<&str> = text.split(['-', '/', '.']).map(str::trim).collect();
    let [first, middle, last] = numbers[..] else { return None };
    let (year, month, one_day) = match (first.len(), middle.len(), last.len()) {
        (4, 1..=2, 1..=2) => (first, middle, last),
        (1..=2, 1..=2, 4) => (last, middle, first),
        _ => return None,
    };
    let (year, month, one_day): (i32, u32, u32) = (year.parse().ok()?, month.parse().ok()?, one_day.parse().ok()?);
    let Some(start) = NaiveDate::from_ymd_opt(year, month, 1) else {
        return Some(format!("there is no month {month}: write year, month and day, `2026-11-24`"));
    };
    let last_day = (start + Months::new(1)).pred_opt()?.day();
    (!(1..=last_day).contains(&one_day))
        .then(|| format!("there is no day {one_day}: {} has {last_day} days", start.format("%B %Y")))
}

/// `text` without quotes, and without the time behind a day.
fn without_time(text: &str) -> String {
    let text = text.trim().trim_matches(['"', '\'', '“', '”', ',']).trim();
    let day = text.split_once(':').map_or(text, |(before, _)| {
        before.trim_end_matches(|letter: char| letter.is_ascii_digit()).trim_end_matches(['T', 't', ' ', ','])
    });
    day.to_owned()
}

/// `text` with the digits of Arabic, Persian and Hindi, and those as wide as Chinese characters, in the form of TOML.
fn western_digits(text: &str) -> String {
    let digit = |letter: char| {
        let zeros = ['\u{660}', '\u{6f0}', '\u{966}', '\u{ff10}'];
        let values = zeros.iter().filter_map(|zero| u32::from(letter).checked_sub(u32::from(*zero)));
        values.filter(|value| *value < 10).find_map(|value| char::from_digit(value, 10))
    };
    text.chars().map(|letter| digit(letter).unwrap_or(letter)).collect()
}

/// Splits `2026年11月28日` at its signs.
fn words_of_east_asia<'t>(words: &[&'t str]) -> Vec<&'t str> {
    let split = |word: &&'t str| {
        let word: &'t str = word;
        word.split(['年', '月', '日', '년', '월', '일']).filter(|part| !part.is_empty()).collect::<Vec<_>>()
    };
    words.iter().flat_map(split).collect()
}

fn month(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    // December begins alike nearly everywhere: dec, dez, déc, dic.
    let is_last = word.starts_with('d') && word.chars().nth(2).is_some_and(|third| "cz".contains(third));
    let named = MONTHS.iter().filter(|(name, _)| word.starts_with(name)).max_by_key(|(name, _)| name.len());
    named.map(|(_, month)| *month).or(is_last.then_some(12))
}

/// The digits of `28`, `28th`, `1er`.
fn number(word: &str) -> Option<&str> {
    let end = word.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(word.len());
    let is_ordinal = matches!(&word[end..], "" | "st" | "nd" | "rd" | "th" | "er" | "e" | "º");
    (end > 0 && is_ordinal).then(|| &word[..end])
}

fn day(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let year: i32 = match (year.len(), year.parse().ok()?) {
        (4, year @ 1900..=9999) => year,
        (2, year) => 2000 + year,
        _ => return None,
    };
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}
