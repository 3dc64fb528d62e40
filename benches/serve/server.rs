//! The servers that are measured: ours with so many readers, and two others.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use newsletter::ledger::{self, LedgerLocation};
use newsletter::message::TokenKey;
use newsletter::model::{EmailAddress, IssueNumber, State};
use newsletter::readers::{Event, Evidence, ImportedReader};
use tempfile::TempDir;

const CONFIG: &str = r#"[newsletter]
name = "Load"
from = "Ada Example <ada@example.org>"
site = "https://letter.example.org/"
address = "Example Street 1, 12345 Example"

[send]
courier = "smtp"

[smtp]
host = "127.0.0.1"
port = PORT
tls = "none"
rate = "RATE/s"

[unsubscribe]
url = "https://letter.example.org/u/{token}"

[serve]
origins = ["https://www.example.org"]
confirm_rate = "1/h"
"#;

/// The messages a second of the delivery that runs meanwhile: more would measure how two processors are shared.
pub(crate) const RATE: usize = 500;

const ISSUE: &str = r#"number = 1
title = "First things"
preheader = "Two links about clocks, and one that says why they lie to you"
date = 2026-11-20
intro = "Hello, this is the *first* issue."

[[section]]
title = "Reading"

[[section.link]]
url = "https://example.org/clocks"
title = "On clocks"
description = "Why two machines never agree, shown with three drawings."
"#;

/// The folder of a newsletter that is not served yet.
pub(crate) struct Made {
    folder: TempDir,
    key: TokenKey,
    list_id: String,
    /// Where its mail goes.
    mail: SocketAddr,
}

/// A running server.
pub(crate) struct Served {
    made: Made,
    process: Child,
    pub(crate) address: SocketAddr,
}

impl Served {
    /// Serves so many readers.
    pub(crate) fn with(readers: usize) -> Self {
        Self::make(readers).start()
    }

    /// Makes the newsletter with a ledger of so many readers.
    pub(crate) fn make(readers: usize) -> Made {
        // On the disk the package is on: a ledger in memory would be too fast.
        let base = concat!(env!("CARGO_TARGET_TMPDIR"), "/serve");
        fs::create_dir_all(base).unwrap();
        let folder = TempDir::new_in(base).unwrap();
        let root = folder.path();
        let mail = free();
        let config = CONFIG.replace("PORT", &mail.port().to_string()).replace("RATE", &RATE.to_string());
        fs::write(root.join("newsletter.toml"), config).unwrap();
        fs::create_dir(root.join("issues")).unwrap();
        fs::write(root.join("issues/001-first-things.toml"), ISSUE).unwrap();
        // Makes ledger and key.
        let mut first = Made { folder, key: TokenKey::new(b""), list_id: String::new(), mail }.start();
        first.process.kill().unwrap();
        first.process.wait().unwrap();
        let folder = std::mem::replace(&mut first.made.folder, TempDir::new().unwrap());
        let root = folder.path();
        let secret = fs::read_to_string(root.join(".newsletter/unsubscribe.key")).unwrap();
        let key = TokenKey::new(secret.trim_end().as_bytes());
        let mut ledger = ledger::open(&LedgerLocation::File(root.join(".newsletter/ledger.sqlite3"))).unwrap();
        let list_id = ledger.identity().unwrap().unwrap();
        let now = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        for some in (0..readers).collect::<Vec<_>>().chunks(50_000) {
            ledger
                .change_readers(&mut |records| {
                    for reader in some {
                        let who = key.identify(&list_id, &address(*reader));
                        let event = Event::Add(ImportedReader::default(), Evidence::default());
                        records.happen(&who, event, now)?;
                    }
                    Ok(())
                })
                .unwrap();
        }
        Made { folder, key, list_id, mail }
    }

    /// Starts to mail issue 1 to all readers; `None` if Postfix's `smtp-sink` is not installed.
    pub(crate) fn send(&self) -> Option<Delivery> {
        let mut sink = Command::new("/usr/sbin/smtp-sink");
        if rustix::process::getuid().is_root() {
            sink.args(["-u", "nobody"]);
        }
        let sink = sink.arg(format!("inet:{}", self.made.mail)).arg("100").spawn();
        let (sink, folder) = (sink.ok()?, TempDir::new().unwrap());
        let sink = ready(sink, folder, self.made.mail);
        let send = Command::new(env!("CARGO_BIN_EXE_newsletter"))
            .args(["send", "1", "--yes", "--quiet"])
            .current_dir(self.made.folder.path())
            .env_remove("CI")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut delivery = Delivery { send, _sink: sink };
        while self.accepted() == 0 {
            assert!(delivery.send.try_wait().unwrap().is_none(), "the send ended before a message was accepted");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(delivery)
    }

    /// The number of readers who have issue 1.
    pub(crate) fn accepted(&self) -> u64 {
        let path = self.made.folder.path().join(".newsletter/ledger.sqlite3");
        let counts = ledger::open(&LedgerLocation::File(path)).unwrap().counts(IssueNumber(1)).unwrap();
        counts.of(State::Accepted)
    }

    /// The path of the link of a reader.
    pub(crate) fn link(&self, reader: usize) -> String {
        format!("/u/{}", self.made.key.token(&self.made.list_id, &address(reader)))
    }

    pub(crate) fn suppressed(&self) -> usize {
        let path = self.made.folder.path().join(".newsletter/ledger.sqlite3");
        ledger::open(&LedgerLocation::File(path)).unwrap().suppressions().unwrap().len()
    }

    /// The memory it has now, in bytes.
    pub(crate) fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
    }
}

