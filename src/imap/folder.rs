//! A folder of a mailbox: its unread messages, and where they go once they are understood.

use std::time::{Duration, Instant};

use super::command::{folder, set};
use super::error::ImapError;
use super::response::{Response, Status, Verdict};
use super::session::Session;
use crate::secret::Secret;
use crate::smtp::Server;

/// The most messages that one command names.
const MOST: usize = 100;
/// How long a server is asked to tell at once what comes in; it may hang up after 30 minutes (RFC 2177).
const IDLE: Duration = Duration::from_mins(20);
/// The time for the answer that a server is idle.
const ANSWER: Duration = Duration::from_secs(30);

/// Where messages are read.
#[derive(Debug, Clone)]
pub struct Account {
    /// The server with the credentials.
    pub server: Server,
    /// The folder that is read.
    pub folder: String,
    /// The folder for what was understood.
    pub done: String,
    /// The most bytes of a message that are read.
    pub most_bytes: usize,
}

/// An open folder.
#[derive(Debug)]
pub struct Folder {
    session: Session,
    validity: u32,
    done: String,
    most_bytes: usize,
    /// The tag of the command IDLE, and when it was sent.
    idle: Option<(String, Instant)>,
}

impl Folder {
    /// Opens the folder of `account`, which is not changed if it `is_read_only`.
    pub fn open(account: &Account, is_read_only: bool) -> Result<Self, ImapError> {
        // Room for the other items of a response.
        let mut session = Session::open(&account.server, account.most_bytes + 4096)?;
        let verb = if is_read_only { "EXAMINE" } else { "SELECT" };
        let mut validity = 0;
        session.run(
            &format!("{verb} {}", folder(&account.folder)),
            &format!("to open `{}`", account.folder),
            |response| {
                if let Response::Status(status) = response {
                    validity = status.number("UIDVALIDITY").unwrap_or(validity);
                }
            },
        )?;
        Ok(Self { session, validity, done: account.done.clone(), most_bytes: account.most_bytes, idle: None })
    }

    /// What identifiers are valid with: another number means that they name other messages.
    pub fn validity(&self) -> u32 {
        self.validity
    }

    /// Returns the identifiers of unread messages, oldest first.
    pub fn unread(&mut self) -> Result<Vec<u32>, ImapError> {
        self.end_idle()?;
        let mut found = Vec::new();
        self.session.run("UID SEARCH UNSEEN", "to look for unread messages", |response| {
            if let Response::Search(uids) = response {
                found.extend(uids);
            }
        })?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Hands the messages `uids` to `each`, and leaves them unread. Those that are gone are left out. What `each` errors with
    /// ends it.
    pub fn fetch(
        &mut self,
        uids: &[u32],
        each: &mut dyn FnMut(u32, Vec<u8>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        self.end_idle()?;
        for some in uids.chunks(MOST) {
            let mut wanted = some.to_vec();
            let command = format!("UID FETCH {} (UID BODY.PEEK[]<0.{}>)", set(some), self.most_bytes);
            let mut failure = None;
            self.session.run(&command, "to read messages", |response| {
                let Response::Message { uid: Some(uid), body: Some(body) } = response else { return };
                if let Some(at) = wanted.iter().position(|&one| one == uid)
                    && failure.is_none()
                {
                    wanted.swap_remove(at);
                    failure = each(uid, body).err();
                }
            })?;
            if let Some(error) = failure {
                return Err(error);
            }
        }
        Ok(())
    }

    /// Marks messages as read and moves them to the folder for what was understood, which is made if it is missing. Where the
    /// server can move nothing safely, they stay. Nothing else is ever removed.
    pub fn file_away(&mut self, uids: &[u32]) -> Result<(), ImapError> {
        self.end_idle()?;
        for some in uids.chunks(MOST) {
            let set = set(some);
            self.session.run(&format!("UID STORE {set} +FLAGS.SILENT (\\Seen)"), "to mark messages as read", |_| {})?;
            if self.session.can("MOVE") {
                self.move_to_done(&format!("UID MOVE {set}"))?;
            } else if self.session.can("UIDPLUS") {
                // A copy and then a removal of exactly these: EXPUNGE alone would take what others have marked.
                self.move_to_done(&format!("UID COPY {set}"))?;
                let delete = format!("UID STORE {set} +FLAGS.SILENT (\\Deleted)");
                self.session.run(&delete, "to move messages", |_| {})?;
                self.session.run(&format!("UID EXPUNGE {set}"), "to move messages", |_| {})?;
            }
        }
        Ok(())
    }

    /// Waits up to `time` for something to come in, and returns whether it did. Servers that do not tell are not waited for.
    pub fn wait(&mut self, time: Duration) -> Result<bool, ImapError> {
        if !self.session.can("IDLE") {
            std::thread::sleep(time);
            return Ok(false);
        }
        if self.idle.as_ref().is_some_and(|(_, since)| since.elapsed() > IDLE) {
            self.end_idle()?;
        }
        if self.idle.is_none() {
            let tag = self.session.begin(&Secret::new("IDLE"))?;
            self.idle = Some((tag, Instant::now()));
            loop {
                match self.session.receive_within(ANSWER)? {
                    Some(Response::Continue(_)) => break,
                    Some(Response::Exists(_)) => return Ok(true),
                    Some(Response::Done { status, .. }) => {
                        return Err(self.session.refused("to tell what comes in", &status));
                    }
                    Some(_) => {}
                    None => return Err(self.session.lost("no response in time")),
                }
            }
        }
        match self.session.receive_within(time)? {
            Some(Response::Exists(_)) => Ok(true),
            Some(Response::Status(Status { verdict: Verdict::Bye, text, .. })) => Err(self.session.lost(&text)),
            Some(Response::Done { .. }) => {
                self.idle = None;
                Ok(false)
            }
            _ => Ok(false),
        }
    }

    /// Says goodbye.
    pub fn close(mut self) {
        if self.end_idle().is_ok() {
            self.session.log_out();
        }
    }

    fn end_idle(&mut self) -> Result<(), ImapError> {
        let Some((tag, _)) = self.idle.take() else { return Ok(()) };
        self.session.send(&Secret::new("DONE\r\n"))?;
        self.session.finish(&tag, &mut |_| {})?;
        Ok(())
    }

    /// Runs `command` with the name of the folder for what was understood; makes it if the server refuses.
    fn move_to_done(&mut self, command: &str) -> Result<(), ImapError> {
        let what = format!("to move messages to `{}`", self.done);
        let first = self.session.try_run(&format!("{command} {}", folder(&self.done)), &mut |_| {})?;
        if first.verdict == Verdict::Ok {
            return Ok(());
        }
        // Some servers keep all folders below INBOX.
        let prefix = self.namespace()?;
        if !self.done.starts_with(&prefix) {
            self.done = format!("{prefix}{}", self.done);
        }
        // It may be there.
        self.session.try_run(&format!("CREATE {}", folder(&self.done)), &mut |_| {})?;
        self.session.try_run(&format!("SUBSCRIBE {}", folder(&self.done)), &mut |_| {})?;
        self.session.run(&format!("{command} {}", folder(&self.done)), &what, |_| {}).map(|_| ())
    }

    fn namespace(&mut self) -> Result<String, ImapError> {
        let mut prefix = String::new();
        if self.session.can("NAMESPACE") {
            self.session.try_run("NAMESPACE", &mut |response| {
                if let Response::Namespace(own) = response {
                    prefix = own;
                }
            })?;
        }
        Ok(prefix)
    }
}
