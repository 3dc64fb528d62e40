//! Fetches the newsletter's keys: of the unsubscribe tokens and of the DKIM signature.

use super::failure::one_line;
use super::previous_key::PreviousKey;
use super::{ci, clock};
use crate::config::{self, DkimSettings, Newsletter};
use crate::diagnostic::{Diagnostic, Problems, Severity};
use crate::message::dkim::{DkimKey, DkimSigner};
use crate::message::{MessageKeys, TokenKey};

/// Returns the keys of mail to subscribers. A `used` key must not change unless `allow_new`.
///
/// Errors as [`token_key`] and [`signer`] do.
pub(crate) fn for_mail(
    newsletter: &Newsletter,
    used: Option<&PreviousKey>,
    allow_new: bool,
) -> anyhow::Result<MessageKeys> {
    Ok(MessageKeys { tokens: token_key(newsletter, used, allow_new)?, dkim: signer(newsletter)? })
}

/// Returns the keys of messages that no subscriber gets: test mail and dry runs.
///
/// Errors as [`for_mail`] does.
pub(crate) fn for_test(
    newsletter: &Newsletter,
    used: Option<&PreviousKey>,
    allow_new: bool,
) -> anyhow::Result<MessageKeys> {
    let tokens = match temporary_key(newsletter, used)? {
        Some(key) => key,
        None => token_key(newsletter, used, allow_new)?,
    };
    Ok(MessageKeys { tokens, dkim: signer(newsletter)? })
}

/// Returns the key of the unsubscribe tokens, and makes the newsletter's first one.
///
/// Errors as [`config::token_secret`] does, and when it differs from the one `used` before, unless `allow_new`.
pub(crate) fn token_key(
    newsletter: &Newsletter,
    used: Option<&PreviousKey>,
    allow_new: bool,
) -> anyhow::Result<TokenKey> {
    let Some(used) = used.filter(|_| !allow_new) else {
        return Ok(TokenKey::new(config::token_secret(newsletter)?.expose()));
    };
    if config::missing_token_key(newsletter).is_some() {
        return Err(used.refusal(newsletter, "is missing").into());
    }
    let secret = config::token_secret(newsletter);
    let secret = secret.map_err(|error| used.refusal(newsletter, &format!("cannot be used: {}", one_line(&error))))?;
    let key = TokenKey::new(secret.expose());
    if used.is(&key.fingerprint(&newsletter.publication.list_id)) {
        return Ok(key);
    }
    Err(used.refusal(newsletter, "has changed").into())
}

/// Returns the key of the unsubscribe tokens for a message that is only shown: the newsletter's, or a temporary one
/// where none may be made.
///
/// Errors as [`config::token_secret`] does.
pub(crate) fn token_key_to_show(newsletter: &Newsletter) -> anyhow::Result<TokenKey> {
    let used = PreviousKey::find(newsletter, true).unwrap_or_default();
    let missing = config::missing_token_key(newsletter).is_some();
    match temporary_key(newsletter, used.as_ref())? {
        Some(key) => Ok(key),
        None if missing && used.is_some() => random(),
        None => token_key(newsletter, None, true),
    }
}

/// Returns a temporary key in place of the first one, on a machine whose files are deleted after the run.
fn temporary_key(newsletter: &Newsletter, used: Option<&PreviousKey>) -> anyhow::Result<Option<TokenKey>> {
    let is_first = used.is_none() && config::missing_token_key(newsletter).is_some();
    (is_first && ci::is_ci(|name| std::env::var_os(name))).then(random).transpose()
}

fn random() -> anyhow::Result<TokenKey> {
    let bytes: [u8; 16] = clock::random_bytes()?;
    Ok(TokenKey::new(&bytes))
}

/// Returns the DKIM signer, when the newsletter has a `[dkim]` table.
///
/// Errors, as [`Problems`] with help, when the key cannot be read or does not sign.
pub(crate) fn signer(newsletter: &Newsletter) -> anyhow::Result<Option<DkimSigner>> {
    let Some(settings) = &newsletter.settings.dkim else { return Ok(None) };
    let key = dkim_key(newsletter, settings)?;
    Ok(Some(DkimSigner::new(&settings.domain, &settings.selector, key)))
}

/// Returns the key of `[dkim]`.
///
/// Errors as [`signer`] does.
pub(crate) fn dkim_key(newsletter: &Newsletter, settings: &DkimSettings) -> anyhow::Result<DkimKey> {
    let pem = settings.key.resolve_text(&newsletter.root)?;
    DkimKey::from_pem(pem.expose()).map_err(|error| {
        let message = format!("the key of `[dkim]`, from {}, cannot sign: {error}", settings.key);
        let help = "`newsletter dkim keygen` creates one that can";
        Problems(vec![Diagnostic::new(Severity::Error, message, None).help(help)]).into()
    })
}
