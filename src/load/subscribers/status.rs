//! Whether a row of the list may get mail.

use std::fmt;

/// Why somebody on the list gets no mail. Later ones are more restrictive: of two rows with one address the more restrictive
/// wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// They have not confirmed that they want it.
    Pending,
    /// They asked for no more.
    Unsubscribed,
    /// Their address did not take mail.
    Bounced,
    /// They reported it as spam.
    Complained,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Pending => "pending",
            Self::Unsubscribed => "unsubscribed",
            Self::Bounced => "bounced",
            Self::Complained => "complained",
        })
    }
}

/// The words for a status that the help for an unknown one offers.
pub(super) const WORDS: [&str; 5] = ["active", "pending", "unsubscribed", "bounced", "complained"];

/// A word nobody knows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UnknownWord;

/// What the status cell `word` says: nothing, or why they get no mail.
///
/// Besides our own words these are the ones Buttondown (`type`), listmonk and beehiiv (`status`) export.
pub(super) fn parse(word: &str) -> Result<Option<SkipReason>, UnknownWord> {
    let reason = match word.to_ascii_lowercase().as_str() {
        "" | "active" | "subscribed" | "confirmed" | "enabled" | "regular" | "premium" | "gifted" | "trialed" => None,
        "pending" | "unconfirmed" | "unactivated" => Some(SkipReason::Pending),
        "unsubscribed" | "removed" | "inactive" | "disabled" | "blocklisted" | "blocked" => {
            Some(SkipReason::Unsubscribed)
        }
        "bounced" | "cleaned" | "undeliverable" => Some(SkipReason::Bounced),
        "complained" => Some(SkipReason::Complained),
        _ => return Err(UnknownWord),
    };
    Ok(reason)
}

/// What a yes-or-no cell says; `None` when it says neither.
pub(super) fn parse_flag(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_offered_are_known_and_mean_what_they_say() {
        let meanings = WORDS.map(|word| parse(word).unwrap().map_or("active".to_owned(), |reason| reason.to_string()));
        assert_eq!(meanings, WORDS);
    }
}
