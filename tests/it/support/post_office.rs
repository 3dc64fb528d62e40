//! A whole post office: Postfix takes the mail, Dovecot keeps it, both live in a folder that goes
//! when they do.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::authority::Authority;
use super::dovecot::Dovecot;
use super::postfix::{Postfix, free_port};
use super::privileged::Afterwards;

/// Postfix delivering into Dovecot.
pub(crate) struct PostOffice {
    pub(crate) postfix: Postfix,
    dovecot: Dovecot,
    authority: Authority,
    root: PathBuf,
    _afterwards: Afterwards,
}

impl PostOffice {
    /// Opens one where `mailboxes` receive mail; every other address of their domains is refused with 550.
    pub(crate) fn open<'a>(mailboxes: impl IntoIterator<Item = &'a str>) -> Self {
        Self::open_with(mailboxes, ["", ""])
    }

    /// The same with lines added to Postfix's main.cf and master.cf.
    pub(crate) fn open_with<'a>(mailboxes: impl IntoIterator<Item = &'a str>, lines: [&str; 2]) -> Self {
        let root = &TempDir::with_prefix("post-office-").unwrap().keep();
        let [postfix, dovecot] = [Postfix::stop(root), Dovecot::stop(root)];
        // Its last files belong to Postfix and Dovecot, so root has to remove them.
        let afterwards = Afterwards::run(&format!("{postfix}; {dovecot}; rm -rf {}", root.display()));
        // Postfix and Dovecot look in as their own users.
        fs::set_permissions(root, fs::Permissions::from_mode(0o755)).unwrap();
        let authority = Authority::new(root);
        let mail = free_port();
        let dovecot = Dovecot::start(root, &authority, mail);
        let postfix = Postfix::start(root, &authority, mail, mailboxes, lines);
        Self { root: root.clone(), postfix, dovecot, authority, _afterwards: afterwards }
    }

    /// The file for `SSL_CERT_FILE` of a client that is to trust this post office.
    pub(crate) fn authority(&self) -> &Path {
        &self.authority.certificate
    }

    /// The addresses that got mail, one entry a delivery, once `count` deliveries are done. Postfix answers a client
    /// before it delivers.
    pub(crate) fn delivered(&self, count: usize) -> Vec<String> {
        let deadline = Instant::now() + Duration::from_mins(2);
        loop {
            let delivered = self.postfix.delivered();
            if delivered.len() >= count {
                return delivered;
            }
            assert!(Instant::now() < deadline, "{} of {count} were delivered\n{}", delivered.len(), self.postfix.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Where mailboxes are read, with STARTTLS if one likes.
    pub(crate) fn imap(&self) -> u16 {
        self.dovecot.imap
    }

    /// Where TLS starts at once.
    pub(crate) fn imaps(&self) -> u16 {
        self.dovecot.imaps
    }

    /// Waits until Postfix has logged `words` so many times.
    pub(crate) fn logged(&self, words: &str, count: usize) {
        let deadline = Instant::now() + Duration::from_mins(2);
        while self.postfix.log().matches(words).count() < count {
            assert!(Instant::now() < deadline, "`{words}` is missing\n{}", self.postfix.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Has every message to `address` go through a sieve `script`.
    pub(crate) fn filter(&self, address: &str, script: &str) {
        Dovecot::filter(&self.root, address, script);
    }

    /// Hands in a message from `<>`, and waits until it lies in the mailbox of `address`.
    pub(crate) fn hand_in(&self, address: &str, message: &str) {
        let before = self.postfix.delivered().len();
        self.hand_in_from("", address, message);
        self.delivered(before + 1);
    }

    /// Hands in a message from `sender`.
    pub(crate) fn hand_in_from(&self, sender: &str, address: &str, message: &str) {
        let stream = TcpStream::connect(("127.0.0.1", self.postfix.plain)).unwrap();
        let mut replies = BufReader::new(stream.try_clone().unwrap()).lines();
        let message = message.replace('\n', "\r\n");
        let [from, to] = [format!("MAIL FROM:<{sender}>"), format!("RCPT TO:<{address}>")];
        let lines = ["", "HELO localhost", &from, &to, "DATA", &format!("{message}\r\n.")];
        for line in lines {
            if !line.is_empty() {
                (&stream).write_all(format!("{line}\r\n").as_bytes()).unwrap();
            }
            let reply = replies.next().unwrap().unwrap();
            assert!(reply.starts_with(['2', '3']), "{line}: {reply}");
        }
    }

    /// The messages in the mailbox of `address` as they are there, once there are `count`.
    pub(crate) fn messages_as_delivered(&self, address: &str, count: usize) -> Vec<Vec<u8>> {
        let deadline = Instant::now() + Duration::from_mins(2);
        loop {
            let messages = self.dovecot.messages(address);
            if messages.len() >= count {
                return messages;
            }
            assert!(Instant::now() < deadline, "{address} has {}\n{}", messages.len(), self.postfix.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The messages in the mailbox of `address` without what the way there put on top: exactly the bytes handed in.
    pub(crate) fn messages(&self, address: &str) -> Vec<Vec<u8>> {
        self.dovecot.messages(address).iter().map(|message| without_trace(message).to_vec()).collect()
    }
}

/// Removes the header fields a mail system puts before the ones it was given (RFC 5321, section 4.4), and only those at
/// the top.
fn without_trace(message: &[u8]) -> &[u8] {
    let mut rest = message;
    while ["Return-Path:", "Delivered-To:", "Received:"].iter().any(|name| rest.starts_with(name.as_bytes())) {
        let end = rest
            .windows(3)
            .position(|three| three.starts_with(b"\r\n") && !matches!(three[2], b' ' | b'\t'))
            .expect("a header field ends");
        rest = &rest[end + 2..];
    }
    rest
}
