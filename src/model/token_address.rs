//! An address of the newsletter that may be another one for each reader: `bounces+{token}@example.org`.

use std::fmt;

use super::address::{AddressError, EmailAddress};
use super::token::Token;

/// Where the token stands.
pub const PLACEHOLDER: &str = "{token}";

/// Returns what is before and after the first [`PLACEHOLDER`] in `text`.
pub fn around_placeholder(text: &str) -> Option<(&str, &str)> {
    // Most addresses have none, and one character is found faster than seven: it is asked twice for each message.
    if text.contains('{') { text.split_once(PLACEHOLDER) } else { None }
}

/// The length of a token in an address.
const LENGTH: usize = 26;

/// An address of the newsletter. With a token in it, what comes in there tells whom it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenAddress {
    /// As written, the domain in lower-case A-labels.
    written: String,
    /// For nobody in particular: without the token and what separates it.
    plain: EmailAddress,
    /// The local part before and after the token, if it has one.
    around: Option<(String, String)>,
}

impl TokenAddress {
    /// Reads an address in whose local part `{token}` may stand once.
    ///
    /// Errors as [`EmailAddress::parse`] does; an address with a token in it must not be too long either.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let Some((before, after)) = around_placeholder(text.trim()) else {
            return Ok(EmailAddress::parse(text)?.into());
        };
        let sample = EmailAddress::parse(&format!("{before}{}{after}", "a".repeat(LENGTH)))?;
        let Some((after, _)) = after.split_once('@') else { return Err(AddressError::Domain) };
        if after.contains(PLACEHOLDER) {
            return Err(AddressError::LocalPartCharacter('{'));
        }
        let is_separator = |c: char| !c.is_ascii_alphanumeric();
        let rest = format!("{}{}", before.trim_end_matches(is_separator), after);
        let plain = EmailAddress::parse(&format!("{}@{}", rest.trim_matches(is_separator), sample.domain()))?;
        let written = format!("{before}{PLACEHOLDER}{after}@{}", sample.domain());
        Ok(Self { written, plain, around: Some((before.to_owned(), after.to_owned())) })
    }

    /// Returns the address for nobody in particular: `bounces@example.org`.
    pub fn plain(&self) -> &EmailAddress {
        &self.plain
    }

    /// Returns the domain.
    pub fn domain(&self) -> &str {
        self.plain.domain()
    }

    /// Returns whether every reader has another one.
    pub fn is_per_reader(&self) -> bool {
        self.around.is_some()
    }

    /// Returns the address for the reader of `token`.
    pub fn of(&self, token: Token) -> String {
        self.written.replacen(PLACEHOLDER, &token.folded(), 1)
    }

    /// Returns whether `address` is this one, of any reader.
    pub fn covers(&self, address: &EmailAddress) -> bool {
        let key = address.key();
        let is_of_a_reader = |(before, after): &(String, String)| {
            let local = key.split('@').next().unwrap_or_default();
            let inner = local.strip_prefix(&before.to_ascii_lowercase());
            let inner = inner.and_then(|rest| rest.strip_suffix(&after.to_ascii_lowercase()));
            address.domain() == self.domain() && inner.and_then(Token::parse).is_some()
        };
        key == self.plain.key() || self.around.as_ref().is_some_and(is_of_a_reader)
    }

    /// Returns the address as it is written in a `mailto:` URL, with `{token}` where the token stands.
    pub fn in_mailto(&self) -> String {
        match &self.around {
            None => self.plain.in_mailto(),
            Some(_) => match EmailAddress::parse(&self.written) {
                Ok(written) => written.in_mailto().replacen("%7Btoken%7D", PLACEHOLDER, 1),
                Err(_) => self.written.clone(),
            },
        }
    }
}

impl From<EmailAddress> for TokenAddress {
    fn from(plain: EmailAddress) -> Self {
        Self { written: plain.to_string(), plain, around: None }
    }
}

/// As written.
impl fmt::Display for TokenAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reader_has_an_address_that_is_found_again() {
        let token = Token([0xfb; 16]);
        let address = TokenAddress::parse("Bounces+{token}@Example.org").unwrap();
        assert_eq!(address.to_string(), "Bounces+{token}@example.org");
        assert_eq!(address.plain().to_string(), "Bounces@example.org");
        assert_eq!(address.of(token), "Bounces+7p57x6737p57x6737p57x6737m@example.org");
        assert_eq!(address.in_mailto(), "Bounces+{token}@example.org");
        let covers = |text: &str| address.covers(&EmailAddress::parse(text).unwrap());
        assert!(covers("bounces@example.org") && covers("bounces+7P57X6737P57X6737P57X6737M@example.org"));
        assert!(!covers("bounces+x@example.org") && !covers("bounces+7p57x6737p57x6737p57x6737m@example.net"));
        let front = TokenAddress::parse("{token}=leave@example.org").unwrap();
        assert_eq!(front.plain().to_string(), "leave@example.org");
        let fixed = TokenAddress::parse("b@example.org").unwrap();
        assert_eq!((fixed.of(token), fixed.is_per_reader()), ("b@example.org".to_owned(), false));
        for wrong in ["{token}@example.org", "a+{token}{token}@example.org", "a@{token}.example.org"] {
            assert!(TokenAddress::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            TokenAddress::parse(&format!("{}+{{token}}@example.org", "a".repeat(38))),
            Err(AddressError::TooLong)
        );
        assert!(TokenAddress::parse(&format!("{}+{{token}}@example.org", "a".repeat(37))).is_ok());
    }
}
