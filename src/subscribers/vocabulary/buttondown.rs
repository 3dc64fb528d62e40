//! Interprets the sixteen subscriber types of Buttondown. They cover payment as well: a subscriber
//! that stopped paying still gets mail.

use crate::subscribers::skip_reason::SkipReason;
use crate::subscribers::vocabulary::normalize;
use crate::subscribers::vocabulary::status_words::StatusWord;

/// Returns the meaning of the type `word`; `None` if it is not a type.
///
/// Follows the descriptions in Buttondown's API (`SubscriberType`): a paused or churned subscriber
/// is still subscribed.
pub(in crate::subscribers) fn subscriber_type(word: &str) -> Option<StatusWord> {
    let said = match normalize::joined(word).as_str() {
        "regular" | "premium" | "gifted" | "trialed" | "unpaid" | "churning" | "churned" | "pastdue" | "paused"
        | "upcoming" => StatusWord::Subscribed,
        "unactivated" => StatusWord::Excluded(SkipReason::Pending),
        "unsubscribed" | "removed" | "blocked" => StatusWord::Excluded(SkipReason::Unsubscribed),
        "undeliverable" => StatusWord::Excluded(SkipReason::Bounced),
        "complained" | "spammy" => StatusWord::Excluded(SkipReason::Complained),
        _ => return None,
    };
    Some(said)
}
