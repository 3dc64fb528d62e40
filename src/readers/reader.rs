//! Describes what the ledger knows of one reader.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{DateTime, Utc};

use super::evidence::Evidence;
use crate::model::{EmailAddress, Token};

/// The address of a reader, and what the newsletter's key makes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// As the reader writes it.
    pub address: EmailAddress,
    /// Of their unsubscribe links.
    pub token: Token,
    /// What stays in the ledger if they are erased.
    pub erased: ErasedDigest,
}

/// A keyed digest of an erased address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ErasedDigest(pub [u8; 16]);

/// What the ledger finds a sign-up by.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Nonce(pub [u8; 16]);

impl fmt::Debug for Nonce {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Nonce(***)")
    }
}

/// A reader, as far as the ledger knows them; the default is nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reader {
    /// Why they get no mail.
    pub suppression: Option<Suppressed>,
    /// What they agreed to.
    pub subscription: Option<Subscription>,
    /// Whether an unsubscribe link is theirs: they were planned for mail, or subscribed.
    pub has_link: bool,
    /// Whether they were erased.
    pub is_erased: bool,
    /// The confirmation mails they were sent.
    pub confirmations: Confirmations,
}

impl Reader {
    /// Returns whether the ledger has them get mail. A reader of `subscribers.csv` gets mail without a subscription.
    pub fn is_active(&self) -> bool {
        self.suppression.is_none() && self.subscription.is_some()
    }
}

/// A suppression of one reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suppressed {
    /// The reason.
    pub reason: SuppressionReason,
    /// The time.
    pub at: DateTime<Utc>,
}

/// Why a reader gets no mail, from the weakest reason to the strongest: a stronger one replaces a weaker one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SuppressionReason {
    /// Mail to the address does not arrive.
    Bounced,
    /// They left.
    Unsubscribed,
    /// They called a message spam.
    Complained,
    /// The writer was asked to.
    Asked,
    /// Somebody else had entered their address.
    NotMe,
}

impl SuppressionReason {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Bounced, Self::Unsubscribed, Self::Complained, Self::Asked, Self::NotMe];

    /// The name in the ledger and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bounced => "bounced",
            Self::Unsubscribed => "unsubscribed",
            Self::Complained => "complained",
            Self::Asked => "asked",
            Self::NotMe => "it was not me",
        }
    }

    /// Reads a name of the ledger. A name nobody knows is as strong as a request to the writer.
    pub fn from_name(name: &str) -> Self {
        if name == "hard bounce" {
            return Self::Bounced;
        }
        Self::ALL.into_iter().find(|reason| reason.name() == name).unwrap_or(Self::Asked)
    }

    /// Returns whether the reader lifts it by confirming a sign-up.
    pub fn is_lifted_by_confirming(self) -> bool {
        self < Self::Asked
    }
}

/// What a reader agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The address as they write it.
    pub address: EmailAddress,
    /// What the letter may address them with, by column.
    pub fields: BTreeMap<String, String>,
    /// What they chose: a name, or a name with `-` before it for a topic they were shown and do not want.
    pub topics: BTreeSet<String>,
    /// What the writer noted.
    pub tags: BTreeSet<String>,
    /// Where they come from: `form`, `mail`, or the name of a file.
    pub source: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When they confirmed.
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// A sign-up that is not confirmed yet, or was within its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signup {
    /// What it is found by.
    pub nonce: Nonce,
    /// The address as it was entered.
    pub address: EmailAddress,
    /// What else was entered, by column.
    pub fields: BTreeMap<String, String>,
    /// What was chosen: a name, or a name with `-` before it for a topic they were shown and do not want.
    pub topics: BTreeSet<String>,
    /// How it came in.
    pub evidence: Evidence,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// The last moment at which it can be confirmed.
    pub expires_at: DateTime<Utc>,
    /// When it was confirmed.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Where it comes from: `form`, `mail`, or the name of a file.
    pub source: String,
    /// What the writer noted about them, to be kept once they confirm.
    pub tags: BTreeSet<String>,
}

/// The confirmation mails of one address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Confirmations {
    /// The last one.
    pub last: Option<DateTime<Utc>>,
    /// The last one with their own link.
    pub last_link: Option<DateTime<Utc>>,
    /// The number in the last thirty days.
    pub in_thirty_days: u32,
}
