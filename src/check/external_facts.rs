//! Holds the facts about an issue that come from other programs. `app` collects them; rules only read them.

use std::collections::BTreeMap;

use super::spam_score::SpamScore;
use crate::fetch::FetchResult;

/// Facts about an issue from other programs; empty unless they were asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct ExternalFacts<'a> {
    /// The results of requesting the linked pages.
    pub fetched: Option<&'a FetchedLinks>,
    /// The score of its message.
    pub spam_score: Option<&'a SpamScore>,
}

/// The results of web servers, by requested address.
pub type FetchedLinks = BTreeMap<String, FetchResult>;
