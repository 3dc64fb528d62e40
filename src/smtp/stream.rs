//! The byte stream to a server, plain or TLS.

use std::io::{self, Read, Write};
use std::time::Instant;

use rustls::ClientConnection;

use super::socket::{Socket, Until};

/// A connected stream.
#[derive(Debug)]
pub(super) enum Stream {
    /// Bytes as they are.
    Plain(Socket),
    /// Inside TLS.
    Tls(Socket, Box<ClientConnection>),
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
    /// Writes all of `bytes`.
    pub(super) fn send(&mut self, bytes: &[u8], deadline: Instant) -> Result<(), Unsent> {
        let mut handed = 0;
        let result = match self {
            Self::Plain(socket) => send_plain(&mut socket.until(deadline), bytes, &mut handed),
            Self::Tls(socket, tls) => send_tls(&mut socket.until(deadline), tls, bytes, &mut handed),
        };
        result.map_err(|error| Unsent { handed, error })
    }

    /// Reads what there is, waiting for the first byte; zero when the server has closed the connection.
    pub(super) fn receive(&mut self, buffer: &mut [u8], deadline: Instant) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.until(deadline).read(buffer),
            Self::Tls(socket, tls) => receive_tls(&mut socket.until(deadline), tls, buffer),
        }
    }

    /// Does the TLS handshake on a plain stream.
    pub(super) fn encrypt(self, mut tls: ClientConnection, deadline: Instant) -> Result<Self, HandshakeError> {
        // What is written at once is bounded already; a second bound would only cut it into more writes.
        tls.set_buffer_limit(None);
        let Self::Plain(mut socket) = self else { unreachable!("TLS starts once, on a plain stream") };
        let mut timed = socket.until(deadline);
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
        Ok(Self::Tls(socket, Box::new(tls)))
    }

    /// The socket below.
    pub(super) fn socket(&self) -> &Socket {
        match self {
            Self::Plain(socket) | Self::Tls(socket, _) => socket,
        }
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
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            // A server that closes without the TLS good-bye. What was cut off was no complete reply, or a complete one.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(0),
            result => return result,
        }
        tls.read_tls(socket)?;
        tls.process_new_packets().map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        while tls.wants_write() {
            tls.write_tls(socket)?;
        }
    }
}
