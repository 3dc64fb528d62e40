//! An SMTP server in this process that does as it is told: by its [`Script`], and by the local
//! parts of the addresses it gets ([`super::smtp_server_verdict`]). It keeps, in order, every
//! command and every message's exact bytes.

use std::collections::{HashMap, HashSet};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::smtp_server_conversation::Conversation;
use super::smtp_server_script::Script;

/// How long a test waits for the server to have seen something before it fails.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running server; it ends, and cuts its connections, when this is dropped.
pub(crate) struct SmtpServer {
    port: u16,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

/// A message the server has received up to its final dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Received {
    /// Which connection it came on, counted from zero.
    pub(crate) connection: usize,
    /// The reverse path, without angle brackets.
    pub(crate) sender: String,
    /// The recipients, without angle brackets; one, or somebody has gone astray.
    pub(crate) recipients: Vec<String>,
    /// The message, dots un-stuffed, without the final dot.
    pub(crate) bytes: Vec<u8>,
}

/// What the server has seen.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// One log of command lines a connection. `(TLS)` stands where the handshake was, `(message)` for a message and
    /// `(closed)` where the connection ended.
    pub(crate) commands: Vec<Vec<String>>,
    /// Messages that are the server's, whether it could say so or not.
    pub(crate) accepted: Vec<Received>,
    /// Messages received up to the final dot and refused or thrown away.
    pub(crate) discarded: Vec<Received>,
    /// Connections now open.
    pub(super) open: usize,
    /// Recipients deferred once.
    pub(super) deferred: HashSet<String>,
    /// Whether the test has said what was waited for.
    told: bool,
}

pub(super) struct Shared {
    pub(super) script: Script,
    pub(super) stopping: AtomicBool,
    record: Mutex<Record>,
    changed: Condvar,
    journal: Option<Mutex<File>>,
    /// The sockets of the open connections, to cut them with: what is held here is not closed.
    sockets: Mutex<HashMap<usize, TcpStream>>,
}

impl SmtpServer {
    /// Starts a server on a free port of 127.0.0.1.
    pub(crate) fn start(script: Script) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let append = |path: &PathBuf| OpenOptions::new().create(true).append(true).open(path).unwrap();
        let journal = script.journal.as_ref().map(|path| Mutex::new(append(path)));
        let shared = Arc::new(Shared {
            script,
            stopping: AtomicBool::new(false),
            record: Mutex::default(),
            changed: Condvar::new(),
            journal,
            sockets: Mutex::default(),
        });
        let listening = thread::spawn({
            let shared = Arc::clone(&shared);
            move || shared.listen(&listener)
        });
        Self { port, shared, listening: Some(listening) }
    }

    /// The port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The messages that are the server's, in the order of their final dots.
    pub(crate) fn accepted(&self) -> Vec<Received> {
        self.shared.record().accepted.clone()
    }

    /// How many messages are the server's.
    pub(crate) fn count_accepted(&self) -> usize {
        self.shared.record().accepted.len()
    }

    /// The recipients of [`Self::accepted`], sorted.
    pub(crate) fn accepted_recipients(&self) -> Vec<String> {
        let mut recipients: Vec<_> = self.accepted().into_iter().flat_map(|received| received.recipients).collect();
        recipients.sort();
        recipients
    }

    /// The command logs, one a connection.
    pub(crate) fn commands(&self) -> Vec<Vec<String>> {
        self.shared.record().commands.clone()
    }

    /// How many connections were opened.
    pub(crate) fn connections(&self) -> usize {
        self.shared.record().commands.len()
    }

    /// Waits until what the server has seen is as wanted, and gives what `look` sees then.
    pub(crate) fn wait_until<T>(&self, wanted: impl Fn(&Record) -> bool, look: impl Fn(&Record) -> T) -> T {
        let record = self.shared.record();
        let in_vain = |record: &mut Record| !wanted(record);
        let (record, time) = self.shared.changed.wait_timeout_while(record, PATIENCE, in_vain).unwrap();
        assert!(!time.timed_out(), "waited in vain; seen so far: {record:#?}");
        look(&record)
    }

    /// Waits until `count` messages are the server's.
    pub(crate) fn wait_for_accepted(&self, count: usize) -> Vec<Received> {
        self.wait_until(|record| record.accepted.len() >= count, |record| record.accepted.clone())
    }

    /// Waits until a command line starting with `start` was received on any connection.
    pub(crate) fn wait_for_command(&self, start: &str) {
        let said = |record: &Record| record.commands.iter().flatten().any(|line| line.starts_with(start));
        self.wait_until(said, |_| ());
    }

    /// Says the word that some answers and greetings wait for.
    pub(crate) fn go_on(&self) {
        self.shared.note(|record| record.told = true);
    }

    /// Waits until every connection is closed, and gives the command logs.
    pub(crate) fn wait_until_idle(&self) -> Vec<Vec<String>> {
        self.wait_until(|record| record.open == 0, |record| record.commands.clone())
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.shared.note(|_| self.shared.stopping.store(true, Ordering::SeqCst));
        for socket in self.shared.sockets.lock().unwrap().values() {
            let _ = socket.shutdown(Shutdown::Both);
        }
        // Wakes the listening thread, which then sees that it is over.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        let listening = self.listening.take().map(JoinHandle::join);
        if !thread::panicking() {
            listening.unwrap().expect("the server's thread has not panicked");
        }
    }
}

