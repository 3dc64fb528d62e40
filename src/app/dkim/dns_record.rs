//! Builds the DNS record that publishes the public half of a DKIM key.

use crate::app::failure::Failure;
use crate::app::keys;
use crate::config::Newsletter;
use crate::message::dkim::DkimKey;

/// Bytes a string of a TXT record can have (RFC 1035 3.3).
const MAX_STRING: usize = 255;

/// A TXT record to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DnsRecord {
    /// Its domain name, without a final dot.
    pub(crate) name: String,
    /// Its text.
    pub(crate) value: String,
}

impl DnsRecord {
    /// Creates the record of `key` for signatures of `domain`.
    ///
    /// Errors when the key has no public half that can be written.
    pub(super) fn new(key: &DkimKey, selector: &str, domain: &str) -> anyhow::Result<Self> {
        Ok(Self { name: format!("{selector}._domainkey.{domain}"), value: key.record()? })
    }

    /// Splits the value into the strings that a TXT record consists of.
    pub(crate) fn strings(&self) -> Vec<&str> {
        // The value is ASCII: Base64 between tags.
        let starts = (0..self.value.len()).step_by(MAX_STRING);
        starts.map(|start| &self.value[start..self.value.len().min(start + MAX_STRING)]).collect()
    }
}

/// Returns the record of the key that `newsletter` signs with.
///
/// Errors when it has no `[dkim]` table, and when the key cannot be read.
pub(crate) fn published_record(newsletter: &Newsletter) -> anyhow::Result<DnsRecord> {
    let Some(settings) = &newsletter.settings.dkim else {
        return Err(Failure::content("there is no `[dkim]` table in `newsletter.toml`")
            .hint("`newsletter dkim keygen` creates a key and shows the table")
            .into());
    };
    let key = keys::dkim_key(newsletter, settings)?;
    DnsRecord::new(&key, &settings.selector, &settings.domain)
}
