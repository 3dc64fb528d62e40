//! Chooses how to log in, and writes the exchange (RFC 9051 6.2).

use std::collections::VecDeque;

use data_encoding::BASE64;

use super::command::quoted;
use crate::secret::Secret;
use crate::smtp::{Credentials, Mechanism, bearer_response, plain_response};

/// A way to log in.
#[derive(Debug)]
pub(super) enum Login {
    /// AUTHENTICATE with a response that may come with the command (RFC 4959), and what answers further questions.
    Sasl { mechanism: Mechanism, first: Option<Secret>, then: Vec<Secret> },
    /// The LOGIN command, complete.
    Command(Secret),
}

impl Login {
    /// Chooses one that a server of these `capabilities` understands.
    ///
    /// Errors say what it offers instead.
    pub(super) fn choose(credentials: &Credentials, capabilities: &[String]) -> Result<Self, String> {
        let offers = |name: &str| capabilities.iter().any(|one| one.eq_ignore_ascii_case(name));
        let wanted = match credentials.mechanism {
            Some(mechanism) => vec![mechanism],
            // XOAUTH2 is never chosen unasked: a password is no token.
            None => vec![Mechanism::Plain, Mechanism::Login],
        };
        if let Some(&mechanism) = wanted.iter().find(|mechanism| offers(&format!("AUTH={}", mechanism.name()))) {
            return Self::sasl(mechanism, credentials);
        }
        if wanted.contains(&Mechanism::Login) && !offers("LOGINDISABLED") {
            let arguments = std::str::from_utf8(credentials.password.expose())
                .ok()
                .and_then(|password| Some(format!("LOGIN {} {}", quoted(&credentials.user)?, quoted(password)?)));
            return arguments
                .map(|command| Self::Command(Secret::new(command)))
                .ok_or_else(|| "it only offers LOGIN, which cannot carry this user or password".to_owned());
        }
        let offered: Vec<&str> = capabilities.iter().filter_map(|one| one.strip_prefix("AUTH=")).collect();
        let names: Vec<&str> = wanted.iter().map(|mechanism| mechanism.name()).collect();
        let offered = if offered.is_empty() { "no mechanism".to_owned() } else { offered.join(" ") };
        Err(format!("it offers {offered}, not {}", names.join(" or ")))
    }

    fn sasl(mechanism: Mechanism, credentials: &Credentials) -> Result<Self, String> {
        let Credentials { user, password, .. } = credentials;
        let password = password.expose();
        if user.bytes().chain(password.iter().copied()).any(|byte| matches!(byte, 0 | 1)) {
            return Err("the user or the password contains a control character".to_owned());
        }
        let encoded = |bytes: &[u8]| Secret::new(BASE64.encode(bytes));
        let (first, then) = match mechanism {
            Mechanism::Plain => (Some(encoded(&plain_response(user, password))), Vec::new()),
            Mechanism::Login => (None, vec![encoded(user.as_bytes()), encoded(password)]),
            // The question carries the reason of a refusal; an empty answer has the server say it in words.
            Mechanism::XOAuth2 => (Some(encoded(&bearer_response(user, password))), vec![Secret::new("")]),
        };
        Ok(Self::Sasl { mechanism, first, then })
    }

    /// Returns the answers to the questions of the server, with line ends.
    pub(super) fn answers(self, with_first: bool) -> VecDeque<Secret> {
        let Self::Sasl { first, then, .. } = self else { return VecDeque::new() };
        let first = first.filter(|_| !with_first);
        first.into_iter().chain(then).map(|one| Secret::new([one.expose(), b"\r\n"].concat())).collect()
    }
}

/// Returns the command, with the first response if the server takes it there.
pub(super) fn first_line(login: &Login, with_first: bool) -> Secret {
    match login {
        Login::Command(command) => command.clone(),
        Login::Sasl { mechanism, first, .. } => {
            let mut line = format!("AUTHENTICATE {}", mechanism.name()).into_bytes();
            if let Some(first) = first.as_ref().filter(|_| with_first) {
                line.push(b' ');
                line.extend_from_slice(first.expose());
            }
            Secret::new(line)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(mechanism: Option<Mechanism>, password: &str, capabilities: &str) -> Result<Vec<String>, String> {
        let credentials = Credentials { user: "ada".to_owned(), password: Secret::new(password), mechanism };
        let capabilities: Vec<String> = capabilities.split(' ').map(str::to_owned).collect();
        let login = Login::choose(&credentials, &capabilities)?;
        let with_first = capabilities.iter().any(|one| one == "SASL-IR");
        let first = first_line(&login, with_first);
        let text = |secret: &Secret| String::from_utf8(secret.expose().to_vec()).unwrap();
        Ok(std::iter::once(text(&first)).chain(login.answers(with_first).iter().map(text)).collect())
    }

    #[test]
    fn a_login_fits_what_the_server_offers() {
        let refused = |text: &str| Err(text.to_owned());
        let said = |lines: &[&str]| Ok(lines.iter().map(|&line| line.to_owned()).collect());
        for (mechanism, capabilities, expected) in [
            (None, "IMAP4REV1 SASL-IR AUTH=PLAIN", said(&["AUTHENTICATE PLAIN AGFkYQBwdw=="])),
            (None, "IMAP4REV1 AUTH=PLAIN", said(&["AUTHENTICATE PLAIN", "AGFkYQBwdw==\r\n"])),
            (None, "IMAP4REV1 AUTH=LOGIN", said(&["AUTHENTICATE LOGIN", "YWRh\r\n", "cHc=\r\n"])),
            (None, "IMAP4REV1", said(&["LOGIN \"ada\" \"pw\""])),
            (None, "IMAP4REV1 LOGINDISABLED AUTH=GSSAPI", refused("it offers GSSAPI, not PLAIN or LOGIN")),
            (Some(Mechanism::Plain), "IMAP4REV1", refused("it offers no mechanism, not PLAIN")),
            (
                Some(Mechanism::XOAuth2),
                "SASL-IR AUTH=XOAUTH2",
                said(&["AUTHENTICATE XOAUTH2 dXNlcj1hZGEBYXV0aD1CZWFyZXIgcHcBAQ==", "\r\n"]),
            ),
        ] {
            assert_eq!(chosen(mechanism, "pw", capabilities), expected, "{capabilities}");
        }
        assert_eq!(
            chosen(None, "pä\r\nA1 DELETE INBOX", "IMAP4REV1"),
            refused("it only offers LOGIN, which cannot carry this user or password")
        );
    }
}
