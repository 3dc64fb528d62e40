//! Addresses, and the tokens that name them.

use super::input::next_text;
use crate::message::TokenKey;
use crate::model::EmailAddress;

/// Two addresses: what is written is read back as the same, and two have one key only when they are one mailbox.
pub fn address(mut data: &[u8]) {
    let (one, other) = (next_text(&mut data), next_text(&mut data));
    let Ok(one) = EmailAddress::parse(&one) else { return };
    let written = one.to_string();
    assert!(written.bytes().all(|byte| byte.is_ascii_graphic()) && written.len() <= 254, "{written:?}");
    assert!(!written.contains(['<', '>', '"', ',', ';', '(', ')']), "{written:?} could be more than one address");
    assert_eq!(written.matches('@').count(), 1);
    assert_eq!(EmailAddress::parse(&written), Ok(one.clone()), "an address is its own normal form");
    let key = EmailAddress::parse(&one.key()).expect("a key is an address");
    assert_eq!(key.key(), one.key());
    if let Ok(other) = EmailAddress::parse(&other) {
        let same = one.local().eq_ignore_ascii_case(other.local()) && one.domain() == other.domain();
        assert_eq!(one.key() == other.key(), same, "{one} and {other}");
    }
}

/// An address and a token: only the token that the key makes is taken.
pub fn token(mut data: &[u8]) {
    let key = TokenKey::new(b"0123456789abcdef0123456789abcdef");
    let (address, list, token) = (next_text(&mut data), next_text(&mut data), next_text(&mut data));
    let Ok(address) = EmailAddress::parse(&address) else { return };
    let own = key.token(&list, &address);
    assert!(own.len() == 22 && own.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    assert!(key.verify(&list, &address, &own));
    assert_eq!(key.verify(&list, &address, &token), token == own);
    assert!(!TokenKey::new(b"another").verify(&list, &address, &own), "a token of another key");
}
