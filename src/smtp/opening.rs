//! Runs the conversation before the first message (greeting, EHLO, STARTTLS, EHLO again, AUTH) as a state machine: replies
//! go in, the next step comes out. No I/O, no time.

use super::auth::{self, SaslExchange};
use super::capabilities::{Capabilities, Extension};
use super::client_line::ClientLine;
use super::command;
use super::failure::{LossKind, Lost, OpenError, Phase, Refusal};
use super::reply::Reply;
use super::server::{Mechanism, Server, Tls};

/// The next step.
#[derive(Debug)]
pub(super) enum OpeningStep {
    /// Send this line.
    Send(ClientLine),
    /// Start TLS, then send the line of [`Opening::on_encrypted`].
    Encrypt,
    /// The connection is ready for mail.
    Done(Capabilities),
}

/// The state of the opening.
#[derive(Debug)]
pub(super) struct Opening<'a> {
    server: &'a Server,
    /// Whether a STARTTLS is still to come.
    start_tls: bool,
    stage: Stage,
}

/// The command that the next reply is for.
#[derive(Debug)]
enum Stage {
    Greeting,
    Ehlo,
    Helo,
    StartTls,
    Auth { capabilities: Capabilities, exchange: SaslExchange },
}

impl<'a> Opening<'a> {
    /// Starts an opening that waits for the greeting; with implicit TLS, inside TLS.
    pub(super) fn new(server: &'a Server) -> Self {
        Self { server, start_tls: server.tls == Tls::StartTls, stage: Stage::Greeting }
    }

    /// The command that the next reply is for.
    pub(super) fn phase(&self) -> Phase {
        match self.stage {
            Stage::Greeting => Phase::Greeting,
            Stage::Ehlo | Stage::Helo => Phase::Hello,
            Stage::StartTls => Phase::Tls,
            Stage::Auth { .. } => Phase::Auth,
        }
    }

    /// The move after `reply`.
    pub(super) fn on_reply(&mut self, reply: Reply) -> Result<OpeningStep, OpenError> {
        match (&mut self.stage, reply.code) {
            (Stage::Greeting, 200..=299) => Ok(OpeningStep::Send(self.ehlo())),
            (Stage::Ehlo, 200..=299) => self.after_ehlo(Capabilities::of(&reply)),
            // RFC 5321 3.2: a server that does not know EHLO may know HELO, but will know neither
            // STARTTLS nor AUTH.
            (Stage::Ehlo, 500..=599) if !self.start_tls && self.server.credentials.is_none() => {
                self.stage = Stage::Helo;
                Ok(OpeningStep::Send(ClientLine::open(command::hello("HELO", &self.server.hello))))
            }
            (Stage::Helo, 200..=299) => Ok(OpeningStep::Done(Capabilities::default())),
            (Stage::StartTls, 200..=299) => Ok(OpeningStep::Encrypt),
            (Stage::Auth { capabilities, .. }, 200..=299) => Ok(OpeningStep::Done(std::mem::take(capabilities))),
            (Stage::Auth { exchange, .. }, 334) => match exchange.responses.pop_front() {
                Some(bytes) => Ok(OpeningStep::Send(ClientLine { bytes, shown: String::from("***") })),
                None => Err(self.breach(&reply)),
            },
            (Stage::Auth { capabilities, exchange }, 500..=599) if auth::is_about_mechanism(&reply) => {
                let capabilities = std::mem::take(capabilities);
                let refused = exchange.mechanism;
                let next = self.server.credentials.as_ref();
                match next.and_then(|credentials| SaslExchange::after(refused, credentials, &capabilities)) {
                    // Each mechanism is tried once.
                    Some(next) if refused == Mechanism::Plain => Ok(OpeningStep::Send(self.begin(next, capabilities))),
                    _ => Err(self.no_auth(reply.to_string(), Some(reply))),
                }
            }
            (Stage::Auth { .. }, 400..=599) => Err(self.no_auth(reply.to_string(), Some(reply))),
            (_, 400..=599) => {
                let refusal = Refusal { phase: self.phase(), reply };
                Err(OpenError::Refused { server: self.server.to_string(), refusal })
            }
            _ => Err(self.breach(&reply)),
        }
    }

    /// Returns the line to send after the TLS handshake. The replies before it are forgotten (RFC 3207 4.2).
    pub(super) fn on_encrypted(&mut self) -> ClientLine {
        self.start_tls = false;
        self.ehlo()
    }

    fn ehlo(&mut self) -> ClientLine {
        self.stage = Stage::Ehlo;
        ClientLine::open(command::hello("EHLO", &self.server.hello))
    }

