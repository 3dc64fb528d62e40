//! Runs a name server, dnsmasq, that knows some TXT records and answers for the rest of `org`.

use std::fmt::Write;
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A running name server; stopped when dropped.
pub(crate) struct NameServer {
    pub(crate) address: SocketAddr,
    process: Child,
    _folder: TempDir,
}

impl NameServer {
    /// Starts one that has these records: name and text.
    pub(crate) fn start<'a>(records: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut lines = String::new();
        for (name, text) in records {
            write!(lines, "txt-record={name}").unwrap();
            for string in text.as_bytes().chunks(255) {
                write!(lines, ",\"{}\"", std::str::from_utf8(string).unwrap()).unwrap();
            }
            lines.push('\n');
        }
        Self::configured(&lines)
    }

    /// Starts one with these lines of dnsmasq's own configuration.
    pub(crate) fn configured(lines: &str) -> Self {
        let folder = TempDir::with_prefix("name-server-").unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let configuration = format!(
            "port={}\nlisten-address=127.0.0.1\nbind-interfaces\nno-resolv\nno-hosts\nlocal=/org/\nkeep-in-foreground\nlog-facility=-\npid-file\n{lines}",
            address.port()
        );
        let path = folder.path().join("dnsmasq.conf");
        fs::write(&path, configuration).unwrap();
        let log = folder.path().join("log");
        let process = Command::new("/usr/sbin/dnsmasq")
            .arg(format!("--conf-file={}", path.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .expect("dnsmasq (`./check` installs dnsmasq-base)");
        let server = Self { address, process, _folder: folder };
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(address).is_err() {
            assert!(Instant::now() < deadline, "dnsmasq does not answer: {}", fs::read_to_string(&log).unwrap());
            std::thread::sleep(Duration::from_millis(10));
        }
        server
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
