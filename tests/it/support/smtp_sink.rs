//! Postfix's `smtp-sink`: takes every mail, keeps each in a file.

use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::postfix::free_port;

/// A running `smtp-sink`; stopped when dropped.
pub(crate) struct SmtpSink {
    child: Child,
    folder: TempDir,
    /// Where it listens on the loopback.
    pub(crate) port: u16,
}

impl SmtpSink {
    /// Starts one that takes up to 64 connections.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts one with more options of smtp-sink(1).
    pub(crate) fn start_with(options: &[&str]) -> Self {
        let folder = TempDir::with_prefix("smtp-sink-").unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let port = free_port();
        let mut command = Command::new("/usr/sbin/smtp-sink");
        if rustix::process::geteuid().is_root() {
            // It refuses to stay root.
            command.args(["-u", "nobody"]);
        }
        let child = command
            .args(options)
            .arg("-d")
            .arg(folder.path().join("mail"))
            .args([&format!("127.0.0.1:{port}"), "64"])
            .stdin(Stdio::null())
            .stderr(fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .expect("smtp-sink is missing; run ./check");
        let mut sink = Self { child, folder, port };
        sink.wait_until_it_listens();
        sink
    }

    fn wait_until_it_listens(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.child.try_wait().unwrap();
            let log = || fs::read_to_string(self.folder.path().join("log")).unwrap();
            assert!(ended.is_none() && Instant::now() < deadline, "smtp-sink does not listen: {ended:?} {}", log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The messages it took, as they were on the wire.
    pub(crate) fn messages(&self) -> Vec<Vec<u8>> {
        let files = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let messages = files.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("mail"));
        messages.map(|path| without_envelope(&fs::read_to_string(path).unwrap()).into_bytes()).collect()
    }
}

/// Removes the header fields smtp-sink writes before the message (`X-Mail-Args` and its like, then one `Received`), and
/// gives the lines back the ends they had.
fn without_envelope(file: &str) -> String {
    let mut lines = file.lines().skip_while(|line| !line.starts_with("Received:")).skip(1).peekable();
    while lines.next_if(|line| line.starts_with([' ', '\t'])).is_some() {}
    lines.flat_map(|line| [line, "\r\n"]).collect()
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