impl Made {
    /// Starts the server, and waits until it answers that it is well.
    pub(crate) fn start(self) -> Served {
        let mut process = Command::new(env!("CARGO_BIN_EXE_newsletter"))
            .args(["serve", "--listen", "127.0.0.1:0", "--quiet"])
            .current_dir(self.folder.path())
            .env_remove("CI")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").unwrap().trim_end_matches('/').parse().unwrap();
        let mut connection = TcpStream::connect(address).unwrap();
        connection.write_all(b"GET /health HTTP/1.1\r\nHost: letter.example.org\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        BufReader::new(connection).read_line(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        Served { made: self, process, address }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A delivery that is under way; it is killed when dropped.
pub(crate) struct Delivery {
    send: Child,
    _sink: Peer,
}

impl Delivery {
    pub(crate) fn is_running(&mut self) -> bool {
        self.send.try_wait().unwrap().is_none()
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        let _ = self.send.kill();
        let _ = self.send.wait();
    }
}

fn address(reader: usize) -> EmailAddress {
    EmailAddress::parse(&format!("reader{reader}@example.org")).unwrap()
}

/// Another server.
pub(crate) struct Peer {
    process: Child,
    _folder: TempDir,
    pub(crate) address: SocketAddr,
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// nginx that answers 200 to everything, if it is installed.
pub(crate) fn nginx() -> Option<Peer> {
    let program = ["/usr/sbin/nginx", "/usr/bin/nginx"].into_iter().find(|path| fs::exists(path).unwrap_or(false))?;
    let (folder, address) = (TempDir::new().unwrap(), free());
    let root = folder.path().display();
    let text = format!(
        "daemon off;\nmaster_process off;\npid {root}/pid;\nerror_log {root}/log;\nevents {{ worker_connections 1024; }}\n\
         http {{\n  access_log off;\n  client_body_temp_path {root}/a;\n  proxy_temp_path {root}/b;\n  fastcgi_temp_path {root}/c;\n\
         uwsgi_temp_path {root}/d;\n  scgi_temp_path {root}/e;\n  keepalive_requests 1000000;\n\
         server {{ listen {address}; location / {{ return 200 \"unsubscribed\\n\"; }} }}\n}}\n"
    );
    fs::write(folder.path().join("nginx.conf"), text).unwrap();
    let process =
        Command::new(program).arg("-c").arg(folder.path().join("nginx.conf")).stderr(Stdio::null()).spawn().ok()?;
    Some(ready(process, folder, address))
}

/// The endpoint of `peer.py`.
///
/// Errors with the reason why it cannot run here.
pub(crate) fn fastapi() -> Result<Peer, String> {
    let packages = concat!(env!("CARGO_TARGET_TMPDIR"), "/serve/python");
    let python = format!("{packages}/bin/python3");
    let run = |program: &str, arguments: &[&str]| {
        Command::new(program).args(arguments).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    // uvloop and httptools are what its authors recommend for speed.
    let wanted = ["fastapi==0.115.6", "uvicorn==0.34.0", "uvloop==0.21.0", "httptools==0.6.4"];
    let install = [&["-m", "pip", "install", "--quiet"][..], &wanted].concat();
    if !run("/usr/bin/env", &["python3", "-m", "venv", packages]) || !run(&python, &install) {
        return Err("venv and pip cannot install fastapi and uvicorn here".to_owned());
    }
    let (folder, address) = (TempDir::new_in(concat!(env!("CARGO_TARGET_TMPDIR"), "/serve")).unwrap(), free());
    let process = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/serve/peer.py"))
        .arg(folder.path().join("ledger.sqlite3"))
        .arg(address.port().to_string())
        .spawn()
        .map_err(|error| error.to_string())?;
    Ok(ready(process, folder, address))
}

fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn ready(mut process: Child, folder: TempDir, address: SocketAddr) -> Peer {
    let began = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(
            process.try_wait().unwrap().is_none() && began.elapsed() < Duration::from_secs(30),
            "it does not start"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    Peer { process, _folder: folder, address }
}
