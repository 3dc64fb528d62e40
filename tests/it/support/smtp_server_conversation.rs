//! One connection of the scripted SMTP server.

use std::io;
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use data_encoding::BASE64;

use super::smtp_server::Shared;
use super::smtp_server_script::{Auth, Certificate, Chunking, Greeting, Reads, ServerTls};
use super::smtp_server_verdict::{Action, Point};
use super::smtp_server_wire::Wire;

/// One connection, from greeting to close.
pub(super) struct Conversation<'a> {
    pub(super) shared: &'a Shared,
    pub(super) connection: usize,
    pub(super) wire: Wire,
    encrypted: bool,
    authenticated: bool,
    pub(super) sender: Option<String>,
    pub(super) recipients: Vec<String>,
    pub(super) messages: usize,
}

/// What is to be answered to a command.
pub(super) enum Answer {
    Line(String),
    /// Nothing: the connection ends.
    Nothing,
}

impl<'a> Conversation<'a> {
    pub(super) fn new(shared: &'a Shared, connection: usize, socket: TcpStream) -> Self {
        Self {
            shared,
            connection,
            wire: Wire::new(socket),
            encrypted: false,
            authenticated: shared.script.auth.is_none(),
            sender: None,
            recipients: Vec::new(),
            messages: 0,
        }
    }

