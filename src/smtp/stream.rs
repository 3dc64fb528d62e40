//! The byte stream to a server, plain or TLS.

use std::io::{self, Read, Write};
use std::time::Instant;

use rustls::ClientConnection;

use super::socket::{Socket, Until};

/// A connected stream.
#[derive(Debug)]
pub(super) struct Stream {
    socket: Socket,
    /// Without it bytes go as they are.
    tls: Option<Box<ClientConnection>>,
}

/// A write that failed.
#[derive(Debug)]
pub(super) struct Unsent {
    /// How many of the bytes may have reached the server all the same.
    pub(super) handed: usize,
    /// Why.
    pub(super) error: io::Error,
}

/// A failed TLS handshake.
#[derive(Debug)]
pub(super) enum HandshakeError {
    /// TLS itself: certificates, versions.
    Tls(rustls::Error),
    /// The connection under it.
    Io(io::Error),
}

impl Stream {
    /// A stream of bytes as they are.
    pub(super) fn plain(socket: Socket) -> Self {
        Self { socket, tls: None }
    }

    /// Writes all of `bytes`.
    pub(super) fn send(&mut self, bytes: &[u8], deadline: Instant) -> Result<(), Unsent> {
        let mut handed = 0;
        let mut socket = self.socket.until(deadline);
        let result = match &mut self.tls {
            None => send_plain(&mut socket, bytes, &mut handed),
            Some(tls) => send_tls(&mut socket, tls, bytes, &mut handed),
        };
        result.map_err(|error| Unsent { handed, error })
    }

    /// Reads what there is, waiting for the first byte; zero when the server has closed the connection.
    pub(super) fn receive(&mut self, buffer: &mut [u8], deadline: Instant) -> io::Result<usize> {
        let mut socket = self.socket.until(deadline);
        match &mut self.tls {
            None => socket.read(buffer),
            Some(tls) => receive_tls(&mut socket, tls, buffer),
        }
    }

    /// Does the TLS handshake.
    ///
    /// # Panics
    /// When it was done already.
    pub(super) fn encrypt(mut self, mut tls: ClientConnection, deadline: Instant) -> Result<Self, HandshakeError> {
        // What is written at once is bounded already; a second bound would only cut it into more writes.
        tls.set_buffer_limit(None);
        assert!(self.tls.is_none(), "TLS starts once");
        let mut timed = self.socket.until(deadline);
        loop {
            while tls.wants_write() {
                tls.write_tls(&mut timed).map_err(HandshakeError::Io)?;
            }
            if !tls.is_handshaking() {
                break;
            }
            if tls.read_tls(&mut timed).map_err(HandshakeError::Io)? == 0 {
                return Err(HandshakeError::Io(io::ErrorKind::UnexpectedEof.into()));
            }
            if let Err(error) = tls.process_new_packets() {
                // The alert that tells the server why. Whether it arrives matters to nobody here.
                let _ = tls.write_tls(&mut timed);
                return Err(HandshakeError::Tls(error));
            }
        }
        Ok(Self { tls: Some(Box::new(tls)), ..self })
    }

    /// The socket below.
    pub(super) fn socket(&self) -> &Socket {
        &self.socket
    }
}

fn send_plain(socket: &mut Until<'_>, mut bytes: &[u8], handed: &mut usize) -> io::Result<()> {
    while !bytes.is_empty() {
        let count = socket.write(bytes)?;
        *handed += count;
        bytes = &bytes[count..];
    }
    Ok(())
}

/// TLS hands over records, not bytes: from the first byte out, all of `bytes` may be.
fn send_tls(socket: &mut Until<'_>, tls: &mut ClientConnection, bytes: &[u8], handed: &mut usize) -> io::Result<()> {
    tls.writer().write_all(bytes)?;
    while tls.wants_write() {
        tls.write_tls(socket)?;
        *handed = bytes.len();
    }
    Ok(())
}

fn receive_tls(socket: &mut Until<'_>, tls: &mut ClientConnection, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match tls.reader().read(buffer) {
            Ok(count) => return Ok(count),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            // The only other one: a server that closes without the TLS good-bye. What was cut off was no complete reply,
            // or a complete one.
            Err(_) => return Ok(0),
        }
        tls.read_tls(socket)?;
        tls.process_new_packets().map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        while tls.wants_write() {
            tls.write_tls(socket)?;
        }
    }
}