impl Shared {
    fn listen(self: &Arc<Self>, listener: &TcpListener) {
        for socket in listener.incoming() {
            if self.stopping.load(Ordering::SeqCst) {
                return;
            }
            let socket = socket.unwrap();
            socket.set_nodelay(true).unwrap();
            let connection = self.note(|record| {
                record.commands.push(Vec::new());
                record.open += 1;
                record.commands.len() - 1
            });
            self.sockets.lock().unwrap().insert(connection, socket.try_clone().unwrap());
            let shared = Arc::clone(self);
            thread::spawn(move || {
                // Clients come and go as they like: a broken connection is nothing to report.
                let _ = Conversation::new(&shared, connection, socket).run();
                shared.sockets.lock().unwrap().remove(&connection);
                shared.note(|record| {
                    record.commands[connection].push(String::from("(closed)"));
                    record.open -= 1;
                });
            });
        }
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap()
    }

    /// Changes the record and wakes who waits for it.
    pub(super) fn note<T>(&self, change: impl FnOnce(&mut Record) -> T) -> T {
        let result = change(&mut self.record());
        self.changed.notify_all();
        result
    }

    /// Waits until the server is dropped.
    pub(super) fn wait_for_stop(&self) {
        let stopping = || self.stopping.load(Ordering::SeqCst);
        drop(self.changed.wait_while(self.record(), |_| !stopping()).unwrap());
    }

    /// Waits until the test says so, or the server is dropped.
    pub(super) fn wait_for_word(&self) {
        let in_vain = |record: &mut Record| !record.told && !self.stopping.load(Ordering::SeqCst);
        drop(self.changed.wait_while(self.record(), in_vain).unwrap());
    }

    /// Makes a message the server's: from here on losing it would be the server's fault. With a journal it is on disk
    /// when this returns, as `recipient <TAB> Message-ID <TAB> SHA-256 of the bytes`, a line each.
    pub(super) fn accept(&self, received: Received) {
        if let Some(journal) = &self.journal {
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &received.bytes);
            let digest = data_encoding::HEXLOWER.encode(digest.as_ref());
            let line = format!("{}\t{}\t{digest}\n", received.recipients.join(","), message_id(&received.bytes));
            let mut journal = journal.lock().unwrap();
            journal.write_all(line.as_bytes()).unwrap();
            journal.sync_data().unwrap();
        }
        self.note(|record| record.accepted.push(received));
    }
}

/// The Message-ID of a message, or `-`.
fn message_id(message: &[u8]) -> String {
    let text = String::from_utf8_lossy(message);
    let headers = text.split("\r\n\r\n").next().unwrap_or_default();
    let value = headers.split("\r\n").find_map(|line| line.strip_prefix("Message-ID:"));
    value.map_or_else(|| String::from("-"), |value| value.trim().to_owned())
}
