//! Understands days as people write them.

use chrono::NaiveDate;

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
    // A time behind the day is not part of it.
    let text = text.trim().trim_matches(['"', '\'', '“', '”', ',']).trim();
    let text = text.split_once(':').map_or(text, |(before, _)| {
        before.trim_end_matches(|letter: char| letter.is_ascii_digit()).trim_end_matches(['T', 't', ' ', ','])
    });
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() == 8 && digits == text {
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