    fn after_ehlo(&mut self, capabilities: Capabilities) -> Result<OpeningStep, OpenError> {
        match &self.server.credentials {
            _ if self.start_tls && capabilities.offers(Extension::StartTls) => {
                self.stage = Stage::StartTls;
                Ok(OpeningStep::Send(ClientLine::open(String::from("STARTTLS\r\n"))))
            }
            _ if self.start_tls => Err(OpenError::Insecure {
                server: self.server.to_string(),
                reason: String::from("it does not offer STARTTLS"),
                help: String::from("use the port for implicit TLS, usually 465, with `tls = \"implicit\"`"),
            }),
            Some(credentials) => {
                let exchange = SaslExchange::choose(credentials, &capabilities);
                let exchange = exchange.map_err(|reason| self.no_auth(reason, None))?;
                Ok(OpeningStep::Send(self.begin(exchange, capabilities)))
            }
            None => Ok(OpeningStep::Done(capabilities)),
        }
    }

    fn begin(&mut self, exchange: SaslExchange, capabilities: Capabilities) -> ClientLine {
        let shown = format!("AUTH {} ***", exchange.mechanism.name());
        let line = ClientLine { bytes: exchange.command.clone(), shown };
        self.stage = Stage::Auth { capabilities, exchange };
        line
    }

    fn no_auth(&self, reason: String, reply: Option<Reply>) -> OpenError {
        let user = self.server.credentials.as_ref().map(|credentials| credentials.user.clone()).unwrap_or_default();
        OpenError::Auth { server: self.server.to_string(), user, reply, reason }
    }

