//! Builds a delivery to be broken: a newsletter, its mail server, and that server's journal.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::Aftermath;
use crate::support::{Chunking, Mailing, Project, Script, SmtpServer, run_by};

/// A newsletter and the server it mails to.
pub(crate) struct World {
    pub(crate) mailing: Mailing,
    folder: TempDir,
}

impl World {
    /// Creates a delivery to `people` recipients over `connections` connections, one message at a time on each.
    pub(crate) fn new(people: usize, connections: usize) -> Self {
        Self::with_in_flight(people, connections, 1)
    }

    /// Creates a delivery to `people` recipients over `connections` connections, each with up to `in_flight` messages.
    pub(crate) fn with_in_flight(people: usize, connections: usize, in_flight: usize) -> Self {
        let locals: Vec<_> = (0..people).map(|number| format!("reader{number}")).collect();
        let script = if in_flight > 1 { Script::default().chunking(Chunking::Yes) } else { Script::default() };
        let smtp = format!("connections = {connections}\nmax_in_flight = {in_flight}");
        Self::configured(script, locals.iter().map(String::as_str), &smtp, "")
    }

    /// For people at example.org with these local parts, which tell the server what to do; with more lines under `[send]`.
    pub(crate) fn of<'a>(locals: impl IntoIterator<Item = &'a str>, connections: usize, send: &str) -> Self {
        Self::configured(Script::default(), locals, &format!("connections = {connections}"), send)
    }

    fn configured<'a>(script: Script, locals: impl IntoIterator<Item = &'a str>, smtp: &str, send: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = SmtpServer::start(script.journal(folder.path().join("journal")));
        let mailing = Mailing::configured(server, locals, smtp, send).unread();
        Self { mailing, folder }
    }

    /// The newsletter.
    pub(crate) fn project(&self) -> &Project {
        &self.mailing.project
    }

    /// A file of this world's own, beside the newsletter.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What became of everybody, once no connection is open any more.
    pub(crate) fn aftermath(&self) -> Aftermath {
        self.mailing.server.wait_until_idle();
        let journal = std::fs::read_to_string(self.file("journal")).unwrap_or_default();
        Aftermath::read(self.project(), &journal)
    }

    /// Continues until a run comes to its end, as somebody would who repeats the command.
    pub(crate) fn resume(&self, in_doubt: &str) -> String {
        let told = self.mailing.send(["--yes", "--in-doubt", in_doubt]);
        assert!(told.ends_with("exit 0\n") || told.ends_with("exit 4\n"), "{told}");
        told
    }
}

/// Takes the marks out of the ledger of a sender that has died: what it would hold if nobody wrote down whom a message is
/// about to go to.
pub(crate) fn forget_the_marks(project: &Project) {
    let ledger = rusqlite::Connection::open(project.path(".newsletter/ledger.sqlite3")).unwrap();
    // It may not have come so far that there is a table of rows.
    let _ = ledger.execute_batch("UPDATE delivery SET state = 0 WHERE state = 1");
}

/// `command` under `strace` with these options.
pub(crate) fn traced<'a>(command: &Command, options: impl IntoIterator<Item = &'a str>) -> Command {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq"]).args(options);
    let mut traced = run_by(strace, command);
    traced.stdout(Stdio::null()).stderr(Stdio::null());
    traced
}
