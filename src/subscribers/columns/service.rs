//! Recognizes the services whose columns can be understood only together.

use crate::subscribers::columns::headings::Heading;

/// The service that exported a list, if some of its columns can be understood only together with
/// others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::subscribers) enum Service {
    /// Every row has a time of opting in.
    Mailchimp,
    /// It has a time of unsubscribing, so a missing time of subscribing means not subscribed.
    Mailcoach,
    /// It has the name of a list beside the state in it.
    MailPoet,
    /// It uses letters for states, and flags for lists.
    NewsletterPlugin,
    /// It states in two columns who gets mail, and has further questions of its own.
    PhpList,
    /// An active subscription is a paid one.
    Substack,
}

impl Service {
    /// Returns the service with these `headings`.
    pub(in crate::subscribers) fn of(headings: &[Heading]) -> Option<Self> {
        let signs: [(Self, &[&str]); 6] = [
            (Self::Mailchimp, &["leid", "euid"]),
            (Self::Mailcoach, &["subscribedat", "unsubscribedat"]),
            (Self::MailPoet, &["liststatus", "globalstatus"]),
            (Self::NewsletterPlugin, &["surname", "sex", "status"]),
            (Self::PhpList, &["isthissubscriberconfirmed", "isthissubscriberblacklisted"]),
            (Self::Substack, &["emaildisabled"]),
        ];
        let has = |name: &&str| headings.iter().any(|heading| heading.joined == **name);
        signs.into_iter().find(|(_, names)| names.iter().all(has)).map(|(service, _)| service)
    }

    /// Returns whether the column `name` is only a field in its exports.
    pub(super) fn knows(self, name: &str) -> bool {
        match self {
            Self::MailPoet => matches!(name, "list" | "lists"),
            Self::NewsletterPlugin => name.starts_with("list") || name.starts_with("profile"),
            Self::PhpList => {
                matches!(name, "didthissubscribermanuallyconfirm" | "sendthissubscriberhtmlemails" | "lists")
            }
            Self::Substack => matches!(name, "activesubscription" | "digestenabled"),
            Self::Mailchimp | Self::Mailcoach => false,
        }
    }
}
