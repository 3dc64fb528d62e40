//! Names readers in links and in addresses, without telling who they are.

use std::fmt;

use data_encoding::{BASE32_NOPAD_NOCASE, BASE64URL_NOPAD};

/// 128 bits that name a reader for one purpose. Only the holder of the newsletter's key can make one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token(pub [u8; 16]);

impl Token {
    /// Reads a token in either of its forms: 22 characters of base64url (RFC 4648 section 5), or 26 of base32
    /// (section 6) in any case. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = match text.len() {
            22 => BASE64URL_NOPAD.decode(text.as_bytes()).ok()?,
            26 => BASE32_NOPAD_NOCASE.decode(text.as_bytes()).ok()?,
            _ => return None,
        };
        bytes.try_into().ok().map(Self)
    }

    /// Returns the form for the local part of an address: 26 lower-case characters that mean the same in any case,
    /// because mail servers fold local parts.
    pub fn folded(&self) -> String {
        BASE32_NOPAD_NOCASE.encode(&self.0).to_ascii_lowercase()
    }
}

/// The form for links.
impl fmt::Display for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        BASE64URL_NOPAD.encode_display(&self.0).fmt(formatter)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_name_the_same_reader() {
        let token = Token([0xfb; 16]);
        let (link, folded) = (token.to_string(), token.folded());
        assert_eq!((link.as_str(), folded.as_str()), ("-_v7-_v7-_v7-_v7-_v7-w", "7p57x6737p57x6737p57x6737m"));
        for text in [&link, &folded, &folded.to_ascii_uppercase()] {
            assert_eq!(Token::parse(text), Some(token), "{text}");
        }
        let last_bits = format!("{}x", &link[..21]);
        for text in ["", "x", &link[..21], &link.to_ascii_uppercase(), &last_bits, "öööööööööööö!!"] {
            assert_ne!(Token::parse(text), Some(token), "{text}");
        }
        assert_eq!(format!("{token:?}"), "Token(***)");
    }
}
