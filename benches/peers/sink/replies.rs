//! The way back to the client: at once, or late by a fixed time without holding up what is read meanwhile.

use std::io::{self, Write};
use std::net::TcpStream;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// Where replies go.
pub(crate) enum Replies {
    /// Into the socket.
    AtOnce(TcpStream),
    /// Into the socket, each so long after it was given.
    Late {
        /// How late.
        delay: Duration,
        /// When, and what.
        queue: Sender<(Instant, Vec<u8>)>,
    },
}

impl Replies {
    /// Replies into `stream`, late by `delay`.
    pub(crate) fn new(stream: TcpStream, delay: Duration) -> Self {
        if delay.is_zero() {
            return Self::AtOnce(stream);
        }
        let (queue, queued) = mpsc::channel();
        thread::spawn(move || write_when_due(stream, &queued));
        Self::Late { delay, queue }
    }

    /// Sends `replies` and empties it.
    ///
    /// Errors when the client is gone.
    pub(crate) fn send(&mut self, replies: &mut Vec<u8>) -> io::Result<()> {
        match self {
            Self::AtOnce(stream) => {
                stream.write_all(replies)?;
                replies.clear();
                Ok(())
            }
            Self::Late { delay, queue } => {
                let due = Instant::now() + *delay;
                queue.send((due, std::mem::take(replies))).map_err(|_| io::ErrorKind::BrokenPipe.into())
            }
        }
    }
}

fn write_when_due(mut stream: TcpStream, queued: &Receiver<(Instant, Vec<u8>)>) {
    for (due, replies) in queued {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        if stream.write_all(&replies).is_err() {
            return;
        }
    }
}
