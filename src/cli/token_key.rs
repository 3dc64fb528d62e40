//! The key of the unsubscribe tokens, fetched for the commands that compose messages or read tokens.

use crate::load::{self, Newsletter};
use crate::message::TokenKey;

/// The newsletter's key.
///
/// Errors as [`load::token_secret`] does.
pub(super) fn token_key(newsletter: &Newsletter) -> anyhow::Result<TokenKey> {
    Ok(TokenKey::new(load::token_secret(newsletter)?.expose()))
}
