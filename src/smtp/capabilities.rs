//! Parses the extensions in a server's reply to EHLO (RFC 5321 4.1.1.1).

use super::reply::Reply;

/// An extension that changes the conversation.
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

impl Extension {
    fn of_keyword(keyword: &str) -> Option<Self> {
        Some(match keyword {
            "PIPELINING" => Self::Pipelining,
            "STARTTLS" => Self::StartTls,
            "CHUNKING" => Self::Chunking,
            "8BITMIME" => Self::EightBitMime,
            "SMTPUTF8" => Self::SmtpUtf8,
            "ENHANCEDSTATUSCODES" => Self::EnhancedStatusCodes,
            _ => return None,
        })
    }
}

/// The extensions a server offers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Capabilities {
    extensions: Vec<Extension>,
    size: Option<u64>,
    mechanisms: Vec<String>,
}

impl Capabilities {
    /// Parses the reply to EHLO. The first line is a greeting; unknown keywords are ignored.
    pub(super) fn of(reply: &Reply) -> Self {
        let mut capabilities = Self::default();
        for line in reply.lines.iter().skip(1) {
            let line = line.to_ascii_uppercase();
            // Servers older than RFC 2554 write `AUTH LOGIN` as `AUTH=LOGIN`.
            let line = line.replacen("AUTH=", "AUTH ", 1);
            let mut words = line.split_ascii_whitespace();
            match words.next() {
                Some("SIZE") => capabilities.size = Some(words.next().and_then(|size| size.parse().ok()).unwrap_or(0)),
                Some("AUTH") => capabilities.mechanisms.extend(words.map(str::to_owned)),
                Some(keyword) => capabilities.extensions.extend(Extension::of_keyword(keyword)),
                None => {}
            }
        }
        capabilities
    }

    /// Returns whether the server offers `extension`.
    pub fn offers(&self, extension: Extension) -> bool {
        self.extensions.contains(&extension)
    }

    /// Returns the same capabilities without `extension`.
    pub(super) fn without(mut self, extension: Extension) -> Self {
        self.extensions.retain(|&offered| offered != extension);
        self
    }

    /// Whether MAIL may name the message's size (RFC 1870).
    pub fn offers_size(&self) -> bool {
        self.size.is_some()
    }

    /// The largest message the server accepts, in bytes, if it declares one (RFC 1870; zero means
    /// no limit).
    pub fn size_limit(&self) -> Option<u64> {
        self.size.filter(|&limit| limit > 0)
    }

    /// The names of the authentication mechanisms offered (RFC 4954), upper case.
    pub fn mechanisms(&self) -> &[String] {
        &self.mechanisms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capabilities(lines: &[&str]) -> Capabilities {
        let lines = lines.iter().map(|&line| line.to_owned()).collect();
        Capabilities::of(&Reply { code: 250, enhanced: None, lines })
    }

    #[test]
    fn keywords_are_read_in_any_case() {
        let offer = ["mail.example.org", "pipelining", "Size 10240000", "STARTTLS", "8BITMIME", "SmtpUtf8", "CHUNKING"];
        let offered = capabilities(&[&offer[..], &["ENHANCEDSTATUSCODES", "AUTH plain LOGIN", "X-NEW", ""]].concat());
        let extensions = vec![
            Extension::Pipelining,
            Extension::StartTls,
            Extension::EightBitMime,
            Extension::SmtpUtf8,
            Extension::Chunking,
            Extension::EnhancedStatusCodes,
        ];
        let mechanisms = vec![String::from("PLAIN"), String::from("LOGIN")];
        assert_eq!(offered, Capabilities { extensions, size: Some(10_240_000), mechanisms });
        assert_eq!(offered.size_limit(), Some(10_240_000));
    }

    #[test]
    fn the_greeting_line_offers_nothing() {
        assert_eq!(capabilities(&["PIPELINING STARTTLS"]), Capabilities::default());
    }

    #[test]
    fn a_size_without_a_number_or_of_zero_is_no_limit() {
        for line in ["SIZE", "SIZE 0", "SIZE many", "SIZE 99999999999999999999999"] {
            let offered = capabilities(&["host", line]);
            assert!(offered.offers_size(), "{line}");
            assert_eq!(offered.size_limit(), None, "{line}");
        }
        assert!(!capabilities(&["host"]).offers_size());
    }

    #[test]
    fn the_old_way_to_offer_auth_is_understood() {
        assert_eq!(capabilities(&["host", "AUTH=LOGIN PLAIN"]).mechanisms(), ["LOGIN", "PLAIN"]);
    }
}
