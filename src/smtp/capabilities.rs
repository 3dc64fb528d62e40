//! What the server said it can do, in its answer to EHLO.

/// An extension that changes how we talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extension {
    /// Several commands in one write (RFC 2920).
    Pipelining,
    /// TLS on request (RFC 3207).
    StartTls,
    /// BDAT (RFC 3030).
    Chunking,
    /// 8-bit bodies (RFC 6152).
    EightBitMime,
    /// Addresses outside ASCII (RFC 6531).
    SmtpUtf8,
    /// Enhanced codes in every reply (RFC 2034).
    EnhancedStatusCodes,
}

/// What the server said it can do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Capabilities {
    extensions: Vec<Extension>,
    size: Option<u64>,
    mechanisms: Vec<String>,
}

impl Capabilities {
    /// Whether the server offers `extension`.
    pub fn offers(&self, extension: Extension) -> bool {
        self.extensions.contains(&extension)
    }

    /// The largest message the server takes, in bytes, as it declared it (RFC 1870).
    pub fn size_limit(&self) -> Option<u64> {
        self.size.filter(|&limit| limit > 0)
    }

    /// Whether MAIL may name the message's size (RFC 1870).
    pub fn offers_size(&self) -> bool {
        self.size.is_some()
    }

    /// The names of the authentication mechanisms offered (RFC 4954), upper case.
    pub fn mechanisms(&self) -> &[String] {
        &self.mechanisms
    }
}
