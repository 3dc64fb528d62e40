//! Parses and normalizes email addresses.
//!
//! Stricter than RFC 5321, because subscriber lists do not need its rare forms: dot-atom local parts only (no quoted
//! strings, no comments), a domain with a dot (no address literals), ASCII local parts (SMTPUTF8 is not everywhere).

use std::borrow::Cow;
use std::fmt::{self, Write};

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};

/// An address: the local part as written, the domain in lower-case A-labels (RFC 5890).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress {
    /// Both, with the only `@` between them.
    text: String,
    /// The place of the `@`.
    at: usize,
}

/// The reason an address is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressError {
    /// Nothing there.
    Empty,
    /// No `@`.
    NoAt,
    /// More than one `@`.
    ManyAts,
    /// Nothing before the `@`.
    NoLocalPart,
    /// Nothing after the `@`.
    NoDomain,
    /// A quoted local part, a comment or angle brackets.
    Quoted,
    /// A space, a line end or another control character.
    ControlOrSpace,
    /// A character outside ASCII before the `@`: it would need SMTPUTF8 on every hop.
    NonAsciiLocalPart,
    /// A character that is not allowed before the `@`.
    LocalPartCharacter(char),
    /// A dot at an end of the local part, or two in a row.
    LocalPartDots,
    /// More than 64 bytes before the `@`, or more than 254 in all (RFC 5321 4.5.3.1).
    TooLong,
    /// A domain that is no name of the Internet.
    Domain,
    /// A domain without a dot.
    NoDot,
    /// An IP address in place of a domain.
    AddressLiteral,
}

impl fmt::Display for AddressError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Empty => "it is empty",
            Self::NoAt => "it has no `@`",
            Self::ManyAts => "it has more than one `@`",
            Self::NoLocalPart => "there is nothing before the `@`",
            Self::NoDomain => "there is nothing after the `@`",
            Self::Quoted => "quotes, comments and angle brackets are not supported",
            Self::ControlOrSpace => "it contains a space or control character",
            Self::NonAsciiLocalPart => "it has a non-ASCII character before the `@`",
            Self::LocalPartCharacter(character) => {
                return write!(formatter, "`{character}` is not allowed before the `@`");
            }
            Self::LocalPartDots => "it has a misplaced dot before the `@`",
            Self::TooLong => "it is too long",
            Self::Domain => "its domain is not a valid name",
            Self::NoDot => "its domain has no dot",
            Self::AddressLiteral => "its domain is an IP address",
        })
    }
}

impl EmailAddress {
    /// Reads an address. Surrounding spaces are dropped, the domain becomes lower-case A-labels.
    ///
    /// Errors name the first rule broken.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim_matches([' ', '\t']);
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        match plain_at(text.as_bytes()) {
            Some(at) => Ok(Self { text: text.to_owned(), at }),
            None => Self::parse_by_rules(text),
        }
    }

    /// Reads an address without spaces around it.
    fn parse_by_rules(text: &str) -> Result<Self, AddressError> {
        if text.chars().any(|character| character.is_control() || character.is_whitespace()) {
            return Err(AddressError::ControlOrSpace);
        }
        if text.contains(['"', '(', ')', '<', '>']) {
            return Err(AddressError::Quoted);
        }
        let (local, domain) = text.split_once('@').ok_or(AddressError::NoAt)?;
        if domain.contains('@') {
            return Err(AddressError::ManyAts);
        }
        check_local_part(local)?;
        let domain = normal_domain(domain)?;
        if local.len() > 64 || local.len() + 1 + domain.len() > 254 {
            return Err(AddressError::TooLong);
        }
        Ok(Self { text: [local, "@", &domain].concat(), at: local.len() })
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part before the `@`, as written.
    pub fn local(&self) -> &str {
        &self.text[..self.at]
    }

    /// The part after the `@`, in lower-case A-labels.
    pub fn domain(&self) -> &str {
        &self.text[self.at + 1..]
    }

    /// Returns the address as it is written in a `mailto:` URL (RFC 6068 2): percent-encoded, where a character of the
    /// local part has a meaning in a URL.
    pub fn in_mailto(&self) -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$'*+".contains(&byte);
        let mut written = String::with_capacity(self.text.len());
        for byte in self.local().bytes() {
            if plain(byte) {
                written.push(char::from(byte));
            } else {
                let _ = write!(written, "%{byte:02X}");
            }
        }
        written.push_str(&self.text[self.at..]);
        written
    }

    /// The form shared by all spellings of one mailbox, for comparison only: mail goes to the address as written.
    pub fn key(&self) -> String {
        self.text.to_ascii_lowercase()
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, formatter)
    }
}

/// Returns the place of the `@` if no rule changes or rejects the address `text`, which a look at its bytes can tell of
/// nearly every address on a list; `None` if the rules have to decide.
fn plain_at(text: &[u8]) -> Option<usize> {
    let at = text.iter().position(|&byte| byte == b'@')?;
    let (local, domain) = (&text[..at], &text[at + 1..]);
    let is_of_local = |byte: &u8| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'+');
    let is_of_domain = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    let is_label = |label: &[u8]| {
        // Two hyphens in the middle may be those of an A-label (RFC 5890 2.3.1).
        let is_reserved = label.get(2..4) == Some(b"--");
        let is_long = label.len() > 63;
        !is_long && !is_reserved && !label.starts_with(b"-") && !label.ends_with(b"-") && label.iter().all(is_of_domain)
    };
    let last = domain.iter().rposition(|&byte| byte == b'.')?;
    let is_plain = local.len() <= 64
        && text.len() <= 254
        && parts_are(local, |part| part.iter().all(is_of_local))
        && parts_are(domain, is_label)
        && !domain[last..].iter().skip(1).all(u8::is_ascii_digit);
    is_plain.then_some(at)
}

