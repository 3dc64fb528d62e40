//! A web server of the test's own: Python's, behind TLS, that answers every path with one status.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::authority::Authority;

const SERVER: &str = r#"
import http.server, ssl, sys

class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(sys.argv[1]))
        self.send_header("Location", sys.argv[5])
        self.end_headers()
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()
    def date_time_string(self, timestamp=None):
        return sys.argv[4] or super().date_time_string(timestamp)

server = http.server.HTTPServer(("127.0.0.1", 0), Page)
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(sys.argv[2], sys.argv[3])
server.socket = tls.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
"#;

/// A running web server at `https://localhost:PORT`; stopped when dropped.
pub(crate) struct WebServer {
    pub(crate) port: u16,
    /// The file for `SSL_CERT_FILE` of a client that is to trust it.
    pub(crate) authority: PathBuf,
    process: Child,
    _folder: TempDir,
}

impl WebServer {
    /// Starts one that answers `status` and says it is `date`, or what it is when that is empty.
    pub(crate) fn start(status: u16, date: &str) -> Self {
        Self::leading_to(status, date, "/elsewhere")
    }

    /// The same, which names `location` where it redirects.
    pub(crate) fn leading_to(status: u16, date: &str, location: &str) -> Self {
        let folder = TempDir::with_prefix("web-server-").unwrap();
        let authority = Authority::new(folder.path());
        let mut process = Command::new("/usr/bin/python3")
            .args(["-c", SERVER, &status.to_string()])
            .args([&authority.server_certificate, &authority.server_key])
            .args([date, location])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("python3 (`./check` installs it)");
        let mut port = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let port = port.trim().parse().expect("a port");
        Self { port, authority: authority.certificate, process, _folder: folder }
    }
}

impl Drop for WebServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
