//! Writes the sentences at the end of a letter: the writer, and the reason a subscriber gets it.

use crate::model::{Publication, Word};

/// Returns the sentence that names the writer, if the sender's name differs from the newsletter's.
pub fn writer(publication: &Publication) -> Option<String> {
    let name = publication.from.name.as_deref().filter(|&name| name != publication.name)?;
    Some(publication.words.filled(Word::Writer, &[("newsletter", &publication.name), ("name", name)]))
}

/// Returns the reason this reader gets the letter. The configured reason is half a sentence (`because you ...`) or a
/// sentence of its own.
pub fn reason(publication: &Publication, address: &str) -> String {
    let reason = publication.reason.trim().trim_end_matches('.');
    let goes = publication.words.filled(Word::SentTo, &[("address", address)]);
    match reason.chars().next() {
        None => format!("{goes}."),
        Some(first) if first.is_lowercase() => format!("{goes} {reason}."),
        Some(_) => format!("{goes}. {reason}."),
    }
}