    fn breach(&self, reply: &Reply) -> OpenError {
        let phase = self.phase();
        let reason = format!("the server replied to {phase} with `{reply}`");
        let lost = Lost { phase, after_dot: false, reply: None, kind: LossKind::Protocol, reason };
        OpenError::Lost { server: self.server.to_string(), lost }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::reply_reader::ReplyReader;
    use super::super::server::Credentials;
    use super::*;
    use crate::secret::Secret;

    fn server(tls: Tls) -> Server {
        Server { hello: String::from("client.example.org"), ..Server::new("mail.example.org", 25, tls) }
    }

    fn with_user(server: Server) -> Server {
        let password = Secret::new("hunter2");
        Server { credentials: Some(Credentials { user: String::from("ada"), password, mechanism: None }), ..server }
    }

    /// Returns the lines of the client in an opening with these `replies`, and how it ended.
    fn opened(server: &Server, replies: &[&str]) -> Vec<String> {
        let mut opening = Opening::new(server);
        let mut log = Vec::new();
        let sent = |line: ClientLine| {
            let bytes = String::from_utf8(line.bytes.expose().to_vec()).unwrap();
            assert!(bytes.ends_with("\r\n") && bytes.matches(['\r', '\n']).count() == 2, "{bytes:?}");
            line.shown
        };
        for reply in replies {
            let mut reader = ReplyReader::hiding(server.credentials.as_ref());
            reader.feed(reply.as_bytes());
            let reply = reader.next_reply().unwrap().unwrap();
            match opening.on_reply(reply) {
                Ok(OpeningStep::Send(line)) => log.push(sent(line)),
                Ok(OpeningStep::Encrypt) => log.extend([String::from("(TLS)"), sent(opening.on_encrypted())]),
                Ok(OpeningStep::Done(capabilities)) => {
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
        let sent = opened(&server(Tls::StartTls), &[GREETING, ehlo, "220 go\r\n", ehlo]);
        assert_eq!(sent.last().unwrap(), "done, 0 mechanisms");
    }

    #[test]
    fn a_server_without_starttls_is_left_where_it_is_required() {
        assert_eq!(
            opened(&with_user(server(Tls::StartTls)), &[GREETING, "250-host\r\n250 AUTH PLAIN\r\n"]),
            ["EHLO client.example.org", "`mail.example.org:25` is not safe to use: it does not offer STARTTLS"]
        );
    }

    #[test]
    fn helo_is_tried_only_where_nothing_of_ehlo_is_needed() {
        let replies = [GREETING, "502 what\r\n", "250 host\r\n"];
        assert_eq!(
            opened(&server(Tls::Implicit), &replies),
            ["EHLO client.example.org", "HELO client.example.org", "done, 0 mechanisms"]
        );
        let refused = "`mail.example.org:25` rejected the connection: EHLO refused: 502 what";
        assert_eq!(opened(&server(Tls::StartTls), &replies), ["EHLO client.example.org", refused]);
        assert_eq!(opened(&with_user(server(Tls::Implicit)), &replies), ["EHLO client.example.org", refused]);
        assert_eq!(
            opened(&server(Tls::Implicit), &[GREETING, "502 what\r\n", "550 go away\r\n"]).last().unwrap(),
            "`mail.example.org:25` rejected the connection: EHLO refused: 550 go away"
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
            let sent = opened(&server(Tls::StartTls), replies);
            assert_eq!(*sent.last().unwrap(), format!("`mail.example.org:25` rejected the connection: {expected}"));
        }
    }

    #[test]
    fn answers_that_do_not_belong_there_end_the_opening() {
        let auth = "250-host\r\n250 AUTH PLAIN\r\n";
        for (replies, expected) in [
            (&["354 x\r\n"][..], "(greeting): the server replied to greeting with `354 x`"),
            (&[GREETING, "334 x\r\n"], "(EHLO): the server replied to EHLO with `334 x`"),
            (&[GREETING, auth, "354 x\r\n"], "(AUTH): the server replied to AUTH with `354 x`"),
            // PLAIN was sent at once and a second time; there is nothing left to send.
            (&[GREETING, auth, "334 \r\n", "334 \r\n"], "(AUTH): the server replied to AUTH with `334`"),
        ] {
            let sent = opened(&with_user(server(Tls::Implicit)), replies);
            let expected = format!("could not talk to `mail.example.org:25`: connection lost {expected}");
            assert_eq!(*sent.last().unwrap(), expected);
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
                "`mail.example.org:25` rejected the login of `ada`: 535 5.7.8 wrong (a line that repeats the password)",
            ]
        );
    }

    #[test]
    fn plain_is_sent_again_to_a_server_that_asks_for_it() {
        let plain = "250-host\r\n250 AUTH PLAIN LOGIN\r\n";
        for ask in ["334\r\n", "334 \r\n", "334 VXNlcm5hbWU6\r\n", "334 go ahead\r\n"] {
            assert_eq!(
                opened(&with_user(server(Tls::Implicit)), &[GREETING, plain, ask, "235 ok\r\n"]),
                ["EHLO client.example.org", "AUTH PLAIN ***", "***", "done, 2 mechanisms"]
            );
        }
    }

    #[test]
    fn login_is_tried_when_plain_is_refused_as_a_mechanism_and_only_then() {
        let both = "250-host\r\n250 AUTH PLAIN LOGIN\r\n";
        let ask = "334 VXNlcm5hbWU6\r\n";
        for no in ["504 5.5.4 unknown\r\n", "534 5.7.9 too weak\r\n", "535 5.7.4 not supported\r\n", "502 what\r\n"] {
            let replies = [GREETING, both, no, ask, ask, "235 ok\r\n"];
            assert_eq!(
                opened(&with_user(server(Tls::Implicit)), &replies),
                ["EHLO client.example.org", "AUTH PLAIN ***", "AUTH LOGIN ***", "***", "***", "done, 2 mechanisms"],
                "{no}"
            );
            // After the second refusal there is no third attempt, and the last reply is shown.
            let sent = opened(&with_user(server(Tls::Implicit)), &[GREETING, both, no, "504 neither\r\n"]);
            assert_eq!(sent.last().unwrap(), "`mail.example.org:25` rejected the login of `ada`: 504 neither");
            assert_eq!(sent.len(), 4);
            let alone = opened(&with_user(server(Tls::Implicit)), &[GREETING, "250-host\r\n250 AUTH PLAIN\r\n", no]);
            assert_eq!(alone.len(), 3, "{alone:?}");
        }
        let sent = opened(&with_user(server(Tls::Implicit)), &[GREETING, both, "535 5.7.8 wrong password\r\n"]);
        assert_eq!(sent.last().unwrap(), "`mail.example.org:25` rejected the login of `ada`: 535 5.7.8 wrong password");
        let mut configured = with_user(server(Tls::Implicit));
        configured.credentials.as_mut().unwrap().mechanism = Some(Mechanism::Plain);
        let sent = opened(&configured, &[GREETING, both, "504 unknown\r\n"]);
        assert_eq!(sent.last().unwrap(), "`mail.example.org:25` rejected the login of `ada`: 504 unknown");
    }

    #[test]
    fn a_mechanism_that_is_not_offered_is_not_used() {
        let mut server = with_user(server(Tls::Implicit));
        server.credentials.as_mut().unwrap().mechanism = Some(Mechanism::XOAuth2);
        assert_eq!(
            opened(&server, &[GREETING, "250-host\r\n250 AUTH PLAIN\r\n"]).last().unwrap(),
            "`mail.example.org:25` rejected the login of `ada`: it offers PLAIN, not XOAUTH2"
        );
    }

    proptest! {
        /// For any replies, AUTH is sent only inside TLS if TLS is configured, and nothing panics.
        #[test]
        fn auth_is_never_sent_in_clear(codes in prop::collection::vec(
            prop::sample::select(vec![
                "220 x\r\n", "250 x\r\n", "250-x\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n", "334 x\r\n", "235 x\r\n",
                "354 x\r\n", "421 x\r\n", "454 x\r\n", "502 x\r\n", "250-x\r\n250 AUTH LOGIN\r\n",
            ]), 0..9,
        )) {
            let sent = opened(&with_user(server(Tls::StartTls)), &codes);
            let auth = sent.iter().position(|line| line.starts_with("AUTH"));
            let encrypted = sent.iter().position(|line| line == "(TLS)");
            prop_assert!(auth.is_none() || encrypted.is_some_and(|encrypted| Some(encrypted) < auth), "{sent:?}");
        }
    }
}
