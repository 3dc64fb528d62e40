//! Starts a server with a newsletter, and speaks HTTP to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStderr, Stdio};
use std::time::Duration;

use newsletter::ledger::{self, Ledger, LedgerLocation};
use newsletter::message::TokenKey;
use newsletter::model::EmailAddress;
use rustix::process::Signal;

use crate::support::{Mailing, Script, SmtpServer, signal};

/// A newsletter and its server.
pub(super) struct Served {
    pub(super) mailing: Mailing,
    child: Option<Child>,
    stderr: Option<BufReader<ChildStderr>>,
    pub(super) address: SocketAddr,
    /// The name server to ask, if any.
    resolver: Option<SocketAddr>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) status: u16,
    /// In small letters, sorted, without `date` and the value of `set-cookie`.
    pub(super) headers: Vec<String>,
    pub(super) cookie: String,
    /// When the server answered, in Unix seconds.
    pub(super) date: i64,
    pub(super) body: String,
}

impl Reply {
    pub(super) fn header(&self, name: &str) -> &str {
        let prefix = format!("{name}: ");
        self.headers.iter().find_map(|line| line.strip_prefix(&prefix)).unwrap_or_default()
    }
}

impl Served {
    /// Serves a newsletter that has mailed issue 1 to `listed`, local parts at example.org; `serve` are lines of `[serve]`.
    pub(super) fn new(listed: &[&str], serve: &str) -> Self {
        Self::speaking(listed, |config| format!("{config}\n[serve]\n{serve}\n"))
    }

    /// The same, whose configuration `change` changes.
    pub(super) fn speaking(listed: &[&str], change: impl FnOnce(&str) -> String) -> Self {
        let mut served = Self::unstarted(listed, change);
        served.start();
        served
    }

    /// The same after `prepare`, with the lines `serve` of `[serve]`.
    pub(super) fn prepared(listed: &[&str], prepare: impl FnOnce(&Mailing), serve: &str) -> Self {
        let mut served = Self::unstarted(listed, |config| format!("{config}\n[serve]\n{serve}\n"));
        prepare(&served.mailing);
        served.start();
        served
    }

    /// The same with the name server `resolver`.
    pub(super) fn asking(listed: &[&str], resolver: SocketAddr) -> Self {
        let mut served = Self::unstarted(listed, |config| format!("{config}\n[serve]\n"));
        served.resolver = Some(resolver);
        served.start();
        served
    }

    fn unstarted(listed: &[&str], change: impl FnOnce(&str) -> String) -> Self {
        let mailing = Mailing::new(SmtpServer::start(Script::default()), listed.iter().copied());
        let config = mailing.project.read("newsletter.toml");
        mailing.project.write("newsletter.toml", change(&config));
        if !listed.is_empty() {
            assert!(mailing.send(["--yes"]).ends_with("exit 0\n"));
        }
        Self { mailing, child: None, stderr: None, address: ([127, 0, 0, 1], 0).into(), resolver: None }
    }

    pub(super) fn start(&mut self) {
        let mut command = self.mailing.project.command(["serve", "--listen", "127.0.0.1:0"]);
        command.args(self.resolver.iter().flat_map(|server| ["--resolver".to_owned(), server.to_string()]));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let Some(address) = line.trim().strip_prefix("http://").and_then(|rest| rest.strip_suffix('/')) else {
            let mut said = String::new();
            stderr.read_to_string(&mut said).unwrap();
            panic!("{line}{said}");
        };
        self.address = address.parse().unwrap();
        self.child = Some(child);
        self.stderr = Some(stderr);
    }

    /// Reads what the server says until a line has `words`, which is returned.
    pub(super) fn wait_for_line(&mut self, words: &str) -> String {
        let stderr = self.stderr.as_mut().unwrap();
        let mut line = String::new();
        while !line.contains(words) {
            line.clear();
            assert!(stderr.read_line(&mut line).unwrap() > 0, "it ended without `{words}`");
        }
        line
    }

    pub(super) fn pid(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_child(self.child.as_ref().unwrap())
    }

    pub(super) fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Asks the server to end; answers its exit code and everything else it said.
    pub(super) fn stop(&mut self) -> (Option<i32>, String) {
        let mut child = self.child.take().unwrap();
        signal(&child, Signal::TERM);
        let mut said = String::new();
        self.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (child.wait().unwrap().code(), said)
    }

    pub(super) fn ledger(&self) -> Box<dyn Ledger> {
        let path = self.mailing.project.path(".newsletter/ledger.sqlite3");
        ledger::open(&LedgerLocation::File(path)).unwrap()
    }

