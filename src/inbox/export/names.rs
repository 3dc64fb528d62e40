//! Knows what programs call the parts of a saved link, and how they write days and tags.

use chrono::{DateTime, NaiveDate};

/// Names of the address, the best first.
pub(super) const URL: [&str; 6] = ["url", "link", "href", "uri", "given_url", "resolved_url"];
/// Names of the title.
pub(super) const TITLE: [&str; 5] = ["title", "name", "given_title", "resolved_title", "article_title"];
/// Names of the words of the person who saved it. `description` and `excerpt` are the page's own in most programs.
pub(super) const NOTE: [&str; 6] = ["note", "notes", "comment", "comments", "annotation", "document note"];
/// Names of the tags.
pub(super) const TAGS: [&str; 4] = ["tags", "labels", "document tags", "keywords"];
/// Names of the day it was saved.
pub(super) const SAVED: [&str; 14] = [
    "created",
    "createdat",
    "created_at",
    "time_added",
    "timestamp",
    "savedat",
    "saved_at",
    "saved date",
    "date_added",
    "dateadded",
    "add_date",
    "date",
    "time",
    "added",
];

/// Parses a day: seconds, milliseconds or microseconds since 1970, or a date at the beginning.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    if text.len() >= 9 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds: i64 = match text.len() {
            ..=11 => text.parse().ok()?,
            12..=14 => text[..text.len() - 3].parse().ok()?,
            _ => text[..text.len() - 6].parse().ok()?,
        };
        return DateTime::from_timestamp(seconds, 0).map(|time| time.date_naive());
    }
    text.get(..10)?.parse().ok()
}

/// Splits tags that are written as JSON, or with commas, bars or semicolons between them.
pub(super) fn tags(text: &str) -> Vec<String> {
    if let Ok(tags) = serde_json::from_str::<Vec<String>>(text) {
        return tags.iter().filter_map(|tag| tag_word(tag)).collect();
    }
    text.split([',', '|', ';']).filter_map(tag_word).collect()
}

/// Returns a tag as one word.
pub(super) fn tag_word(text: &str) -> Option<String> {
    let words: Vec<&str> = text.trim().trim_start_matches('#').split_whitespace().collect();
    let tag: String =
        words.join("-").chars().filter(|character| character.is_alphanumeric() || "-_/".contains(*character)).collect();
    tag.chars().next().is_some_and(char::is_alphabetic).then_some(tag)
}

/// Whether a value is the address of a page.
pub(super) fn is_web(text: &str) -> bool {
    let text = text.trim();
    let start = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    (start.starts_with("http://") || start.starts_with("https://")) && !text.contains(char::is_whitespace)
}

/// Returns text on one line, if there is any.
pub(super) fn line(text: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}
