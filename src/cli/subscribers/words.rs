//! Reads addresses and tags of the command line.

use crate::app::failure::Failure;
use crate::model::EmailAddress;

/// What stands before a tag to be removed, beside a hyphen.
pub(super) const MINUS: char = '\u{2212}';

/// Reads an address of the command line.
pub(super) fn address(word: &str) -> Result<EmailAddress, Failure> {
    EmailAddress::parse(word).map_err(|error| Failure::usage(format!("`{word}` is not an address: {error}")))
}

/// Reads a tag of the command line.
pub(super) fn tag(word: &str) -> Result<String, String> {
    let tag = word.trim();
    if tag.is_empty() || tag.chars().any(char::is_control) {
        return Err("a tag is a word or a few words".to_owned());
    }
    Ok(tag.to_owned())
}
