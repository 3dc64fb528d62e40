//! A newsletter that mails to a scripted server.

use std::io::Read;
use std::process::{Child, Command, Stdio};

use super::{Output, Project, SmtpServer, judged};

/// A newsletter and the server it sends to.
pub(crate) struct Mailing {
    pub(crate) project: Project,
    pub(crate) server: SmtpServer,
    /// Whether what the server took is read by the judges in the end.
    is_read: bool,
}

impl Mailing {
    /// Issue 1 for `subscribers` (local parts at example.org, which tell the server what to do), two connections.
    pub(crate) fn new<'a>(server: SmtpServer, subscribers: impl IntoIterator<Item = &'a str>) -> Self {
        Self::configured(server, subscribers, "connections = 2", "retry = [\"1s\"]")
    }

    /// The same with more lines under `[smtp]` and `[send]`.
    pub(crate) fn configured<'a>(
        server: SmtpServer,
        subscribers: impl IntoIterator<Item = &'a str>,
        smtp: &str,
        send: &str,
    ) -> Self {
        let addresses: Vec<_> = subscribers.into_iter().map(|local| format!("{local}@example.org")).collect();
        let project = Project::new().subscribers(addresses.iter().map(String::as_str)).config(&format!(
            "[send]\ncourier = \"smtp\"\n{send}\n\n[smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n{smtp}\n",
            server.port()
        ));
        Self { project, server, is_read: true }
    }

    /// A newsletter that used to mail to another server, and mails to `server` from now on.
    pub(crate) fn taken_up(project: Project, server: SmtpServer) -> Self {
        let config = project.read("newsletter.toml");
        let port = config.lines().find(|line| line.starts_with("port = ")).unwrap();
        project.write("newsletter.toml", config.replace(port, &format!("port = {}", server.port())));
        Self { project, server, is_read: true }
    }

    /// The same without judges: where thousands of messages are compared by their digests, reading them takes longest.
    pub(crate) fn unread(mut self) -> Self {
        self.is_read = false;
        self
    }

    /// `newsletter send 1 ...` to its end.
    pub(crate) fn send<const N: usize>(&self, arguments: [&str; N]) -> String {
        let all: Vec<_> = ["send", "1"].into_iter().chain(arguments).collect();
        self.told(&self.project.run(all))
    }

    /// `newsletter ...` to its end.
    pub(crate) fn run<const N: usize>(&self, arguments: [&str; N]) -> String {
        self.told(&self.project.run(arguments))
    }

    /// `newsletter send 1 ...`, started.
    pub(crate) fn start<const N: usize>(&self, arguments: [&str; N]) -> Child {
        let all: Vec<_> = ["send", "1"].into_iter().chain(arguments).collect();
        self.command(all).spawn().unwrap()
    }

    fn command(&self, arguments: Vec<&str>) -> Command {
        let mut command = self.project.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Waits for the end of what [`Self::start`] began.
    pub(crate) fn finish(&self, child: Child) -> String {
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let code = output.status.code().unwrap_or(-1);
        self.told(&Output { code, stdout: text(output.stdout), stderr: text(output.stderr) })
    }

    /// What a command said on both channels and its exit code, with what differs from run to run made the same: port,
    /// dates (in as many letters), how long it took.
    pub(crate) fn told(&self, output: &Output) -> String {
        let Output { code, stdout, stderr } = output;
        let told = format!("{stderr}{stdout}exit {code}\n").replace(&format!(":{}", self.server.port()), ":[PORT]");
        timeless(&told)
    }

    /// Waits until `child` has said `words` on stderr; answers what it had said till then.
    pub(crate) fn wait_for_words(child: &mut Child, words: &str) -> String {
        let stderr = child.stderr.as_mut().unwrap();
        let (mut said, mut byte) = (Vec::new(), [0]);
        while !said.ends_with(words.as_bytes()) {
            stderr.read_exact(&mut byte).unwrap();
            said.push(byte[0]);
        }
        String::from_utf8(said).unwrap()
    }

    /// Recipients of what the server has accepted, sorted, without the domain.
    pub(crate) fn accepted(&self) -> Vec<String> {
        self.server.accepted_recipients().iter().map(|address| address.replace("@example.org", "")).collect()
    }

    /// How many messages were begun with MAIL.
    pub(crate) fn begun(&self) -> usize {
        self.server.commands().iter().flatten().filter(|line| line.starts_with("MAIL")).count()
    }
}

impl Drop for Mailing {
    /// Whatever a test is about, what its server took must be sound mail.
    fn drop(&mut self) {
        if self.is_read && !std::thread::panicking() {
            judged(self.server.accepted().iter().map(|received| &received.bytes));
        }
    }
}

/// What `told` says after the summary of a first send, which `send.rs` pins once for all; everything where there is none.
pub(crate) fn after_summary(told: &str) -> &str {
    match told.split_once("\nDelivery · ") {
        Some((_, rest)) => rest.split_once('\n').map_or("", |(_, after)| after),
        None => told,
    }
}

/// Sends `signal` to `child`.
pub(crate) fn signal(child: &Child, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_child(child);
    rustix::process::kill_process(pid, signal).unwrap();
}

/// `text` with `YYYY-MM-DD` and `hh:mm:ss` in place of dates and times, and without ` in 2 s` after a delivery.
fn timeless(text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for shape in ["YYYY-MM-DD", "hh:mm:ss"] {
        let shape: Vec<char> = shape.chars().collect();
        for at in 0..characters.len().saturating_sub(shape.len()) {
            let found = &characters[at..at + shape.len()];
            let alike = |(found, wanted): (&char, &char)| {
                if wanted.is_alphabetic() { found.is_ascii_digit() } else { found == wanted }
            };
            if found.iter().zip(&shape).all(alike) {
                characters[at..at + shape.len()].copy_from_slice(&shape);
            }
        }
    }
    let text: String = characters.into_iter().collect();
    let line = |line: &str| match line.split_once(" in ") {
        Some((start, rest)) if start.contains("ssue 1 ") && start.contains(" of ") => {
            let after = rest.split_once(" s").map_or("", |(_, after)| after);
            format!("{start}{after}\n")
        }
        _ => format!("{line}\n"),
    };
    // A slow machine sees progress where a fast one sees none.
    text.lines().filter(|line| !line.starts_with("sending  ")).map(line).collect()
}
