//! The newsletter's keys, fetched for the commands that compose messages, sign them or read tokens.

use crate::diagnostic::{Diagnostic, Severity};
use crate::load::{self, DkimSettings, Newsletter, Problems};
use crate::message::dkim::{DkimKey, DkimSigner};
use crate::message::{Keys, TokenKey};

/// What this newsletter's messages are made with.
///
/// Errors as [`token_key`] and [`signer`] do.
pub(super) fn keys(newsletter: &Newsletter) -> anyhow::Result<Keys> {
    Ok(Keys { tokens: token_key(newsletter)?, dkim: signer(newsletter)? })
}

/// The key of the unsubscribe tokens.
///
/// Errors as [`load::token_secret`] does.
pub(super) fn token_key(newsletter: &Newsletter) -> anyhow::Result<TokenKey> {
    Ok(TokenKey::new(load::token_secret(newsletter)?.expose()))
}

/// What signs this newsletter's mail, when it has a `[dkim]` table.
///
/// Errors, as [`Problems`] that say what to do, when the key cannot be had or is none.
pub(super) fn signer(newsletter: &Newsletter) -> anyhow::Result<Option<DkimSigner>> {
    let Some(settings) = &newsletter.settings.dkim else { return Ok(None) };
    let key = dkim_key(newsletter, settings)?;
    Ok(Some(DkimSigner::new(&settings.domain, &settings.selector, key)))
}

/// The key of `[dkim]`.
///
/// Errors as [`signer`] does.
pub(super) fn dkim_key(newsletter: &Newsletter, settings: &DkimSettings) -> anyhow::Result<DkimKey> {
    let pem = settings.key.resolve_text(&newsletter.root)?;
    DkimKey::from_pem(pem.expose()).map_err(|error| {
        let message = format!("the key of `[dkim]`, from {}, does not sign: {error}", settings.key);
        let help = "`newsletter dkim keygen` makes one that does";
        Problems(vec![Diagnostic::new(Severity::Error, message, None).help(help)]).into()
    })
}
