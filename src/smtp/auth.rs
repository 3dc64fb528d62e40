//! Which authentication mechanism to use, and what it says (RFC 4954).

use std::collections::VecDeque;

use data_encoding::BASE64;

use super::capabilities::Capabilities;
use super::server::{Credentials, Mechanism};
use crate::secret::Secret;

/// One authentication: what to say first, and what to answer each 334 of the server.
#[derive(Debug)]
pub(super) struct Exchange {
    /// Which mechanism it is of.
    pub(super) mechanism: Mechanism,
    /// The AUTH command, a whole line.
    pub(super) command: Secret,
    /// Whole lines, in order.
    pub(super) answers: VecDeque<Secret>,
}

impl Exchange {
    /// An exchange a server of these capabilities understands.
    ///
    /// Errors say what the server offers instead.
    pub(super) fn choose(credentials: &Credentials, capabilities: &Capabilities) -> Result<Self, String> {
        let offered = |mechanism: Mechanism| capabilities.mechanisms().iter().any(|name| name == mechanism.name());
        // Never XOAUTH2 unasked: a password is no token, and showing it as one gains nothing.
        let wanted =
            credentials.mechanism.map_or(vec![Mechanism::Plain, Mechanism::Login], |mechanism| vec![mechanism]);
        match wanted.iter().copied().find(|&mechanism| offered(mechanism)) {
            Some(mechanism) => Self::of(mechanism, credentials),
            None if capabilities.mechanisms().is_empty() => Err(String::from("it offers no authentication here")),
            None => {
                let names: Vec<_> = wanted.iter().map(|mechanism| mechanism.name()).collect();
                Err(format!("it offers {}, not {}", capabilities.mechanisms().join(" "), names.join(" or ")))
            }
        }
    }

    fn of(mechanism: Mechanism, Credentials { user, password, .. }: &Credentials) -> Result<Self, String> {
        let password = password.expose();
        // PLAIN separates with NUL, XOAUTH2 with Control-A: neither may stand in what is separated.
        if user.bytes().chain(password.iter().copied()).any(|byte| matches!(byte, 0 | 1)) {
            return Err(String::from("user or password has a control character in it"));
        }
        let (first, answers) = match mechanism {
            Mechanism::Plain => (Some([b"\0", user.as_bytes(), b"\0", password].concat()), vec![]),
            Mechanism::Login => (None, vec![BASE64.encode(user.as_bytes()), BASE64.encode(password)]),
            // Its 334 carries the error; an empty answer makes the server say it as a proper reply.
            Mechanism::XOAuth2 => {
                let token = [b"user=", user.as_bytes(), b"\x01auth=Bearer ", password, b"\x01\x01"].concat();
                (Some(token), vec![String::new()])
            }
        };
        let first = first.map(|bytes| format!(" {}", BASE64.encode(&bytes))).unwrap_or_default();
        Ok(Self {
            mechanism,
            command: Secret::new(format!("AUTH {}{first}\r\n", mechanism.name())),
            answers: answers.into_iter().map(|answer| Secret::new(answer + "\r\n")).collect(),
        })
    }
}

/// Whether `text` shows the password, plain or as it went over the wire. A server may repeat what it was told.
pub(super) fn shows_password(text: &str, credentials: &Credentials) -> bool {
    let Credentials { user, password, .. } = credentials;
    let password = password.expose();
    let plain = [b"\0", user.as_bytes(), b"\0", password].concat();
    let forms = [String::from_utf8_lossy(password).into_owned(), BASE64.encode(password), BASE64.encode(&plain)];
    forms.iter().any(|form| !form.is_empty() && text.contains(form))
}

#[cfg(test)]
mod tests {
    use super::super::reply::Reply;
    use super::*;

    fn credentials(mechanism: Option<Mechanism>) -> Credentials {
        Credentials { user: String::from("ada"), password: Secret::new("pa ss"), mechanism }
    }

    fn choose(offer: &str, mechanism: Option<Mechanism>) -> Result<Vec<String>, String> {
        let lines = vec![String::from("host"), offer.to_owned()];
        let capabilities = Capabilities::of(&Reply { code: 250, enhanced: None, lines });
        let exchange = Exchange::choose(&credentials(mechanism), &capabilities)?;
        let lines = std::iter::once(&exchange.command).chain(&exchange.answers);
        Ok(lines.map(|line| String::from_utf8(line.expose().to_vec()).unwrap()).collect())
    }

    #[test]
    fn plain_is_preferred_and_said_at_once() {
        // "\0ada\0pa ss"
        assert_eq!(choose("AUTH LOGIN PLAIN XOAUTH2", None).unwrap(), ["AUTH PLAIN AGFkYQBwYSBzcw==\r\n"]);
    }

    #[test]
    fn login_is_said_in_two_answers() {
        assert_eq!(choose("AUTH LOGIN", None).unwrap(), ["AUTH LOGIN\r\n", "YWRh\r\n", "cGEgc3M=\r\n"]);
    }

    #[test]
    fn xoauth2_is_used_only_when_asked_for() {
        // "user=ada\x01auth=Bearer pa ss\x01\x01"
        let said = choose("AUTH XOAUTH2 PLAIN", Some(Mechanism::XOAuth2)).unwrap();
        assert_eq!(said, ["AUTH XOAUTH2 dXNlcj1hZGEBYXV0aD1CZWFyZXIgcGEgc3MBAQ==\r\n", "\r\n"]);
        assert_eq!(choose("AUTH XOAUTH2", None).unwrap_err(), "it offers XOAUTH2, not PLAIN or LOGIN");
    }

    #[test]
    fn what_is_not_offered_is_not_used() {
        assert_eq!(choose("PIPELINING", None).unwrap_err(), "it offers no authentication here");
        assert_eq!(
            choose("AUTH CRAM-MD5 PLAIN", Some(Mechanism::Login)).unwrap_err(),
            "it offers CRAM-MD5 PLAIN, not LOGIN"
        );
    }

    #[test]
    fn separators_in_user_or_password_are_refused() {
        let credentials = Credentials { user: String::from("ada\0bo"), ..credentials(None) };
        assert_eq!(
            Exchange::of(Mechanism::Plain, &credentials).unwrap_err(),
            "user or password has a control character in it"
        );
    }

    #[test]
    fn a_repeated_password_is_noticed_in_each_form() {
        let credentials = credentials(None);
        for text in ["bad `pa ss`", "cGEgc3M=", "AGFkYQBwYSBzcw== is wrong"] {
            assert!(shows_password(text, &credentials), "{text}");
        }
        assert!(!shows_password("authentication failed for ada", &credentials));
        let empty = Credentials { password: Secret::new(""), ..credentials };
        assert!(!shows_password("authentication failed", &empty));
    }
}
