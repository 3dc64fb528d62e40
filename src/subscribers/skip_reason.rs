//! Defines the reasons why a subscriber on the list gets no mail.

use std::fmt;

/// The reason why a subscriber on the list gets no mail, in ascending order of restriction: of two
/// rows with the same address, the more restrictive one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// The subscriber has not confirmed the subscription.
    Pending,
    /// The status is not one of those that get mail according to the configuration.
    NotSubscribed,
    /// The subscriber unsubscribed.
    Unsubscribed,
    /// The address bounced.
    Bounced,
    /// The subscriber reported it as spam.
    Complained,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Pending => "pending",
            Self::NotSubscribed => "not subscribed",
            Self::Unsubscribed => "unsubscribed",
            Self::Bounced => "bounced",
            Self::Complained => "complained",
        })
    }
}
