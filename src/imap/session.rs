//! A logged-in connection: commands and their responses.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::error::{ImapError, Malformed};
use super::login::{Login, first_line};
use super::reader::ResponseReader;
use super::response::{Response, Status, Verdict};
use crate::secret::Secret;
use crate::smtp::wire::{self, Wire};
use crate::smtp::{Server, Tls};

/// The time for a response, and for the next piece of a large one.
const STEP: Duration = Duration::from_mins(2);

/// A connection to a server.
#[derive(Debug)]
pub(super) struct Session {
    server: Server,
    wire: Wire,
    reader: ResponseReader,
    commands: u32,
    capabilities: Vec<String>,
}

impl Session {
    /// Connects, starts TLS and logs in as configured in `server`. Responses have literals of at most `most_literal` bytes.
    pub(super) fn open(server: &Server, most_literal: usize) -> Result<Self, ImapError> {
        let mut wire = Wire::connect(server).map_err(ImapError::Open)?;
        if server.tls == Tls::Implicit {
            wire = wire.encrypt(server).map_err(ImapError::Open)?;
        }
        let reader = ResponseReader::new(most_literal);
        let mut session = Self { server: server.clone(), wire, reader, commands: 0, capabilities: Vec::new() };
        let Response::Status(greeting) = session.receive()? else { return Err(session.malformed(Malformed::Syntax)) };
        match greeting.verdict {
            // Logged in before TLS: by whom nobody knows.
            Verdict::Preauth if server.tls == Tls::StartTls => return Err(session.lost("it logged us in without TLS")),
            Verdict::Ok | Verdict::Preauth => {}
            _ => return Err(session.refused("the connection", &greeting)),
        }
        if server.tls == Tls::StartTls {
            session = session.start_tls()?;
        } else if let Some(capabilities) = greeting.capabilities() {
            session.capabilities = capabilities;
        }
        if greeting.verdict == Verdict::Ok {
            session.log_in()?;
        }
        if session.capabilities.is_empty() {
            session.ask_capabilities()?;
        }
        Ok(session)
    }

    /// Returns whether the server can do `what`, in upper case.
    pub(super) fn can(&self, what: &str) -> bool {
        self.capabilities.iter().any(|one| one == what)
    }

    /// Sends a command and hands each response to `each`, up to the end of the command. Of a refusal, `what` says what was
    /// asked for.
    pub(super) fn run(
        &mut self,
        command: &str,
        what: &str,
        mut each: impl FnMut(Response),
    ) -> Result<Status, ImapError> {
        let status = self.try_run(command, &mut each)?;
        if status.verdict == Verdict::Ok { Ok(status) } else { Err(self.refused(what, &status)) }
    }

    /// As [`Self::run`]; a refusal is a status like others.
    pub(super) fn try_run(&mut self, command: &str, each: &mut dyn FnMut(Response)) -> Result<Status, ImapError> {
        let tag = self.begin(&Secret::new(command))?;
        self.finish(&tag, each)
    }

    /// Sends a command, and returns its tag.
    pub(super) fn begin(&mut self, command: &Secret) -> Result<String, ImapError> {
        self.commands += 1;
        let tag = format!("n{}", self.commands);
        self.send(&Secret::new([tag.as_bytes(), b" ", command.expose(), b"\r\n"].concat()))?;
        Ok(tag)
    }

    /// Hands each response to `each`, up to the end of the command `tag`.
    pub(super) fn finish(&mut self, tag: &str, each: &mut dyn FnMut(Response)) -> Result<Status, ImapError> {
        loop {
            match self.receive()? {
                Response::Done { tag: done, status } if done == tag => return Ok(status),
                Response::Done { .. } => return Err(self.malformed(Malformed::Syntax)),
                Response::Status(Status { verdict: Verdict::Bye, text, .. }) => return Err(self.lost(&text)),
                Response::Capability(capabilities) => self.capabilities = capabilities,
                other => each(other),
            }
        }
    }

