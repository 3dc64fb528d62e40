//! Starts the senders under comparison.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::ensure;

use crate::machine;
use crate::newsletter::{ISSUE, Material, Newsletter};
use crate::process::{self, Cost};
use crate::server::{Kind, Received, Server};

/// Messages under way at once on a connection of the newsletter, where that is measured.
const IN_FLIGHT: u32 = 8;

/// The senders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sender {
    /// Ours.
    Newsletter,
    /// The least that sends the same messages: no list, no ledger.
    Ceiling,
    /// Postfix's own load generator, with ten connections: sends the same message to the same recipient over and over.
    SmtpSource,
    /// The same, each time to another recipient: a Postfix looks each of them up, as it does for a newsletter.
    SmtpSourceNumbered,
    /// mail-send, ten tasks.
    MailSend,
    /// lettre on tokio, ten tasks.
    LettreAsync,
    /// lettre on one thread.
    LettreSync,
    /// nodemailer's pool of ten.
    Nodemailer,
    /// Python's own, one connection.
    Smtplib,
}

/// What a run needs besides the sender.
pub(crate) struct Bench {
    /// Ours.
    pub(crate) newsletter: Newsletter,
    /// What the others send.
    pub(crate) material: Material,
    /// The folder of the binaries built beside this one.
    pub(crate) binaries: PathBuf,
    /// The folder of the senders that are scripts.
    pub(crate) scripts: PathBuf,
    /// Where runs leave what they write.
    pub(crate) workplace: PathBuf,
}

/// One run of one sender.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    /// Messages sent.
    pub(crate) messages: usize,
    /// What it cost the sender.
    pub(crate) cost: Cost,
    /// What the server says.
    pub(crate) received: Received,
    /// The share of the machine that anything but sender and server used meanwhile, where the server's is known.
    pub(crate) noise: Option<f64>,
}

impl Sender {
    /// What it is called in a table.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Newsletter => "newsletter",
            Self::Ceiling => "the ceiling: composes and writes, 10 connections",
            Self::SmtpSource => "smtp-source -d -s 10",
            Self::SmtpSourceNumbered => "smtp-source -d -s 10 -N",
            Self::MailSend => "mail-send, 10 tasks",
            Self::LettreAsync => "lettre async, 10 tasks",
            Self::LettreSync => "lettre sync",
            Self::Nodemailer => "nodemailer pool, 10 connections",
            Self::Smtplib => "Python smtplib",
        }
    }

    /// The senders whose messages can be wrong: all but the load generator.
    pub(crate) const PERSONAL: [Self; 7] = [
        Self::Newsletter,
        Self::Ceiling,
        Self::MailSend,
        Self::LettreAsync,
        Self::LettreSync,
        Self::Nodemailer,
        Self::Smtplib,
    ];

    /// Whether it can sign here.
    pub(crate) fn signs(self) -> bool {
        matches!(self, Self::Newsletter | Self::LettreAsync | Self::LettreSync | Self::Nodemailer)
    }
}

impl Bench {
    /// Starts a server, lets `sender` send `messages` to it, and ends it.
    ///
    /// Errors when the sender fails, or the server has not got every message.
    pub(crate) fn run(
        &self,
        sender: Sender,
        kind: Kind,
        messages: usize,
        signed: bool,
        sink_options: &[&str],
    ) -> anyhow::Result<Run> {
        let server = Server::start(kind, &self.sink(), sink_options)?;
        // Several messages at once only where that is what is measured: with one at a time a broken connection leaves one in doubt.
        let in_flight = if matches!(kind, Kind::FastChunking | Kind::FarChunking) { IN_FLIGHT } else { 1 };
        let command = self.command(sender, server.port, messages, signed, in_flight);
        let before = machine::busy();
        let cost = command.and_then(|command| process::succeed(&command, &self.workplace.join("said.txt")));
        // The server ends also when the sender failed; then there is nothing to wait for.
        let received = server.stop(if cost.is_ok() { messages as u64 } else { 0 });
        let (cost, received) = (cost?, received?);
        if let Some(taken) = received.messages {
            ensure!(taken == messages as u64, "{}: {taken} of {messages} messages arrived", sender.label());
        }
        let others = received.cpu.map(|server| machine::busy().saturating_sub(before + cost.cpu + server));
        let noise = others.map(|others| others.as_secs_f64() / cost.wall.as_secs_f64() / machine::cores());
        Ok(Run { messages, cost, received, noise })
    }

    /// Our sink's binary.
    pub(crate) fn sink(&self) -> PathBuf {
        self.binaries.join("sink")
    }

    fn command(
        &self,
        sender: Sender,
        port: u16,
        messages: usize,
        signed: bool,
        in_flight: u32,
    ) -> anyhow::Result<Command> {
        let key = signed.then_some(self.material.key.as_path());
        let mut command = match sender {
            Sender::Newsletter => {
                let folder = self.newsletter.folder("run", messages, port, key, in_flight)?;
                let mut command = self.newsletter.command(&folder);
                command.args(["send", ISSUE, "--yes"]);
                return Ok(command);
            }
            Sender::SmtpSource | Sender::SmtpSourceNumbered => {
                let mut command = Command::new("smtp-source");
                command.args(["-d", "-s", "10", "-m", &messages.to_string()]);
                command.args((sender == Sender::SmtpSourceNumbered).then_some("-N")).arg("-F");
                command.arg(&self.material.message).arg(format!("127.0.0.1:{port}"));
                return Ok(command);
            }
            Sender::Ceiling => Command::new(self.binaries.join("ceiling")),
            Sender::MailSend => Command::new(self.binaries.join("mail-send-sender")),
            Sender::LettreAsync => with_argument(&self.binaries.join("lettre-sender"), "async"),
            Sender::LettreSync => with_argument(&self.binaries.join("lettre-sender"), "sync"),
            Sender::Nodemailer => with_argument(Path::new("node"), self.scripts.join("nodemailer.mjs")),
            Sender::Smtplib => with_argument(Path::new(machine::PYTHON), self.scripts.join("smtplib_sender.py")),
        };
        command.arg(port.to_string()).arg(messages.to_string()).arg(&self.material.folder).args(key);
        Ok(command)
    }
}

fn with_argument(program: &Path, argument: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.arg(argument);
    command
}
