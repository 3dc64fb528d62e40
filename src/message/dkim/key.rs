//! Reads DKIM keys from PEM, generates them, and writes their DNS records.

use std::fmt;

use anyhow::anyhow;
use aws_lc_rs::digest;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use data_encoding::BASE64;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;

/// Smallest RSA key receivers take (RFC 8301 3.2), in bits.
const SMALLEST: usize = 1024;

/// A signature algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA with SHA-256: what every receiver verifies.
    Rsa,
    /// Ed25519 with SHA-256 (RFC 8463): short and fast, and not verified by every receiver.
    Ed25519,
}

impl Algorithm {
    /// Its name in `a=`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Rsa => "rsa-sha256",
            Self::Ed25519 => "ed25519-sha256",
        }
    }
}

/// A private key that signs mail.
pub enum DkimKey {
    /// An RSA key.
    Rsa(Box<RsaKeyPair>),
    /// An Ed25519 key.
    Ed25519(Box<Ed25519KeyPair>),
}

impl fmt::Debug for DkimKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DkimKey({})", self.algorithm().tag())
    }
}

/// Why something is not a key to sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyError {
    /// No PEM block of a private key.
    NotPem,
    /// A PEM block of a key that is neither RSA nor Ed25519, or is damaged.
    NotUsable,
    /// An RSA key of so many bits, fewer than receivers take.
    TooShort(usize),
}

impl fmt::Display for KeyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPem => formatter.write_str("not a private key in PEM format"),
            Self::NotUsable => formatter.write_str("neither an RSA nor an Ed25519 private key (PKCS#8 or PKCS#1)"),
            Self::TooShort(bits) => {
                write!(formatter, "an RSA key of {bits} bits; receivers require at least {SMALLEST}")
            }
        }
    }
}

impl std::error::Error for KeyError {}

impl DkimKey {
    /// Reads a private key in PEM form: PKCS#8 (`BEGIN PRIVATE KEY`) or PKCS#1 (`BEGIN RSA PRIVATE KEY`).
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        let key = match PrivateKeyDer::from_pem_slice(pem).map_err(|_| KeyError::NotPem)? {
            PrivateKeyDer::Pkcs1(der) => {
                Self::Rsa(Box::new(RsaKeyPair::from_der(der.secret_pkcs1_der()).map_err(|_| KeyError::NotUsable)?))
            }
            PrivateKeyDer::Pkcs8(der) => {
                let der = der.secret_pkcs8_der();
                match Ed25519KeyPair::from_pkcs8(der) {
                    Ok(key) => Self::Ed25519(Box::new(key)),
                    Err(_) => Self::Rsa(Box::new(RsaKeyPair::from_pkcs8(der).map_err(|_| KeyError::NotUsable)?)),
                }
            }
            _ => return Err(KeyError::NotUsable),
        };
        match key.bits() {
            Some(bits) if bits < SMALLEST => Err(KeyError::TooShort(bits)),
            _ if key.try_to_sign(b"once").is_none() => Err(KeyError::NotUsable),
            _ => Ok(key),
        }
    }

    /// Makes a key and returns its PEM (PKCS#8); an RSA key has 2048 bits.
    ///
    /// Errors when the system has no random bytes to give.
    pub fn generate(algorithm: Algorithm) -> anyhow::Result<String> {
        let der = match algorithm {
            Algorithm::Rsa => {
                let key = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| anyhow!("cannot generate an RSA key"))?;
                let der: Pkcs8V1Der<'_> = key.as_der().map_err(|_| anyhow!("cannot encode the RSA key"))?;
                der.as_ref().to_vec()
            }
            Algorithm::Ed25519 => Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new())
                .map_err(|_| anyhow!("cannot generate an Ed25519 key"))?
                .as_ref()
                .to_vec(),
        };
        let encoded = BASE64.encode(&der);
        let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
        for start in (0..encoded.len()).step_by(64) {
            pem.push_str(&encoded[start..(start + 64).min(encoded.len())]);
            pem.push('\n');
        }
        pem.push_str("-----END PRIVATE KEY-----\n");
        Ok(pem)
    }

    /// How it signs.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Rsa(_) => Algorithm::Rsa,
            Self::Ed25519(_) => Algorithm::Ed25519,
        }
    }

    /// Bits of an RSA key.
    pub fn bits(&self) -> Option<usize> {
        match self {
            Self::Rsa(key) => Some(key.public_modulus_len() * 8),
            Self::Ed25519(_) => None,
        }
    }

    /// The TXT record to publish at `SELECTOR._domainkey.DOMAIN` (RFC 6376 3.6.1, RFC 8463 3).
    ///
    /// Errors when cannot encode the public key, which a key that was read should never make happen.
    pub fn record(&self) -> anyhow::Result<String> {
        Ok(match self {
            Self::Rsa(key) => {
                let der: PublicKeyX509Der<'_> =
                    key.public_key().as_der().map_err(|_| anyhow!("cannot encode the public key"))?;
                format!("v=DKIM1; k=rsa; p={}", BASE64.encode(der.as_ref()))
            }
            Self::Ed25519(key) => format!("v=DKIM1; k=ed25519; p={}", BASE64.encode(key.public_key().as_ref())),
        })
    }

    /// The signature of `data`.
    pub(super) fn sign(&self, data: &[u8]) -> Vec<u8> {
        self.try_to_sign(data).expect("a key that signed when it was read signs again")
    }

    /// Ed25519 signs the SHA-256 of `data` (RFC 8463 3), RSA does its own hashing.
    fn try_to_sign(&self, data: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), data, &mut signature).ok()?;
                Some(signature)
            }
            Self::Ed25519(key) => Some(key.sign(digest::digest(&digest::SHA256, data).as_ref()).as_ref().to_vec()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_made_can_be_read_and_published() {
        for (algorithm, start) in
            [(Algorithm::Rsa, "v=DKIM1; k=rsa; p=MIIB"), (Algorithm::Ed25519, "v=DKIM1; k=ed25519; p=")]
        {
            let key = DkimKey::from_pem(DkimKey::generate(algorithm).unwrap().as_bytes()).unwrap();
            assert_eq!(key.algorithm(), algorithm);
            assert!(key.record().unwrap().starts_with(start), "{}", key.record().unwrap());
        }
    }

    #[test]
    fn what_is_no_key_is_refused_with_the_reason() {
        assert_eq!(DkimKey::from_pem(b"hunter2").unwrap_err(), KeyError::NotPem);
        let damaged = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        assert_eq!(DkimKey::from_pem(damaged).unwrap_err(), KeyError::NotUsable);
    }
}
