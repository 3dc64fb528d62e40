//! Wraps the byte stream to a server, plain or TLS.

use std::io::{self, IoSlice, Read, Write};
use std::time::Instant;

use rustls::ClientConnection;

use super::socket::{DeadlineSocket, Socket};

/// A connected stream.
#[derive(Debug)]
pub(super) struct Stream {
    socket: Socket,
    /// `None` without TLS.
    tls: Option<Box<ClientConnection>>,
}

/// A write that failed.
#[derive(Debug)]
pub(super) struct Unsent {
    /// The number of bytes that may have reached the server despite the failure.
    pub(super) written: usize,
    /// The error.
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
    /// A stream without TLS.
    pub(super) fn plain(socket: Socket) -> Self {
        Self { socket, tls: None }
    }

    /// Writes all of `pieces`. Returns the number of bytes.
    pub(super) fn send(&mut self, pieces: &mut [IoSlice<'_>], deadline: Instant) -> Result<usize, Unsent> {
        let mut written = 0;
        let mut socket = self.socket.until(deadline);
        let result = match &mut self.tls {
            None => send_plain(&mut socket, pieces, &mut written),
            Some(tls) => send_tls(&mut socket, tls, pieces, &mut written),
        };
        match result {
            Ok(()) => Ok(written),
            Err(error) => Err(Unsent { written, error }),
        }
    }

    /// Reads the available bytes, waiting for the first one; returns zero if the server has closed
    /// the connection.
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
    /// If it was already done.
    pub(super) fn encrypt(mut self, mut tls: ClientConnection, deadline: Instant) -> Result<Self, HandshakeError> {
        // The size of a write is already limited; a second limit would only lead to more writes.
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
                // Sends the alert with the reason. It does not matter if it does not arrive.
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

fn send_plain(socket: &mut DeadlineSocket<'_>, mut pieces: &mut [IoSlice<'_>], written: &mut usize) -> io::Result<()> {
    while !pieces.is_empty() {
        let count = socket.write_vectored(pieces)?;
        *written += count;
        IoSlice::advance_slices(&mut pieces, count);
    }
    Ok(())
}

/// TLS sends records, not bytes: once the first byte is out, all of `pieces` may be.
fn send_tls(
    socket: &mut DeadlineSocket<'_>,
    tls: &mut ClientConnection,
    mut pieces: &mut [IoSlice<'_>],
    written: &mut usize,
) -> io::Result<()> {
    let length = pieces.iter().map(|piece| piece.len()).sum();
    while !pieces.is_empty() {
        let count = tls.writer().write_vectored(pieces)?;
        IoSlice::advance_slices(&mut pieces, count);
    }
    while tls.wants_write() {
        tls.write_tls(socket)?;
        *written = length;
    }
    Ok(())
}

fn receive_tls(socket: &mut DeadlineSocket<'_>, tls: &mut ClientConnection, buffer: &mut [u8]) -> io::Result<usize> {
    let mut failure = None;
    loop {
        match tls.reader().read(buffer) {
            Ok(count) => return Ok(count),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            // The only other error: the server closed without a TLS close_notify. That cannot
            // truncate a reply unnoticed, because replies have an end of their own.
            Err(_) => return Ok(0),
        }
        // Bytes received before a failure are read first.
        if let Some(error) = failure {
            return Err(error);
        }
        tls.read_tls(socket)?;
        failure = tls.process_new_packets().err().map(|error| io::Error::new(io::ErrorKind::InvalidData, error));
        while failure.is_none() && tls.wants_write() {
            failure = tls.write_tls(socket).err();
        }
    }
}
