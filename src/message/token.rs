//! Makes and verifies the tokens of unsubscribe links. Only the holder of the key can tell which subscriber one names.

use std::fmt;

use aws_lc_rs::{constant_time, hmac};
use data_encoding::BASE64URL_NOPAD;

use crate::model::{EmailAddress, Token};
use crate::readers::{ErasedDigest, Identity, Nonce};

/// The key of the unsubscribe tokens: 32 random bytes. If they change, the links already mailed stop working.
#[derive(Clone)]
pub struct TokenKey(hmac::Key);

impl fmt::Debug for TokenKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TokenKey(***)")
    }
}

impl TokenKey {
    /// The key of `secret`, which should have 32 bytes or more (RFC 2104 section 3).
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// The token of `address` in the list `list_id`, as links carry it.
    pub fn token(&self, list_id: &str, address: &EmailAddress) -> String {
        self.unsubscribe_token(list_id, address).to_string()
    }

    /// The token of `address` in the list `list_id`: 128 bits of an HMAC-SHA256 (RFC 2104). There is no address in
    /// it, and without the key nobody can make one.
    pub fn unsubscribe_token(&self, list_id: &str, address: &EmailAddress) -> Token {
        // The separators cannot stand in a list identifier or an address, so no two inputs run together.
        Token(self.derive(&[b"unsubscribe/1", list_id.as_bytes(), address.key().as_bytes()]))
    }

    /// The token that confirms the sign-up of `address` at `requested_at`, in Unix seconds.
    pub fn confirm_token(&self, list_id: &str, address: &EmailAddress, requested_at: i64) -> Token {
        let time = requested_at.to_string();
        Token(self.derive(&[b"confirm/1", list_id.as_bytes(), address.key().as_bytes(), time.as_bytes()]))
    }

    /// What the ledger finds the sign-up of `confirm` by: who reads the ledger cannot confirm with it.
    pub fn signup_nonce(&self, confirm: Token) -> Nonce {
        Nonce(self.derive(&[b"signup/1", &confirm.0]))
    }

    /// What is kept of `address` after it was erased from the list `list_id`.
    pub fn erased_digest(&self, list_id: &str, address: &EmailAddress) -> ErasedDigest {
        ErasedDigest(self.derive(&[b"erased/1", list_id.as_bytes(), address.key().as_bytes()]))
    }

    /// What the ledger knows the owner of `address` in the list `list_id` by.
    pub fn identify(&self, list_id: &str, address: &EmailAddress) -> Identity {
        let token = self.unsubscribe_token(list_id, address);
        Identity { token, erased: self.erased_digest(list_id, address), address: address.clone() }
    }

    /// A time as it stands in a form, signed for the list `list_id`: so that nobody can post a form that was never shown.
    pub fn form_stamp(&self, list_id: &str, at: i64) -> Token {
        Token(self.derive(&[b"form/1", list_id.as_bytes(), at.to_string().as_bytes()]))
    }

    fn derive(&self, parts: &[&[u8]]) -> [u8; 16] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part);
            context.update(b"\n");
        }
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&context.sign().as_ref()[..16]);
        bytes
    }

    /// A fingerprint of this key for the list `list_id`, which tells nothing else about it: for making sure that every
    /// machine that sends a letter has the same.
    pub fn fingerprint(&self, list_id: &str) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(b"fingerprint/1\n");
        context.update(list_id.as_bytes());
        BASE64URL_NOPAD.encode(&context.sign().as_ref()[..16])
    }

    /// Whether `token` is the token of `address`, in constant time.
    pub fn verify(&self, list_id: &str, address: &EmailAddress, token: &str) -> bool {
        constant_time::verify_slices_are_equal(self.token(list_id, address).as_bytes(), token.as_bytes()).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_tells_keys_and_lists_apart_and_is_no_token() {
        let prints = [
            TokenKey::new(b"0123456789abcdef0123456789abcdef").fingerprint("weekly.example.org"),
            TokenKey::new(b"0123456789abcdef0123456789abcdef").fingerprint("other.example.org"),
            TokenKey::new(b"another").fingerprint("weekly.example.org"),
        ];
        assert_eq!(prints, ["NuFL_E7QvRfrgwrs8fK4ZQ", "trSbs9LVcvsoZw9URVpv2Q", "ROmwCuftnA0Q7B4O68df2A"]);
    }

    #[test]
    fn a_token_is_stable_secret_and_for_one_address_of_one_list() {
        let key = TokenKey::new(b"0123456789abcdef0123456789abcdef");
        let ada = EmailAddress::parse("Ada@example.org").unwrap();
        let token = key.token("weekly.example.org", &ada);
        assert_eq!(token.len(), 22);
        assert!(key.verify("weekly.example.org", &EmailAddress::parse("ada@EXAMPLE.org").unwrap(), &token));
        assert!(!key.verify("other.example.org", &ada, &token));
        assert!(!key.verify("weekly.example.org", &EmailAddress::parse("bo@example.org").unwrap(), &token));
        assert!(!TokenKey::new(b"another").verify("weekly.example.org", &ada, &token));
    }
}
