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
                reason: String::from("it offers no STARTTLS; nothing was sent"),
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
