//! Greeting, EHLO, STARTTLS, EHLO again, AUTH: what happens before the first message, as a state machine. The server's
//! replies in, our next move out. No I/O, no time.

use super::auth::{self, Exchange};
use super::capabilities::{Capabilities, Extension};
use super::command;
use super::failure::{LossKind, Lost, OpenError, Phase, Refusal};
use super::reply::Reply;
use super::server::{Credentials, Server, Tls};
use crate::secret::Secret;

/// What to do next.
#[derive(Debug)]
pub(super) enum Move {
    /// Say this.
    Say(Line),
    /// Start TLS, then ask [`Opening::encrypted`] what to say.
    Encrypt,
    /// The connection is ready for mail.
    Done(Capabilities),
}

/// A line to say.
#[derive(Debug)]
pub(super) struct Line {
    /// What goes over the wire, line end included; may hold credentials.
    pub(super) bytes: Secret,
    /// What goes into the log: without credentials and line end.
    pub(super) shown: String,
}

impl Line {
    fn open(text: String) -> Self {
        let shown = text.trim_end().to_owned();
        Self { bytes: Secret::new(text), shown }
    }
}

/// How far the opening has come.
#[derive(Debug)]
pub(super) struct Opening<'a> {
    server: &'a Server,
    /// Whether a STARTTLS is still to come.
    start_tls: bool,
    stage: Stage,
}

/// What the next reply answers.
#[derive(Debug)]
enum Stage {
    Greeting,
    Ehlo,
    Helo,
    StartTls,
    Auth { capabilities: Capabilities, exchange: Exchange },
}

impl<'a> Opening<'a> {
    /// An opening that waits for the greeting; with implicit TLS, inside it.
    pub(super) fn new(server: &'a Server) -> Self {
        Self { server, start_tls: server.tls == Tls::StartTls, stage: Stage::Greeting }
    }

    /// What the next reply answers.
    pub(super) fn phase(&self) -> Phase {
        match self.stage {
            Stage::Greeting => Phase::Greeting,
            Stage::Ehlo | Stage::Helo => Phase::Hello,
            Stage::StartTls => Phase::Tls,
            Stage::Auth { .. } => Phase::Auth,
        }
    }

    /// The move after `reply`.
    pub(super) fn answer(&mut self, reply: Reply) -> Result<Move, OpenError> {
        match (&mut self.stage, reply.code) {
            (Stage::Greeting, 200..=299) => Ok(Move::Say(self.ehlo())),
            (Stage::Ehlo, 200..=299) => self.after_ehlo(Capabilities::of(&reply)),
            // RFC 5321 3.2: a server that knows no EHLO may know HELO; but it will know neither STARTTLS nor AUTH.
            (Stage::Ehlo, 500..=599) if !self.start_tls && self.server.credentials.is_none() => {
                self.stage = Stage::Helo;
                Ok(Move::Say(Line::open(command::hello("HELO", &self.server.hello))))
            }
            (Stage::Helo, 200..=299) => Ok(Move::Done(Capabilities::default())),
            (Stage::StartTls, 200..=299) => Ok(Move::Encrypt),
            (Stage::Auth { capabilities, .. }, 200..=299) => Ok(Move::Done(std::mem::take(capabilities))),
            (Stage::Auth { exchange, .. }, 334) => match exchange.answers.pop_front() {
                Some(bytes) => Ok(Move::Say(Line { bytes, shown: String::from("***") })),
                None => Err(self.breach(&reply)),
            },
            (Stage::Auth { .. }, 400..=599) => Err(self.no_auth(reply.to_string(), Some(reply))),
            (_, 400..=599) => {
                let refusal = Refusal { phase: self.phase(), reply };
                Err(OpenError::Refused { server: self.server.to_string(), refusal })
            }
            _ => Err(self.breach(&reply)),
        }
    }

    /// What to say after the TLS handshake. What the server said before it is forgotten (RFC 3207 4.2).
    pub(super) fn encrypted(&mut self) -> Line {
        self.start_tls = false;
        self.ehlo()
    }

    /// `reply` without the lines that repeat the password: what may be logged and shown.
    pub(super) fn without_password(&self, mut reply: Reply) -> Reply {
        if let Some(credentials) = &self.server.credentials {
            for line in reply.lines.iter_mut().filter(|line| auth::shows_password(line, credentials)) {
                *line = String::from("(a line that repeats the password)");
            }
        }
        reply
    }

    fn ehlo(&mut self) -> Line {
        self.stage = Stage::Ehlo;
        Line::open(command::hello("EHLO", &self.server.hello))
    }