    pub(super) fn key(&self) -> (TokenKey, String) {
        let secret = self.mailing.project.read(".newsletter/unsubscribe.key");
        (TokenKey::new(secret.trim_end().as_bytes()), self.ledger().identity().unwrap().unwrap())
    }

    /// The path of the unsubscribe link of `reader`, a local part at example.org.
    pub(super) fn link(&self, reader: &str) -> String {
        let (key, list_id) = self.key();
        format!("/u/{}", key.token(&list_id, &address(reader)))
    }

    pub(super) fn suppressed(&self) -> Vec<String> {
        self.ledger()
            .suppressions()
            .unwrap()
            .into_iter()
            .map(|entry| format!("{} {}", entry.address, entry.reason))
            .collect()
    }

    pub(super) fn subscribers(&self) -> Vec<String> {
        let mut all = Vec::new();
        let mut each = |row: ledger::SubscriberRow| {
            all.push(row.address);
            Ok(())
        };
        self.ledger().subscribers(&mut each).unwrap();
        all
    }

    /// The fields of a form that was shown a minute ago.
    pub(super) fn stamp(&self) -> String {
        let (key, list_id) = self.key();
        let at = self.get("/style.css").date - 60;
        format!("at={at}&stamp={}", key.form_stamp(&list_id, at))
    }

    /// Signs `reader` up by the form.
    pub(super) fn sign_up(&self, reader: &str) -> Reply {
        let body = format!("address={reader}%40example.org&website=&{}", self.stamp());
        self.post("/subscribe", &body)
    }

    /// How much mail to one reader waits.
    pub(super) fn waiting(&self) -> u64 {
        let mut waiting = 0;
        let mut count = |records: &mut dyn ledger::ReaderRecords| {
            waiting = records.mail_waiting()?;
            Ok(())
        };
        self.ledger().read_readers(&mut count).unwrap();
        waiting
    }

    /// Looks until `is_so`.
    pub(super) fn wait_until(&self, is_so: impl Fn(&Self) -> bool) {
        while !is_so(self) {
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub(super) fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, "", "")
    }

    pub(super) fn post(&self, path: &str, body: &str) -> Reply {
        self.ask("POST", path, "Content-Type: application/x-www-form-urlencoded\r\nAccept: text/html\r\n", body)
    }

    pub(super) fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Reply {
        asked(self.address, method, path, headers, body).unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

pub(super) fn address(reader: &str) -> EmailAddress {
    EmailAddress::parse(&format!("{reader}@example.org")).unwrap()
}

/// The text of the last mail to `reader` among the first `count` of all, soft line breaks undone.
pub(super) fn mail(served: &Served, reader: &str, count: usize) -> String {
    let all = served.mailing.server.wait_for_accepted(count);
    let mine = all.into_iter().rfind(|message| message.recipients == [format!("{reader}@example.org")]).unwrap();
    String::from_utf8(mine.bytes).unwrap().replace("=\r\n", "").replace("\r\n ", " ")
}

/// The path of the link that begins with `start` in a mail.
pub(super) fn path(mail: &str, start: &str) -> String {
    let (_, rest) = mail.split_once(&format!("https://letter.example.org{start}")).unwrap_or_else(|| panic!("{mail}"));
    let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && !"-_".contains(letter));
    format!("{start}{}", &rest[..end.unwrap_or(rest.len())])
}

/// Confirms the sign-up of `reader`, whose mail is the last of `count`.
pub(super) fn confirm(served: &Served, reader: &str, count: usize) {
    let confirm = path(&mail(served, reader, count), "/confirm/");
    assert_eq!(served.post(&confirm, "").header("location"), "/confirmed");
}

/// One request on a connection of its own.
pub(super) fn asked(to: SocketAddr, method: &str, path: &str, headers: &str, body: &str) -> std::io::Result<Reply> {
    let mut stream = TcpStream::connect(to)?;
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: letter.example.org\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let (head, body) = text.split_once("\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let (mut cookie, mut date) = (String::new(), 0);
    let mut headers = Vec::new();
    for line in head.lines().skip(1) {
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        match name {
            "date" => date = chrono::DateTime::parse_from_rfc2822(value).unwrap().timestamp(),
            "content-length" | "connection" => {}
            "set-cookie" => {
                cookie.push_str(value.split(';').next().unwrap_or_default());
                headers.push(format!("set-cookie: {}", value.split_once(';').map_or("", |(_, rest)| rest)));
            }
            _ => headers.push(line.to_owned()),
        }
    }
    headers.sort();
    Ok(Reply { status, headers, cookie, date, body: body.to_owned() })
}
