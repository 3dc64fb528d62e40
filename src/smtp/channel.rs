//! A protocol on a stream: bytes to and fro, under the deadlines of its steps.

use std::io;
use std::time::{Duration, Instant};

use super::answer::End;
use super::failure::{LossKind, Phase};
use super::server::Deadlines;
use super::socket::{StopHandle, loss};
use super::stream::Stream;

/// How much is written under one deadline (RFC 5321 4.5.3.2.5). A message usually fits: then it is one write.
const BLOCK: usize = 64 * 1024;

/// A protocol as its stream sees it.
pub(super) trait Machine {
    /// What is to be handed to the socket now.
    fn outgoing(&self) -> &[u8];
    /// The socket took `count` bytes of [`Self::outgoing`].
    fn handed(&mut self, count: usize);
    /// Takes bytes from the server.
    fn receive(&mut self, bytes: &[u8]);
    /// What is going on.
    fn phase(&self) -> Phase;
    /// How many replies have been heard: each new one starts a new step, with a deadline of its own.
    fn answers(&self) -> u64;
}

/// A protocol and the stream it talks over.
#[derive(Debug)]
pub(super) struct Channel<M> {
    pub(super) machine: M,
    stream: Stream,
    deadlines: Deadlines,
}

/// Why nothing more comes.
#[derive(Debug)]
pub(super) enum Silence {
    /// The protocol is over.
    Over(End),
    /// The stream is.
    Failed(io::Error),
}

impl<M: Machine> Channel<M> {
    pub(super) fn new(machine: M, stream: Stream, deadlines: Deadlines) -> Self {
        Self { machine, stream, deadlines }
    }

    /// The same stream, for another protocol.
    pub(super) fn map<N>(self, machine: impl FnOnce(M) -> N) -> Channel<N> {
        Channel { machine: machine(self.machine), stream: self.stream, deadlines: self.deadlines }
    }

    pub(super) fn stop_handle(&self) -> StopHandle {
        self.stream.socket().stop_handle()
    }

    /// Hands everything said to the socket.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        while !self.machine.outgoing().is_empty() {
            let outgoing = self.machine.outgoing();
            let block = &outgoing[..outgoing.len().min(BLOCK)];
            let sent = self.stream.send(block, Instant::now() + self.deadlines.block);
            let length = block.len();
            match sent {
                Ok(()) => self.machine.handed(length),
                Err(unsent) => {
                    self.machine.handed(unsent.handed);
                    return Err(unsent.error);
                }
            }
        }
        Ok(())
    }

    /// Waits for the server's next bytes.
    ///
    /// Errors with [`io::ErrorKind::UnexpectedEof`] when it has closed the connection.
    pub(super) fn receive(&mut self, time: Duration) -> io::Result<()> {
        self.receive_until(Instant::now() + time)
    }

    fn receive_until(&mut self, deadline: Instant) -> io::Result<()> {
        let mut buffer = [0; 4096];
        let count = self.stream.receive(&mut buffer, deadline)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.machine.receive(&buffer[..count]);
        Ok(())
    }

    /// Reads, and writes what the protocol has to say while `may_write`, until it has what is waited for. Each reply
    /// starts a new step with a new deadline.
    pub(super) fn wait_for<T>(
        &mut self,
        event: fn(&mut M) -> Result<Option<T>, End>,
        may_write: bool,
    ) -> Result<T, Silence> {
        let mut step = None;
        loop {
            if let Some(event) = event(&mut self.machine).map_err(Silence::Over)? {
                return Ok(event);
            }
            if may_write {
                self.flush().map_err(Silence::Failed)?;
            }
            let deadline = match step {
                Some((answers, deadline)) if answers == self.machine.answers() => deadline,
                _ => Instant::now() + self.time_for(self.machine.phase()),
            };
            step = Some((self.machine.answers(), deadline));
            self.receive_until(deadline).map_err(Silence::Failed)?;
        }
    }

    fn time_for(&self, phase: Phase) -> Duration {
        match phase {
            Phase::Data => self.deadlines.data,
            Phase::Dot => self.deadlines.dot,
            _ => self.deadlines.command,
        }
    }

    /// Hands over a good-bye and waits a moment for the server's.
    pub(super) fn part(mut self) {
        // A courtesy: a server that answers with anything else, or not at all, has lost nothing.
        let _ = self.flush().and_then(|()| self.receive(self.deadlines.quit));
    }

    /// Hears a server out that hung up while we were talking. It often says why first, and nobody has read that yet.
    pub(super) fn hear_out(&mut self) -> bool {
        self.receive(self.deadlines.quit).is_ok()
    }

    /// What a failure of the stream means: for a caller, and for people.
    pub(super) fn explain(&self, error: &io::Error) -> (LossKind, String) {
        if self.stream.socket().was_stopped() { (LossKind::Stopped, String::from("stopped")) } else { loss(error) }
    }
}
