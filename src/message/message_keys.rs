//! Holds the keys that messages are signed with and unsubscribe tokens are made with.

use super::dkim::DkimSigner;
use super::token::TokenKey;

/// The keys of a run. They are fetched once and stored nowhere.
#[derive(Debug)]
pub struct MessageKeys {
    /// Makes the unsubscribe tokens.
    pub tokens: TokenKey,
    /// Signs every message, if the newsletter signs its own mail.
    pub dkim: Option<DkimSigner>,
}
