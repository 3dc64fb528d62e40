//! Parses the DNS record of a public key (RFC 6376 3.6.1; RFC 8463 for Ed25519).

use std::fmt;

use aws_lc_rs::digest;
use aws_lc_rs::signature::{ED25519, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, UnparsedPublicKey};

use super::key::Algorithm;
use super::tags::{self, Tags};

/// A public key as it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    /// The kind of key.
    pub algorithm: Algorithm,
    /// Whether its owner is only trying (`t=y`): receivers may act as if there were no signature.
    pub testing: bool,
    /// Whether it may only sign for its very domain and none below (`t=s`).
    pub strict: bool,
    /// `SubjectPublicKeyInfo` of an RSA key, the 32 bytes of an Ed25519 key.
    key: Vec<u8>,
}

/// Why a record is of no use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyRecordError {
    /// Nothing a key can be read from: what is wrong.
    Malformed(String),
    /// The key was taken back (`p=` is empty).
    Revoked,
    /// A kind of key nobody defined.
    UnknownKeyType(String),
    /// A key that is not for SHA-256, or not for mail.
    WrongUse,
}

impl fmt::Display for KeyRecordError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(what) => write!(formatter, "the record is not a key: {what}"),
            Self::Revoked => formatter.write_str("the key is revoked: its `p=` is empty"),
            Self::UnknownKeyType(kind) => write!(formatter, "the record has an unknown key type, `k={kind}`"),
            Self::WrongUse => formatter.write_str("the key is not for SHA-256 and mail"),
        }
    }
}

impl std::error::Error for KeyRecordError {}

impl KeyRecord {
    /// Reads a TXT record, its strings joined.
    pub fn parse(text: &str) -> Result<Self, KeyRecordError> {
        let tags = Tags::parse(text).map_err(KeyRecordError::Malformed)?;
        let malformed = |what: &str| Err(KeyRecordError::Malformed(what.to_owned()));
        match tags.get("v") {
            None => {}
            Some("DKIM1") if tags.first() == Some("v") => {}
            Some(_) => return malformed("it does not start with `v=DKIM1`"),
        }
        let Some(key) = tags.get("p") else { return malformed("`p=` is missing") };
        if key.is_empty() {
            return Err(KeyRecordError::Revoked);
        }
        let Some(key) = tags::base64(key) else { return malformed("its `p=` is not base64") };
        let algorithm = match tags.get("k").unwrap_or("rsa") {
            "rsa" => Algorithm::Rsa,
            "ed25519" => Algorithm::Ed25519,
            kind => return Err(KeyRecordError::UnknownKeyType(kind.to_owned())),
        };
        let allows = |tag: &str, wanted: &[&str]| {
            tags.get(tag).is_none_or(|value| tags::words(value).any(|word| wanted.contains(&word)))
        };
        if !allows("h", &["sha256"]) || !allows("s", &["*", "email"]) {
            return Err(KeyRecordError::WrongUse);
        }
        let flag = |flag: &str| tags.get("t").is_some_and(|value| tags::words(value).any(|word| word == flag));
        Ok(Self { algorithm, testing: flag("y"), strict: flag("s"), key })
    }

    /// Whether both publish the same key.
    pub fn same_key(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.key == other.key
    }

    /// Whether `signature` is this key's of `data`. RSA keys of fewer than 1024 bits sign nothing (RFC 8301 3.2).
    pub(super) fn verifies(&self, data: &[u8], signature: &[u8]) -> bool {
        match self.algorithm {
            Algorithm::Rsa => {
                let key = UnparsedPublicKey::new(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, &self.key);
                key.verify(data, signature).is_ok()
            }
            Algorithm::Ed25519 => {
                let data = digest::digest(&digest::SHA256, data);
                UnparsedPublicKey::new(&ED25519, &self.key).verify(data.as_ref(), signature).is_ok()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_a_key_or_says_why_not() {
        let read = |text: &str| KeyRecord::parse(text).map(|record| (record.algorithm, record.testing, record.strict));
        assert_eq!(read("v=DKIM1; k=rsa; p=YWJj"), Ok((Algorithm::Rsa, false, false)));
        assert_eq!(read("p=YW Jj;"), Ok((Algorithm::Rsa, false, false)));
        assert_eq!(
            read("v=DKIM1; k=ed25519; t=y:s; h=sha1:sha256; s=email; p=YWJj"),
            Ok((Algorithm::Ed25519, true, true))
        );
        let flaws = [
            ("v=DKIM1; p=", "the key is revoked: its `p=` is empty"),
            ("v=DKIM1", "the record is not a key: `p=` is missing"),
            ("v=spf1 -all", "the record is not a key: it does not start with `v=DKIM1`"),
            ("k=rsa; v=DKIM1; p=YWJj", "the record is not a key: it does not start with `v=DKIM1`"),
            ("p=ä", "the record is not a key: its `p=` is not base64"),
            ("k=dsa; p=YWJj", "the record has an unknown key type, `k=dsa`"),
            ("h=sha1; p=YWJj", "the key is not for SHA-256 and mail"),
            ("s=tlsrpt; p=YWJj", "the key is not for SHA-256 and mail"),
        ];
        for (text, flaw) in flaws {
            assert_eq!(read(text).unwrap_err().to_string(), flaw, "{text}");
        }
    }
}
