//! Describes what became of a message for one recipient.

use super::class::{Class, StatusCode};
use crate::model::EmailAddress;

/// The most characters of a server's words that are kept.
const MOST_WORDS: usize = 500;

/// What became of a message for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The address that failed, behind an alias if there was one. `None` if no address is named.
    pub recipient: Option<EmailAddress>,
    /// The address that was mailed, where the report says that it is another.
    pub original: Option<EmailAddress>,
    /// The reason.
    pub class: Class,
    /// The status code.
    pub status: Option<StatusCode>,
    /// The words of the server, on one line, without control characters, at most 500.
    pub text: String,
}

impl Report {
    pub(super) fn new(
        recipient: Option<EmailAddress>,
        original: Option<EmailAddress>,
        class: Class,
        status: Option<StatusCode>,
        text: &str,
    ) -> Self {
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = words.join(" ").chars().filter(|c| !c.is_control()).take(MOST_WORDS).collect();
        let original = original.filter(|original| Some(original) != recipient.as_ref());
        Self { recipient, original, class, status, text }
    }
}
