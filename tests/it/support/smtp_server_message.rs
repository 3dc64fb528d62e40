//! Receives a message in the scripted SMTP server, after DATA or BDAT, and replies to it.

use std::io;

use super::smtp_server::Received;
use super::smtp_server_conversation::{Answer, Conversation};
use super::smtp_server_script::Chunking;
use super::smtp_server_verdict::{Action, Point};

impl Conversation<'_> {
    pub(super) fn data(&mut self) -> io::Result<Answer> {
        if self.recipients.is_empty() && !self.shared.script.grant_anyway {
            return Ok(Answer::Line(String::from("503 5.5.1 RCPT first")));
        }
        let recipient = self.recipients.first().cloned().unwrap_or_default();
        match self.act(&recipient, Point::Data, |_| String::from("354 go on"))? {
            Answer::Line(line) if line.starts_with("354") => self.say(&line)?,
            answer => return Ok(answer),
        }
        let Some(bytes) = self.message(&recipient)? else { return Ok(Answer::Nothing) };
        let received = Received {
            connection: self.connection,
            sender: self.sender.take().unwrap_or_default(),
            recipients: std::mem::take(&mut self.recipients),
            bytes,
        };
        self.note("(message)");
        self.messages += 1;
        if self.shared.script.hold_verdicts {
            self.wire.wait_for_lines(3)?;
        }
        self.judge(&recipient, received)
    }

    /// One chunk, which is always the last (RFC 3030 2): it is read whatever becomes of it.
    pub(super) fn bdat(&mut self, argument: &str) -> io::Result<Answer> {
        let size = argument.strip_suffix(" LAST").and_then(|size| size.parse().ok()).expect("BDAT n LAST");
        let recipient = self.recipients.first().cloned().unwrap_or_default();
        match self.shared.script.action(&recipient) {
            Some((Point::Body, Action::Close(line))) => return self.say_good_bye(&line),
            Some((Point::Body, Action::Stall)) => {
                self.shared.wait_for_stop();
                return Ok(Answer::Nothing);
            }
            Some((Point::Body, _)) => return Ok(Answer::Nothing),
            _ => {}
        }
        let bytes = self.wire.bytes(size)?;
        self.note("(message)");
        if self.recipients.is_empty() {
            if self.shared.script.chunking != Chunking::Sticky {
                self.reset();
            }
            return Ok(Answer::Line(String::from("503 5.5.1 RCPT first")));
        }
        let received = Received {
            connection: self.connection,
            sender: self.sender.take().unwrap_or_default(),
            recipients: std::mem::take(&mut self.recipients),
            bytes,
        };
        self.messages += 1;
        self.judge(&recipient, received)
    }

    fn judge(&mut self, recipient: &str, received: Received) -> io::Result<Answer> {
        let action =
            self.shared.script.action(recipient).filter(|&(point, _)| point == Point::Dot).map(|(_, action)| action);
        let accepted = !received.recipients.is_empty() && action.is_none_or(|action| action.accepts());
        if accepted {
            self.shared.accept(received);
        } else {
            self.shared.note(|record| record.discarded.push(received));
        }
        let usual = if accepted { "250 2.0.0 queued" } else { "554 5.5.1 no valid recipients" };
        self.act(recipient, Point::Dot, |_| usual.to_owned())
    }

    /// Reads a message up to its final dot; `None` when the connection is to be closed in the middle of it.
    fn message(&mut self, recipient: &str) -> io::Result<Option<Vec<u8>>> {
        let mut message = Vec::new();
        loop {
            let line = self.wire.line()?;
            match self.shared.script.action(recipient) {
                Some((Point::Body, Action::Stall)) => {
                    self.shared.wait_for_stop();
                    return Ok(None);
                }
                Some((Point::Body, Action::Close(line))) => return self.say(&line).map(|()| None),
                Some((Point::Body, _)) => return Ok(None),
                _ => {}
            }
            match line.as_slice() {
                b".\r\n" if message.is_empty() || message.ends_with(b"\r\n") => return Ok(Some(message)),
                [] => return Err(io::ErrorKind::UnexpectedEof.into()),
                [b'.', rest @ ..] => message.extend_from_slice(rest),
                line => message.extend_from_slice(line),
            }
        }
    }
}