/// Returns whether each part between the dots of `text` is valid and none is empty.
fn parts_are(text: &[u8], valid: impl Fn(&[u8]) -> bool) -> bool {
    text.split(|&byte| byte == b'.').all(|part| !part.is_empty() && valid(part))
}

/// `atext` and dots: RFC 5322 3.2.3 `dot-atom-text`.
fn check_local_part(local: &str) -> Result<(), AddressError> {
    if local.is_empty() {
        return Err(AddressError::NoLocalPart);
    }
    if !local.is_ascii() {
        return Err(AddressError::NonAsciiLocalPart);
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
    if let Some(byte) = local.bytes().find(|&byte| !allowed(byte)) {
        return Err(AddressError::LocalPartCharacter(char::from(byte)));
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err(AddressError::LocalPartDots);
    }
    Ok(())
}

fn normal_domain(domain: &str) -> Result<Cow<'_, str>, AddressError> {
    if domain.is_empty() {
        return Err(AddressError::NoDomain);
    }
    let is_numeric = domain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if domain.starts_with('[') || is_numeric && domain.parse::<std::net::Ipv4Addr>().is_ok() {
        return Err(AddressError::AddressLiteral);
    }
    let domain = Uts46::new()
        .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::Check, DnsLength::Verify)
        .map_err(|_| AddressError::Domain)?;
    let (_, last) = domain.rsplit_once('.').ok_or(AddressError::NoDot)?;
    if last.is_empty() || last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(AddressError::Domain);
    }
    Ok(domain)
}

/// A display name and an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The display name; no control characters.
    pub name: Option<String>,
    /// The address.
    pub address: EmailAddress,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_plain_address_is_what_the_rules_make_of_it(
            text in prop::string::string_regex("[aZ0._+-]{0,4}@?[ab0.-]{0,6}\\.?[aZ0.-]{0,3}|a{60,66}@(b{60,65}\\.){1,4}c").unwrap()
        ) {
            let by_rules = EmailAddress::parse_by_rules(&text);
            if let Some(at) = plain_at(text.as_bytes()) {
                prop_assert_eq!(by_rules, Ok(EmailAddress { text, at }));
            }
        }
    }

    #[test]
    fn most_addresses_are_plain() {
        for text in ["ada@example.org", "Ada.Lovelace+news_1@mail-2.example.co.uk", "1@2.example"] {
            assert!(plain_at(text.as_bytes()).is_some(), "{text}");
        }
    }

    #[test]
    fn an_address_is_normalised_once() {
        let cases = [
            (" Ada.Lovelace@Example.ORG ", "Ada.Lovelace@example.org", "ada.lovelace@example.org"),
            ("mina@münchen.example", "mina@xn--mnchen-3ya.example", "mina@xn--mnchen-3ya.example"),
            ("o'neil+list@EXAMPLE.net", "o'neil+list@example.net", "o'neil+list@example.net"),
        ];
        for (written, shown, key) in cases {
            let address = EmailAddress::parse(written).unwrap();
            assert_eq!((address.to_string().as_str(), address.key().as_str()), (shown, key));
            assert_eq!(EmailAddress::parse(shown).unwrap(), address);
        }
    }

    #[test]
    fn a_character_with_a_meaning_in_a_url_is_encoded_in_a_mailto() {
        let cases = [
            ("o'neil+list@example.net", "o'neil+list@example.net"),
            ("50%?&#/=@example.net", "50%25%3F%26%23%2F%3D@example.net"),
            ("a{b}|^`@münchen.example", "a%7Bb%7D%7C%5E%60@xn--mnchen-3ya.example"),
        ];
        for (address, expected) in cases {
            assert_eq!(EmailAddress::parse(address).unwrap().in_mailto(), expected);
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_the_reason() {
        use AddressError as E;
        let long = format!("{}@example.org", "a".repeat(65));
        let cases = [
            ("", E::Empty),
            ("ada", E::NoAt),
            ("a@b@example.org", E::ManyAts),
            ("@example.org", E::NoLocalPart),
            ("ada@", E::NoDomain),
            ("\"ada b\"@example.org", E::ControlOrSpace),
            ("\"ada\"@example.org", E::Quoted),
            ("Ada <ada@example.org>", E::ControlOrSpace),
            ("<ada@example.org>", E::Quoted),
            ("ada\r\nRCPT@example.org", E::ControlOrSpace),
            ("ädа@example.org", E::NonAsciiLocalPart),
            ("a,b@example.org", E::LocalPartCharacter(',')),
            (".a@example.org", E::LocalPartDots),
            ("a..b@example.org", E::LocalPartDots),
            (long.as_str(), E::TooLong),
            ("ada@localhost", E::NoDot),
            ("ada@-x.org", E::Domain),
            ("ada@x_y.org", E::Domain),
            ("ada@example.org.", E::Domain),
            ("ada@example.123", E::Domain),
            ("ada@127.0.0.1", E::AddressLiteral),
            ("ada@[127.0.0.1]", E::AddressLiteral),
        ];
        for (written, error) in cases {
            assert_eq!(EmailAddress::parse(written), Err(error), "{written:?}");
        }
    }
}
