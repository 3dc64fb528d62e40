//! Makes and verifies the tokens of unsubscribe links. Only the holder of the key can tell which subscriber one names.

use std::fmt;

use aws_lc_rs::{constant_time, hmac};
use data_encoding::BASE64URL_NOPAD;

use crate::model::EmailAddress;

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

    /// The token of `address` in the list `list_id`: 128 bits of an HMAC-SHA256 (RFC 2104) as 22 URL-safe characters.
    /// There is no address in it, and without the key nobody can make one.
    pub fn token(&self, list_id: &str, address: &EmailAddress) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        // The separators cannot stand in a list identifier or an address, so no two inputs run together.
        for part in ["unsubscribe/1", list_id, &address.key()] {
            context.update(part.as_bytes());
            context.update(b"\n");
        }
        BASE64URL_NOPAD.encode(&context.sign().as_ref()[..16])
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
