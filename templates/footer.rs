//! Writes the end of a letter: the writer, the reason a subscriber gets it, and the way in for others.

use crate::model::{Publication, Subscription, Word};

/// Returns the sentence that names the writer, if the sender's name differs from the newsletter's.
pub fn writer(publication: &Publication) -> Option<String> {
    let name = publication.from.name.as_deref().filter(|&name| name != publication.name)?;
    Some(publication.words.filled(Word::Writer, &[("newsletter", &publication.name), ("name", name)]))
}

/// Returns where a reader who did not subscribe is led, and the word for it: to subscribe, or to the archive.
pub fn entrance(publication: &Publication) -> (&str, Word) {
    match publication.subscription.as_ref().map(Subscription::url) {
        Some(url) if url.starts_with("mailto:") => (url, Word::SubscribeByMail),
        Some(url) => (url, Word::Subscribe),
        None => (&publication.site, Word::AllIssues),
    }
}

/// Returns the reason this reader gets the letter. The configured reason is half a sentence (`because you ...`) or a
/// sentence of its own.
pub fn reason(publication: &Publication, address: &str) -> String {
    let words = &publication.words;
    let stop = words.full_stop();
    let goes = words.filled(Word::SentTo, &[("address", address)]);
    let reason = publication.reason.trim();
    // A small letter continues a sentence only where sentences begin with a capital: `letter.example.orgで購読された`.
    let has_capitals = words.of(Word::SentTo).chars().any(char::is_uppercase);
    match reason.chars().next() {
        None => stop.after(&goes),
        Some(first) if first.is_lowercase() && has_capitals => format!("{goes} {}", stop.after(reason)),
        Some(_) => format!("{}{}{}", stop.after(&goes), stop.space, stop.after(reason)),
    }
}
