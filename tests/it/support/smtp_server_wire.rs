//! The scripted SMTP server's end of a connection: lines in, bytes out, plain or TLS.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// One end of a connection, with what was read and not yet used.
pub(super) struct Wire {
    stream: Stream,
    unread: Vec<u8>,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Wire {
    pub(super) fn new(socket: TcpStream) -> Self {
        Self { stream: Stream::Plain(socket), unread: Vec::new() }
    }

    /// The next line with its LF; what is left without one, perhaps nothing, at the end.
    pub(super) fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut searched = 0;
        loop {
            if let Some(at) = self.unread[searched..].iter().position(|&byte| byte == b'\n') {
                let rest = self.unread.split_off(searched + at + 1);
                return Ok(std::mem::replace(&mut self.unread, rest));
            }
            searched = self.unread.len();
            if !self.fill()? {
                return Ok(std::mem::take(&mut self.unread));
            }
        }
    }

    /// Whether more has arrived than was asked for.
    pub(super) fn has_more(&self) -> bool {
        !self.unread.is_empty()
    }

    /// Throws that away.
    pub(super) fn forget(&mut self) {
        self.unread.clear();
    }

    /// The next `count` bytes.
    pub(super) fn bytes(&mut self, count: usize) -> io::Result<Vec<u8>> {
        while self.unread.len() < count {
            if !self.fill()? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let rest = self.unread.split_off(count);
        Ok(std::mem::replace(&mut self.unread, rest))
    }

    /// Waits until `count` lines have arrived, without using them up.
    pub(super) fn wait_for_lines(&mut self, count: usize) -> io::Result<()> {
        while self.unread.split(|&byte| byte == b'\n').count() <= count {
            if !self.fill()? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(())
    }

    /// Reads on and on until the client closes.
    pub(super) fn wait_for_end(&mut self) -> io::Result<()> {
        while self.fill()? {
            self.unread.clear();
        }
        Ok(())
    }

    /// Says nothing more and reads on until the client closes: a system that closes a connection with something unread cuts
    /// it, and with it what was said last.
    pub(super) fn part(&mut self) -> io::Result<()> {
        match &self.stream {
            Stream::Plain(socket) => socket.shutdown(Shutdown::Write)?,
            Stream::Tls(tls) => tls.sock.shutdown(Shutdown::Write)?,
        }
        self.wait_for_end()
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.stream {
            Stream::Plain(socket) => socket.write_all(bytes),
            Stream::Tls(tls) => tls.write_all(bytes),
        }
    }

    /// Does the server's side of a TLS handshake.
    pub(super) fn encrypt(&mut self, config: Arc<ServerConfig>) -> io::Result<()> {
        let Stream::Plain(socket) = &self.stream else { panic!("TLS inside TLS") };
        let tls = ServerConnection::new(config).map_err(io::Error::other)?;
        let mut tls = StreamOwned::new(tls, socket.try_clone()?);
        while tls.conn.is_handshaking() {
            tls.conn.complete_io(&mut tls.sock)?;
        }
        self.stream = Stream::Tls(Box::new(tls));
        Ok(())
    }

    /// Changes the keys of TLS, and asks the client to do the same (RFC 8446 4.6.3).
    pub(super) fn rekey(&mut self) {
        if let Stream::Tls(tls) = &mut self.stream {
            tls.conn.refresh_traffic_keys().unwrap();
        }
    }

    /// Reads what there is; false at the end.
    fn fill(&mut self) -> io::Result<bool> {
        let mut buffer = [0; 16 * 1024];
        let count = match &mut self.stream {
            Stream::Plain(socket) => socket.read(&mut buffer)?,
            Stream::Tls(tls) => tls.read(&mut buffer)?,
        };
        self.unread.extend_from_slice(&buffer[..count]);
        Ok(count > 0)
    }
}
