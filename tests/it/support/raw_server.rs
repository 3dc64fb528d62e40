//! Runs a server whose every byte the test decides, connection by connection.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::thread;

/// Listens on a port of 127.0.0.1 until the process ends.
pub(crate) struct RawServer {
    pub(crate) port: u16,
}

/// The server's end of a connection.
pub(crate) struct Talk(TcpStream);

impl RawServer {
    /// A server that does `conversation` on each connection, which are counted from zero.
    pub(crate) fn start(conversation: impl Fn(usize, &mut Talk) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let stream = stream.unwrap();
                stream.set_nodelay(true).unwrap();
                conversation(number, &mut Talk(stream));
            }
        });
        Self { port }
    }
}

impl Talk {
    /// The next line, without its end; empty at the end of the connection. What follows stays unread in the system, which cuts
    /// a connection that is closed over it.
    pub(crate) fn line(&mut self) -> String {
        let mut line = Vec::new();
        let mut byte = [0];
        while !line.ends_with(b"\n") && matches!(self.0.read(&mut byte), Ok(1)) {
            line.push(byte[0]);
        }
        String::from_utf8(line).unwrap().trim_end().to_owned()
    }

    /// So many lines.
    pub(crate) fn lines(&mut self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.line()).collect()
    }

    /// Says `text` in one segment. The client may have gone.
    pub(crate) fn say(&mut self, text: &str) {
        let _ = self.0.write_all(text.as_bytes());
    }

    /// Greets, and answers EHLO with these extensions.
    pub(crate) fn open(&mut self, extensions: &[&str]) {
        self.say("220 localhost\r\n");
        self.line();
        self.say(&format!("250-localhost\r\n250-{}\r\n250 X-LAST\r\n", extensions.join("\r\n250-")));
    }

    /// Throws away what has come in.
    pub(crate) fn forget(&mut self) {
        self.0.set_nonblocking(true).unwrap();
        while matches!(self.0.read(&mut [0; 4096]), Ok(1..)) {}
        self.0.set_nonblocking(false).unwrap();
    }

    /// Says nothing more, and reads what the client says until it closes, too.
    pub(crate) fn part(&mut self) -> String {
        let _ = self.0.shutdown(Shutdown::Write);
        self.rest()
    }

    /// Reads what the client says until it closes.
    pub(crate) fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        let _ = self.0.read_to_end(&mut rest);
        String::from_utf8(rest).unwrap()
    }
}
