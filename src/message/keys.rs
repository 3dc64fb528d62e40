//! The keys messages are made with.

use super::TokenKey;
use super::dkim::DkimSigner;

/// The keys messages are made with. They are fetched once a run and kept nowhere.
#[derive(Debug)]
pub struct Keys {
    /// Makes the unsubscribe tokens.
    pub tokens: TokenKey,
    /// Signs every message, when the newsletter signs its mail itself.
    pub dkim: Option<DkimSigner>,
}
