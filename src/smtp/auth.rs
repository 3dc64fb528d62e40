//! Chooses an authentication mechanism and encodes its exchange (RFC 4954).

use std::collections::VecDeque;

use data_encoding::BASE64;

use super::capabilities::Capabilities;
use super::reply::{EnhancedCode, Reply};
use super::server::{Credentials, Mechanism};
use crate::secret::Secret;

/// One authentication: the first command, and the response to each 334 of the server. PLAIN is sent
/// with its response, and the response again if the server asks for it (RFC 4954 4: it may not know
/// initial responses).
#[derive(Debug)]
pub(super) struct SaslExchange {
    /// The mechanism.
    pub(super) mechanism: Mechanism,
    /// The AUTH command, without the line end.
    pub(super) command: Secret,
    /// The responses, in order.
    pub(super) responses: VecDeque<Secret>,
}

impl SaslExchange {
    /// Chooses an exchange that a server of these capabilities understands.
    ///
    /// Errors list the mechanisms that the server offers instead.
    pub(super) fn choose(credentials: &Credentials, capabilities: &Capabilities) -> Result<Self, String> {
        Self::choose_after(None, credentials, capabilities)
    }

    /// Returns the next best exchange after `refused`, if there is one.
    pub(super) fn after(refused: Mechanism, credentials: &Credentials, capabilities: &Capabilities) -> Option<Self> {
        Self::choose_after(Some(refused), credentials, capabilities).ok()
    }

    fn choose_after(
        refused: Option<Mechanism>,
        credentials: &Credentials,
        capabilities: &Capabilities,
    ) -> Result<Self, String> {
        let offered = |mechanism: Mechanism| capabilities.mechanisms().iter().any(|name| name == mechanism.name());
        // XOAUTH2 is never chosen automatically: a password is not a token, and sending it as one
        // cannot succeed.
        let mut wanted =
            credentials.mechanism.map_or(vec![Mechanism::Plain, Mechanism::Login], |mechanism| vec![mechanism]);
        wanted.retain(|&mechanism| refused != Some(mechanism));
        match wanted.iter().copied().find(|&mechanism| offered(mechanism)) {
            Some(mechanism) => Self::of(mechanism, credentials),
            None if capabilities.mechanisms().is_empty() => Err(String::from("it offers no authentication")),
            None => {
                let names: Vec<_> = wanted.iter().map(|mechanism| mechanism.name()).collect();
                Err(format!("it offers {}, not {}", capabilities.mechanisms().join(" "), names.join(" or ")))
            }
        }
    }

    fn of(mechanism: Mechanism, Credentials { user, password, .. }: &Credentials) -> Result<Self, String> {
        let password = password.expose();
        // PLAIN separates with NUL, XOAUTH2 with Control-A: user and password may contain neither.
        if user.bytes().chain(password.iter().copied()).any(|byte| matches!(byte, 0 | 1)) {
            return Err(String::from("the user or the password contains a control character"));
        }
        let (first, responses) = match mechanism {
            Mechanism::Plain => {
                let response = BASE64.encode(&plain_response(user, password));
                (Some(response.clone()), vec![response])
            }
            Mechanism::Login => (None, vec![BASE64.encode(user.as_bytes()), BASE64.encode(password)]),
            // The 334 carries the error; an empty response makes the server send it as a regular
            // reply.
            Mechanism::XOAuth2 => (Some(BASE64.encode(&bearer_response(user, password))), vec![String::new()]),
        };
        let first = first.map(|response| format!(" {response}")).unwrap_or_default();
        Ok(Self {
            mechanism,
            command: Secret::new(format!("AUTH {}{first}\r\n", mechanism.name())),
            responses: responses.into_iter().map(|response| Secret::new(response + "\r\n")).collect(),
        })
    }
}

/// The response of PLAIN, before it is encoded.
pub(crate) fn plain_response(user: &str, password: &[u8]) -> Vec<u8> {
    [b"\0", user.as_bytes(), b"\0", password].concat()
}

/// The response of XOAUTH2, before it is encoded.
pub(crate) fn bearer_response(user: &str, token: &[u8]) -> Vec<u8> {
    [b"user=", user.as_bytes(), b"\x01auth=Bearer ", token, b"\x01\x01"].concat()
}