    /// Sends bytes as they are.
    pub(super) fn send(&mut self, bytes: &Secret) -> Result<(), ImapError> {
        let sent = self.wire.send(bytes.expose(), Instant::now() + STEP);
        sent.map_err(|error| self.lost(&wire::reason(&error)))
    }

    /// Waits for the next response.
    pub(super) fn receive(&mut self) -> Result<Response, ImapError> {
        match self.receive_within(STEP)? {
            Some(response) => Ok(response),
            None => Err(self.lost("no response in time")),
        }
    }

    /// Waits for the next response for some time after the last piece of it.
    pub(super) fn receive_within(&mut self, time: Duration) -> Result<Option<Response>, ImapError> {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            if let Some(response) = self.reader.next_response().map_err(|error| self.malformed(error))? {
                return Response::read(&response).map(Some).map_err(|error| self.malformed(error));
            }
            match self.wire.receive(&mut buffer, Instant::now() + time) {
                Ok(0) => return Err(self.lost("the server closed the connection")),
                Ok(count) => self.reader.feed(&buffer[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::TimedOut => return Ok(None),
                Err(error) => return Err(self.lost(&wire::reason(&error))),
            }
        }
    }

    /// Says goodbye, and waits for no answer: nothing depends on it.
    pub(super) fn log_out(mut self) {
        let _ = self.begin(&Secret::new("LOGOUT"));
    }

    pub(super) fn lost(&self, reason: &str) -> ImapError {
        ImapError::Lost { server: self.server.to_string(), reason: wire::without_password(&self.server, reason) }
    }

    pub(super) fn refused(&self, what: &str, status: &Status) -> ImapError {
        let text = wire::without_password(&self.server, &status.text);
        ImapError::Refused { server: self.server.to_string(), what: what.to_owned(), text }
    }

    fn malformed(&self, error: Malformed) -> ImapError {
        self.lost(&error.to_string())
    }

    fn start_tls(mut self) -> Result<Self, ImapError> {
        let status = self.try_run("STARTTLS", &mut |_| {})?;
        if status.verdict != Verdict::Ok {
            return Err(self.refused("STARTTLS", &status));
        }
        if !self.reader.is_empty() {
            return Err(ImapError::Open(wire::data_before_tls(&self.server)));
        }
        let wire = self.wire.encrypt(&self.server).map_err(ImapError::Open)?;
        // What was said in the clear is not believed.
        Ok(Self { wire, capabilities: Vec::new(), ..self })
    }

    fn ask_capabilities(&mut self) -> Result<(), ImapError> {
        self.run("CAPABILITY", "CAPABILITY", |_| {}).map(|_| ())
    }

    fn log_in(&mut self) -> Result<(), ImapError> {
        let Some(credentials) = self.server.credentials.clone() else { return Ok(()) };
        if self.capabilities.is_empty() {
            self.ask_capabilities()?;
        }
        let refused = |session: &Self, reason: &str| ImapError::Login {
            server: session.server.to_string(),
            text: wire::without_password(&session.server, reason),
        };
        let login = Login::choose(&credentials, &self.capabilities).map_err(|reason| refused(self, &reason))?;
        let with_first = self.can("SASL-IR");
        self.capabilities.clear();
        let tag = self.begin(&first_line(&login, with_first))?;
        let mut answers: VecDeque<Secret> = login.answers(with_first);
        loop {
            match self.receive()? {
                Response::Continue(_) => match answers.pop_front() {
                    Some(answer) => self.send(&answer)?,
                    // It asks for more than the mechanism has: `*` calls it off (RFC 9051 6.2.2).
                    None => self.send(&Secret::new("*\r\n"))?,
                },
                Response::Done { tag: done, status } if done == tag => {
                    if status.verdict != Verdict::Ok {
                        return Err(refused(self, &status.text));
                    }
                    if let Some(capabilities) = status.capabilities() {
                        self.capabilities = capabilities;
                    }
                    return Ok(());
                }
                Response::Capability(capabilities) => self.capabilities = capabilities,
                Response::Status(Status { verdict: Verdict::Bye, text, .. }) => return Err(refused(self, &text)),
                _ => {}
            }
        }
    }
}
