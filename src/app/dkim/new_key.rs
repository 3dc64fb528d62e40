//! Creates a DKIM key in a file of its own.

use std::io::ErrorKind;

use anyhow::Context;

use super::dns_record::DnsRecord;
use crate::app::failure::Failure;
use crate::config::{self, Newsletter};
use crate::message::dkim::{Algorithm, DkimKey};

/// A key that was created, and what has to be configured and published.
pub(crate) struct NewKey {
    /// Its file, relative to the newsletter's folder.
    pub(crate) file: String,
    pub(crate) selector: String,
    pub(crate) record: DnsRecord,
}

/// Creates a key for `newsletter` under `selector`: Ed25519 (RFC 8463) if `ed25519` is set, or else RSA.
///
/// Errors when there is a file of that selector, which is never overwritten.
pub(crate) fn create_key(newsletter: &Newsletter, selector: &str, ed25519: bool) -> anyhow::Result<NewKey> {
    let file = format!(".newsletter/dkim-{selector}.pem");
    let pem = DkimKey::generate(if ed25519 { Algorithm::Ed25519 } else { Algorithm::Rsa })?;
    config::write_secret(&newsletter.root.join(&file), pem.as_bytes()).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => anyhow::Error::new(
            Failure::not_started(format!("`{file}` already exists; keys are never overwritten"))
                .hint("`newsletter dkim keygen --selector NAME` creates another key beside it"),
        ),
        _ => anyhow::Error::new(error).context(format!("cannot write `{file}`")),
    })?;
    let key = DkimKey::from_pem(pem.as_bytes()).context("the new key cannot be read")?;
    let configured = newsletter.settings.dkim.as_ref().map(|dkim| dkim.domain.as_str());
    let domain = configured.unwrap_or_else(|| newsletter.publication.from.address.domain());
    let record = DnsRecord::new(&key, selector, domain)?;
    Ok(NewKey { file, selector: selector.to_owned(), record })
}