    pub(super) fn run(mut self) -> io::Result<()> {
        if let ServerTls::Implicit(certificate) = self.shared.script.tls {
            self.encrypt(certificate)?;
        }
        if !self.greet()? {
            return Ok(());
        }
        while let Some(line) = self.command()? {
            match self.answer(&line)? {
                Answer::Line(line) => self.say(&line)?,
                Answer::Nothing => return Ok(()),
            }
            if self.shared.script.reads == Reads::UpToItsAnswer {
                self.wire.forget();
            }
            let quit = line.eq_ignore_ascii_case("QUIT");
            if quit || self.shared.script.hang_up_after.is_some_and(|most| self.messages >= most) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Greets; false when that was all.
    fn greet(&mut self) -> io::Result<bool> {
        let open = self.shared.note(|record| record.open);
        if self.shared.script.most_connections.is_some_and(|most| open > most) {
            self.say("421 4.7.0 too many connections")?;
            return Ok(false);
        }
        if self.shared.script.greetings_held_after.is_some_and(|first| self.connection >= first) {
            self.shared.wait_for_word();
        }
        match self.shared.script.greeting {
            Greeting::Line(line) => self.say(line).map(|()| true),
            Greeting::Close(line) => self.say(line).map(|()| false),
            Greeting::Nothing => self.wire.part().map(|()| false),
            Greeting::Stall => self.stall().map(|()| false),
            Greeting::Drip => self.drip().map(|()| false),
        }
    }

    fn answer(&mut self, line: &str) -> io::Result<Answer> {
        let script = &self.shared.script;
        let (verb, argument) = line.split_once(' ').unwrap_or((line, ""));
        let text = match verb.to_ascii_uppercase().as_str() {
            "EHLO" if script.ehlo => self.capabilities(),
            "HELO" => String::from("250 localhost"),
            "STARTTLS" => return self.start_tls(),
            "AUTH" => self.authenticate(argument)?,
            "MAIL" if !self.authenticated => String::from("530 5.7.0 authenticate first"),
            "MAIL" => return self.mail(argument),
            "RCPT" => return self.rcpt(argument),
            "DATA" => return self.data(),
            "BDAT" if matches!(script.chunking, Chunking::Yes | Chunking::Sticky) => return self.bdat(argument),
            "BDAT" if script.chunking == Chunking::Refused => String::from("503 5.5.1 no BDAT here"),
            "RSET" => {
                self.reset();
                String::from("250 2.0.0 reset")
            }
            "QUIT" => String::from("221 2.0.0 bye"),
            _ => String::from("502 5.5.2 unknown command"),
        };
        Ok(Answer::Line(text))
    }

    fn capabilities(&self) -> String {
        let script = &self.shared.script;
        let mut lines = vec![String::from("localhost"), String::from("ENHANCEDSTATUSCODES")];
        lines.extend(script.pipelining.then(|| String::from("PIPELINING")));
        lines.extend((script.chunking != Chunking::No).then(|| String::from("CHUNKING")));
        lines.extend(script.size.map(|size| format!("SIZE {size}")));
        lines.extend(self.offers_tls().map(|_| String::from("STARTTLS")));
        let protected = self.encrypted || script.tls == ServerTls::None;
        lines.extend(script.auth.filter(|_| protected).map(|auth| format!("AUTH {}", auth.mechanisms)));
        let last = lines.pop().unwrap_or_default();
        format!("250-{}\r\n250 {last}", lines.join("\r\n250-"))
    }

    fn offers_tls(&self) -> Option<Certificate> {
        match self.shared.script.tls {
            ServerTls::StartTls(certificate)
                if !self.encrypted && self.connection < self.shared.script.tls_on_the_first =>
            {
                Some(certificate)
            }
            _ => None,
        }
    }

    fn start_tls(&mut self) -> io::Result<Answer> {
        let Some(certificate) = self.offers_tls() else {
            return Ok(Answer::Line(String::from("502 5.5.1 no TLS")));
        };
        let injected = format!("220 2.0.0 go on\r\n{}", self.shared.script.injection);
        self.wire.write(injected.as_bytes())?;
        self.encrypt(certificate)?;
        // The first thing inside TLS is the client's; there is no second greeting.
        let line = self.command()?;
        line.map_or(Ok(Answer::Nothing), |line| self.answer(&line))
    }

    fn encrypt(&mut self, certificate: Certificate) -> io::Result<()> {
        self.wire.encrypt(certificate.config())?;
        self.encrypted = true;
        self.note("(TLS)");
        Ok(())
    }

    fn authenticate(&mut self, argument: &str) -> io::Result<String> {
        let Some(Auth { user, password, answer, .. }) = self.shared.script.auth else {
            return Ok(String::from("502 5.5.1 no AUTH"));
        };
        let decoded =
            |text: &str| String::from_utf8_lossy(&BASE64.decode(text.as_bytes()).unwrap_or_default()).into_owned();
        if let Some(line) = self.shared.script.refuses_plain.filter(|_| argument.starts_with("PLAIN")) {
            return Ok(line.to_owned());
        }
        let right = match argument.split_once(' ').unwrap_or((argument, "")) {
            ("PLAIN", response) => {
                let asked = self.shared.script.asks_again.map(|ask| self.ask(ask)).transpose()?;
                decoded(asked.as_deref().unwrap_or(response)) == format!("\0{user}\0{password}")
            }
            ("LOGIN", _) => {
                let name = self.ask("334 VXNlcm5hbWU6")?;
                let pass = self.ask("334 UGFzc3dvcmQ6")?;
                decoded(&name) == user && decoded(&pass) == password
            }
            ("XOAUTH2", response) => {
                let right = decoded(response) == format!("user={user}\x01auth=Bearer {password}\x01\x01");
                if !right {
                    self.ask("334 eyJzdGF0dXMiOiI0MDEifQ==")?;
                }
                right
            }
            _ => false,
        };
        self.authenticated = right && answer.is_none();
        let usual = if right { "235 2.7.0 welcome" } else { "535 5.7.8 wrong user or password" };
        Ok(answer.unwrap_or(usual).to_owned())
    }

    fn ask(&mut self, question: &str) -> io::Result<String> {
        self.say(question)?;
        self.command()?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    fn mail(&mut self, argument: &str) -> io::Result<Answer> {
        if self.sender.is_some() {
            return Ok(Answer::Line(String::from("503 5.5.1 nested MAIL")));
        }
        if self.shared.script.messages_per_connection.is_some_and(|most| self.messages >= most) {
            let line = self.shared.script.enough;
            return if line.starts_with("421") { self.say_good_bye(line) } else { Ok(Answer::Line(line.to_owned())) };
        }
        let sender = path(argument).to_owned();
        self.act(&sender, Point::Mail, |conversation| {
            conversation.sender = Some(sender.clone());
            String::from("250 2.1.0 sender ok")
        })
    }

    fn rcpt(&mut self, argument: &str) -> io::Result<Answer> {
        if self.sender.is_none() {
            return Ok(Answer::Line(String::from("503 5.5.1 MAIL first")));
        }
        let recipient = path(argument).to_owned();
        self.act(&recipient, Point::Rcpt, |conversation| {
            conversation.recipients.push(recipient.clone());
            String::from("250 2.1.5 recipient ok")
        })
    }

    /// Does what `address` asks for at `point`; `usually` when it asks for nothing.
    pub(super) fn act(
        &mut self,
        address: &str,
        point: Point,
        usually: impl FnOnce(&mut Self) -> String,
    ) -> io::Result<Answer> {
        let action = self.shared.script.action(address).filter(|&(at, _)| at == point).map(|(_, action)| action);
        match action {
            Some(Action::AnswerOnce(line)) if self.shared.note(|record| record.deferred.insert(address.to_owned())) => {
                Ok(Answer::Line(line))
            }
            None | Some(Action::AnswerOnce(_)) => Ok(Answer::Line(usually(self))),
            Some(Action::Answer(line)) => Ok(Answer::Line(line)),
            Some(Action::Close(line)) => self.say_good_bye(&line),
            Some(Action::Cut(line)) => self.say(&line).map(|()| Answer::Nothing),
            Some(Action::Drop | Action::DropKept) => Ok(Answer::Nothing),
            Some(Action::Stall) => self.stall().map(|()| Answer::Nothing),
            Some(Action::Drip) => self.drip().map(|()| Answer::Nothing),
            Some(Action::Unasked) => Ok(Answer::Line(usually(self) + "\r\n421 4.3.2 nobody asked")),
            Some(Action::Rekey) => {
                self.wire.rekey();
                Ok(Answer::Line(usually(self)))
            }
            Some(Action::Wait) => {
                self.shared.wait_for_word();
                Ok(Answer::Line(usually(self)))
            }
        }
    }

    pub(super) fn reset(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }

    /// Reads on without an answer, until the client has had enough.
    fn stall(&mut self) -> io::Result<()> {
        self.wire.wait_for_end()
    }

    fn drip(&mut self) -> io::Result<()> {
        self.wire.write(b"250-")?;
        while !self.shared.stopping.load(Ordering::SeqCst) {
            self.wire.write(b"a")?;
            thread::sleep(Duration::from_millis(10)); // the pace of the drip, waited for by nobody
        }
        Ok(())
    }

    /// The next command line, logged; `None` at the end of the connection.
    fn command(&mut self) -> io::Result<Option<String>> {
        let line = self.wire.line()?;
        if self.wire.has_more() {
            let answer = match self.shared.script.reads {
                Reads::All | Reads::UpToItsAnswer => None,
                Reads::Nothing => Some(self.stall()),
                Reads::AndCloses("") => Some(Ok(())),
                Reads::AndCloses(answer) => Some(self.say(answer)),
                Reads::AllAsOne => {
                    self.wire.forget();
                    self.say("501 5.5.4 syntax error")?;
                    Some(self.stall())
                }
            };
            if let Some(answer) = answer {
                self.note(&format!("{} and more", String::from_utf8_lossy(&line).trim_end()));
                return answer.map(|()| None);
            }
        }
        let Some(line) = line.strip_suffix(b"\r\n") else { return Ok(None) };
        let line = String::from_utf8_lossy(line).into_owned();
        self.note(&line);
        Ok(Some(line))
    }

    pub(super) fn say(&mut self, line: &str) -> io::Result<()> {
        self.wire.write(format!("{line}\r\n").as_bytes())
    }

    pub(super) fn say_good_bye(&mut self, line: &str) -> io::Result<Answer> {
        self.say(line)?;
        self.wire.part()?;
        Ok(Answer::Nothing)
    }

    pub(super) fn note(&self, line: &str) {
        self.shared.note(|record| record.commands[self.connection].push(line.to_owned()));
    }
}

/// The path in `FROM:<path> SIZE=1`.
fn path(argument: &str) -> &str {
    argument.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or("", |(path, _)| path)
}