    fn after_ehlo(&mut self, capabilities: Capabilities) -> Result<Move, OpenError> {
        match &self.server.credentials {
            _ if self.start_tls && capabilities.offers(Extension::StartTls) => {
                self.stage = Stage::StartTls;
                Ok(Move::Say(Line::open(String::from("STARTTLS\r\n"))))
            }
            _ if self.start_tls => Err(OpenError::Insecure {
                server: self.server.to_string(),
                reason: String::from("it offers no STARTTLS"),
                help: String::from("use the port for implicit TLS, usually 465, with `tls = \"implicit\"`"),
            }),
            Some(credentials) => self.authenticate(credentials, capabilities),
            None => Ok(Move::Done(capabilities)),
        }
    }

    fn authenticate(&mut self, credentials: &Credentials, capabilities: Capabilities) -> Result<Move, OpenError> {
        let exchange = Exchange::choose(credentials, &capabilities).map_err(|reason| self.no_auth(reason, None))?;
        let shown = format!("AUTH {} ***", exchange.mechanism.name());
        let line = Line { bytes: exchange.command.clone(), shown };
        self.stage = Stage::Auth { capabilities, exchange };
        Ok(Move::Say(line))
    }

    fn no_auth(&self, reason: String, reply: Option<Reply>) -> OpenError {
        let user = self.server.credentials.as_ref().map(|credentials| credentials.user.clone()).unwrap_or_default();
        OpenError::Auth { server: self.server.to_string(), user, reply, reason }
    }

