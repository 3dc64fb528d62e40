//! A running preview, and plain HTTP to talk to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Stdio};
use std::time::{Duration, Instant};

use super::Project;

/// Longer than anything here takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(20);

/// A running preview; it ends when this does.
pub(crate) struct Served {
    pub(crate) process: Child,
    pub(crate) port: u16,
    stderr: BufReader<ChildStderr>,
}

/// What the server answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: String,
    pub(crate) body: String,
}

impl Served {
    pub(crate) fn start(project: &Project, arguments: &[&str]) -> Self {
        let mut command = project.command(["preview", "--no-open", "--port", "0"]);
        let mut process = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut url).unwrap();
        let stderr = BufReader::new(process.stderr.take().unwrap());
        let port = url.trim_start_matches("http://127.0.0.1:").split('/').next().unwrap().parse();
        Self { process, port: port.unwrap_or_else(|_| panic!("no port in `{url}`")), stderr }
    }

    /// Sends `request` as it is and reads to the end of the answer.
    pub(crate) fn say(&self, request: &str) -> Answer {
        let mut answer = Vec::new();
        self.open(request).read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer);
        let (headers, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = headers.get(9..12).and_then(|digits| digits.parse().ok()).unwrap_or(0);
        Answer { status, headers: headers.to_owned(), body: body.to_owned() }
    }

    fn open(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.say(&format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n", self.port))
    }

    /// The event stream, past the event that tells the present generation.
    pub(crate) fn events(&self) -> Events {
        let request = format!("GET /events HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", self.port);
        let mut events = Events(BufReader::new(self.open(&request)));
        events.next();
        events
    }

    /// The next line the terminal shows.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.stderr.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) struct Events(BufReader<TcpStream>);

impl Events {
    /// Waits for the next generation.
    pub(crate) fn next(&mut self) -> u64 {
        let started = Instant::now();
        let mut line = String::new();
        while started.elapsed() < DEADLINE {
            line.clear();
            assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "the event stream ended");
            if let Some((_, generation)) = line.split_once("\"generation\":") {
                return generation.trim_end_matches(|character: char| !character.is_ascii_digit()).parse().unwrap();
            }
        }
        panic!("no event in {DEADLINE:?}");
    }

    /// Waits for generations until `is_there`: a save may be seen between its truncation and its writing, and is then
    /// told twice.
    pub(crate) fn until(&mut self, is_there: impl Fn() -> bool) -> u64 {
        loop {
            let generation = self.next();
            if is_there() {
                return generation;
            }
        }
    }
}