/// Returns whether `reply` is about the mechanism and not about user or password, so that another
/// mechanism may succeed. Servers that reject a mechanism they offer have many replies for it:
/// unknown (RFC 4954 4: 504), too weak (6: 534, 5.7.9), not a command, not supported (RFC 3463:
/// 5.3.3, 5.5.4, 5.7.4).
pub(super) fn is_about_mechanism(reply: &Reply) -> bool {
    let text = reply.text().to_ascii_lowercase();
    let unsupported = ["unsupported", "not supported", "unrecognized", "unrecognised", "unknown mechanism", "disabled"];
    match (reply.code, reply.enhanced) {
        (500..=504 | 534 | 538, _) => true,
        (535 | 550 | 554, Some(EnhancedCode { subject, detail, .. }))
            if matches!((subject, detail), (3, 3) | (5, 4) | (7, 4 | 9)) =>
        {
            true
        }
        (535, _) => unsupported.iter().any(|words| text.contains(words)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(mechanism: Option<Mechanism>) -> Credentials {
        Credentials { user: String::from("ada"), password: Secret::new("pa ss"), mechanism }
    }

    fn choose(offer: &str, mechanism: Option<Mechanism>) -> Result<Vec<String>, String> {
        let lines = vec![String::from("host"), offer.to_owned()];
        let capabilities = Capabilities::of(&Reply { code: 250, enhanced: None, lines });
        let exchange = SaslExchange::choose(&credentials(mechanism), &capabilities)?;
        let lines = std::iter::once(&exchange.command).chain(&exchange.responses);
        Ok(lines.map(|line| String::from_utf8(line.expose().to_vec()).unwrap()).collect())
    }

    #[test]
    fn plain_is_preferred_and_sent_at_once() {
        // "\0ada\0pa ss"
        // It is sent again when the server asks for it.
        let sent = ["AUTH PLAIN AGFkYQBwYSBzcw==\r\n", "AGFkYQBwYSBzcw==\r\n"];
        assert_eq!(choose("AUTH LOGIN PLAIN XOAUTH2", None).unwrap(), sent);
    }

    #[test]
    fn login_is_sent_in_two_responses() {
        assert_eq!(choose("AUTH LOGIN", None).unwrap(), ["AUTH LOGIN\r\n", "YWRh\r\n", "cGEgc3M=\r\n"]);
    }

    #[test]
    fn xoauth2_is_used_only_when_asked_for() {
        // "user=ada\x01auth=Bearer pa ss\x01\x01"
        let sent = choose("AUTH XOAUTH2 PLAIN", Some(Mechanism::XOAuth2)).unwrap();
        assert_eq!(sent, ["AUTH XOAUTH2 dXNlcj1hZGEBYXV0aD1CZWFyZXIgcGEgc3MBAQ==\r\n", "\r\n"]);
        assert_eq!(choose("AUTH XOAUTH2", None).unwrap_err(), "it offers XOAUTH2, not PLAIN or LOGIN");
    }

    #[test]
    fn what_is_not_offered_is_not_used() {
        assert_eq!(choose("PIPELINING", None).unwrap_err(), "it offers no authentication");
        assert_eq!(
            choose("AUTH CRAM-MD5 PLAIN", Some(Mechanism::Login)).unwrap_err(),
            "it offers CRAM-MD5 PLAIN, not LOGIN"
        );
    }

    #[test]
    fn separators_in_user_or_password_are_refused() {
        let credentials = Credentials { user: String::from("ada\0bo"), ..credentials(None) };
        assert_eq!(
            SaslExchange::of(Mechanism::Plain, &credentials).unwrap_err(),
            "the user or the password contains a control character"
        );
    }

    #[test]
    fn what_is_about_the_mechanism_is_told_from_what_is_about_the_password() {
        let reply = |line: &str| {
            let mut reader = super::super::reply_reader::ReplyReader::default();
            reader.feed(format!("{line}\r\n").as_bytes());
            reader.next_reply().unwrap().unwrap()
        };
        for line in [
            "504 5.5.4 Unrecognized authentication type",
            "504 5.7.4 Unrecognized authentication type",
            "504 AUTH mechanism not available",
            "502 5.5.1 command not implemented",
            "500 unrecognized command",
            "501 5.5.4 invalid argument",
            "534 5.7.9 Authentication mechanism is too weak",
            "535 5.7.4 mechanism disabled",
            "535 5.7.8 Authentication mechanism not supported",
            "535 PLAIN authentication is disabled, use LOGIN",
        ] {
            assert!(is_about_mechanism(&reply(line)), "{line}");
        }
        for line in [
            "535 5.7.8 Error: authentication failed",
            "535 5.7.3 Authentication unsuccessful",
            "535 Incorrect authentication data",
            "454 4.7.0 Temporary authentication failure",
            "421 4.7.0 too many errors",
            "550 5.7.1 relaying denied",
            "530 5.7.0 Must issue a STARTTLS command first",
            "525 5.7.13 User account disabled",
        ] {
            assert!(!is_about_mechanism(&reply(line)), "{line}");
        }
    }
}