    fn breach(&self, reply: &Reply) -> OpenError {
        let phase = self.phase();
        let reason = format!("the server answered {phase} with `{reply}`");
        let lost = Lost { phase, after_dot: false, reply: None, kind: LossKind::Protocol, reason };
        OpenError::Lost { server: self.server.to_string(), lost }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::reply_reader::ReplyReader;
    use super::super::server::Mechanism;
    use super::*;

    fn server(tls: Tls) -> Server {
        Server { hello: String::from("client.example.org"), ..Server::new("mail.example.org", 25, tls) }
    }

    fn with_user(server: Server) -> Server {
        let password = Secret::new("hunter2");
        Server { credentials: Some(Credentials { user: String::from("ada"), password, mechanism: None }), ..server }
    }

    /// The whole opening against a server that says `replies`: what we said, then how it ended.
    fn opened(server: &Server, replies: &[&str]) -> Vec<String> {
        let mut opening = Opening::new(server);
        let mut log = Vec::new();
        let said = |line: Line| {
            let bytes = String::from_utf8(line.bytes.expose().to_vec()).unwrap();
            assert!(bytes.ends_with("\r\n") && bytes.matches(['\r', '\n']).count() == 2, "{bytes:?}");
            line.shown
        };
        for reply in replies {
            let mut reader = ReplyReader::default();
            reader.feed(reply.as_bytes());
            let reply = opening.without_password(reader.next_reply().unwrap().unwrap());
            match opening.answer(reply) {
                Ok(Move::Say(line)) => log.push(said(line)),
                Ok(Move::Encrypt) => log.extend([String::from("(TLS)"), said(opening.encrypted())]),
                Ok(Move::Done(capabilities)) => {
                    log.push(format!("done, {} mechanisms", capabilities.mechanisms().len()));
                    return log;
                }
                Err(error) => {
                    log.push(error.to_string());
                    return log;
                }
            }
        }
        log
    }

    const GREETING: &str = "220 mail.example.org\r\n";

    #[test]
    fn a_plain_opening_is_greeting_and_ehlo() {
        let replies = [GREETING, "250-host\r\n250 AUTH PLAIN\r\n"];
        assert_eq!(opened(&server(Tls::Implicit), &replies), ["EHLO client.example.org", "done, 1 mechanisms"]);
    }

    #[test]
    fn after_starttls_what_was_offered_before_is_forgotten() {
        let replies = [GREETING, "250-host\r\n250-AUTH LOGIN\r\n250 STARTTLS\r\n", "220 go\r\n", "250 host\r\n"];
        assert_eq!(
            opened(&server(Tls::StartTls), &replies),
            ["EHLO client.example.org", "STARTTLS", "(TLS)", "EHLO client.example.org", "done, 0 mechanisms"]
        );
    }

    #[test]
    fn a_second_offer_of_starttls_is_not_taken() {
        let ehlo = "250-host\r\n250 STARTTLS\r\n";
        let said = opened(&server(Tls::StartTls), &[GREETING, ehlo, "220 go\r\n", ehlo]);
        assert_eq!(said.last().unwrap(), "done, 0 mechanisms");
    }

    #[test]
    fn a_server_without_starttls_is_left_where_it_is_required() {
        assert_eq!(
            opened(&with_user(server(Tls::StartTls)), &[GREETING, "250-host\r\n250 AUTH PLAIN\r\n"]),
            ["EHLO client.example.org", "`mail.example.org:25` is not safe to use: it offers no STARTTLS"]
        );
    }

    #[test]
    fn helo_is_tried_only_where_nothing_of_ehlo_is_needed() {
        let replies = [GREETING, "502 what\r\n", "250 host\r\n"];
        assert_eq!(
            opened(&server(Tls::Implicit), &replies),
            ["EHLO client.example.org", "HELO client.example.org", "done, 0 mechanisms"]
        );
        let refused = "`mail.example.org:25` does not talk to us: EHLO refused: 502 what";
        assert_eq!(opened(&server(Tls::StartTls), &replies), ["EHLO client.example.org", refused]);
        assert_eq!(opened(&with_user(server(Tls::Implicit)), &replies), ["EHLO client.example.org", refused]);
        assert_eq!(
            opened(&server(Tls::Implicit), &[GREETING, "502 what\r\n", "550 go away\r\n"]).last().unwrap(),
            "`mail.example.org:25` does not talk to us: EHLO refused: 550 go away"
        );
    }

    #[test]
    fn refusals_name_what_was_refused() {
        let ehlo = "250-host\r\n250 STARTTLS\r\n";
        for (replies, expected) in [
            (&["554 no\r\n"][..], "greeting refused: 554 no"),
            (&[GREETING, "421 no\r\n"], "EHLO refused: 421 no"),
            (&[GREETING, ehlo, "454 no\r\n"], "TLS refused: 454 no"),
        ] {
            let said = opened(&server(Tls::StartTls), replies);
            assert_eq!(*said.last().unwrap(), format!("`mail.example.org:25` does not talk to us: {expected}"));
        }
    }

    #[test]
    fn answers_that_do_not_belong_there_end_the_opening() {
        let auth = "250-host\r\n250 AUTH PLAIN\r\n";
        for (replies, expected) in [
            (&["354 x\r\n"][..], "(greeting): the server answered greeting with `354 x`"),
            (&[GREETING, "334 x\r\n"], "(EHLO): the server answered EHLO with `334 x`"),
            (&[GREETING, auth, "354 x\r\n"], "(AUTH): the server answered AUTH with `354 x`"),
            // PLAIN was said at once; there is nothing left to answer.
            (&[GREETING, auth, "334 \r\n"], "(AUTH): the server answered AUTH with `334`"),
        ] {
            let said = opened(&with_user(server(Tls::Implicit)), replies);
            let expected = format!("no conversation with `mail.example.org:25`: connection lost {expected}");
            assert_eq!(*said.last().unwrap(), expected);
        }
    }

    #[test]
    fn credentials_are_not_in_the_log_and_a_refusal_repeats_the_server() {
        let login = "250-host\r\n250 AUTH LOGIN\r\n";
        let ask = "334 VXNlcm5hbWU6\r\n";
        let refusal = "535-5.7.8 wrong\r\n535 5.7.8 hunter2 is not it\r\n";
        assert_eq!(
            opened(&with_user(server(Tls::Implicit)), &[GREETING, login, ask, ask, refusal]),
            [
                "EHLO client.example.org",
                "AUTH LOGIN ***",
                "***",
                "***",
                "`mail.example.org:25` does not let `ada` in: 535 5.7.8 wrong (a line that repeats the password)",
            ]
        );
    }

    #[test]
    fn a_mechanism_that_is_not_offered_is_not_used() {
        let mut server = with_user(server(Tls::Implicit));
        server.credentials.as_mut().unwrap().mechanism = Some(Mechanism::XOAuth2);
        assert_eq!(
            opened(&server, &[GREETING, "250-host\r\n250 AUTH PLAIN\r\n"]).last().unwrap(),
            "`mail.example.org:25` does not let `ada` in: it offers PLAIN, not XOAUTH2"
        );
    }

    proptest! {
        /// Whatever a server answers, AUTH is said only inside TLS when TLS is configured, and nothing panics.
        #[test]
        fn auth_is_never_said_in_clear(codes in prop::collection::vec(
            prop::sample::select(vec![
                "220 x\r\n", "250 x\r\n", "250-x\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n", "334 x\r\n", "235 x\r\n",
                "354 x\r\n", "421 x\r\n", "454 x\r\n", "502 x\r\n", "250-x\r\n250 AUTH LOGIN\r\n",
            ]), 0..9,
        )) {
            let said = opened(&with_user(server(Tls::StartTls)), &codes);
            let auth = said.iter().position(|line| line.starts_with("AUTH"));
            let encrypted = said.iter().position(|line| line == "(TLS)");
            prop_assert!(auth.is_none() || encrypted.is_some_and(|encrypted| Some(encrypted) < auth), "{said:?}");
        }
    }
}
