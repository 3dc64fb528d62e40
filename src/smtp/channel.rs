//! Runs a protocol state machine on a stream, under the deadlines of its steps.

use std::io;
use std::time::{Duration, Instant};

use super::failure::{LossKind, Phase, loss};
use super::outcome::End;
use super::outgoing::Outgoing;
use super::server::Deadlines;
use super::socket::StopHandle;
use super::stream::Stream;

/// The number of bytes written under one deadline (RFC 5321 4.5.3.2.5). Most messages fit, and are
/// written at once.
const BLOCK: usize = 64 * 1024;

/// The number of reads from a server that closed the connection.
const LAST_READS: usize = 64;

/// A protocol state machine, driven by its stream.
pub(super) trait Machine {
    /// The bytes to write to the socket now.
    fn outgoing(&mut self) -> &mut Outgoing;
    /// Takes bytes from the server.
    fn receive(&mut self, bytes: &[u8]);
    /// The phase of the conversation.
    fn phase(&self) -> Phase;
    /// The number of replies received: each new one starts a new step, with a deadline of its own.
    fn reply_count(&self) -> u64;
    /// Whether the commands in flight are the first pipelined ones, and the server has not confirmed yet that it supports them.
    fn awaits_confirmation(&self) -> bool;
}

/// A protocol and the stream it talks over.
#[derive(Debug)]
pub(super) struct Channel<M> {
    pub(super) machine: M,
    stream: Stream,
    deadlines: Deadlines,
}

/// The reason no further reply comes.
#[derive(Debug)]
pub(super) enum ChannelError {
    /// The protocol is over.
    Ended(End),
    /// The stream ended or failed.
    Failed(io::Error),
}

impl<M: Machine> Channel<M> {
    pub(super) fn new(machine: M, stream: Stream, deadlines: Deadlines) -> Self {
        Self { machine, stream, deadlines }
    }

    /// Continues on the same stream with another protocol.
    pub(super) fn map<N>(self, machine: impl FnOnce(M) -> N) -> Channel<N> {
        Channel { machine: machine(self.machine), stream: self.stream, deadlines: self.deadlines }
    }

    pub(super) fn stop_handle(&self) -> StopHandle {
        self.stream.socket().stop_handle()
    }

    /// Writes all queued bytes to the socket.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let Self { machine, stream, deadlines } = self;
        while !machine.outgoing().is_empty() {
            let mut block = machine.outgoing().next_block(BLOCK);
            let sent = stream.send(&mut block, Instant::now() + deadlines.block);
            match sent {
                Ok(count) => machine.outgoing().advance(count),
                Err(unsent) => {
                    machine.outgoing().advance(unsent.written);
                    return Err(unsent.error);
                }
            }
        }
        Ok(())
    }

    /// Waits for the server's next bytes.
    ///
    /// Errors with [`io::ErrorKind::UnexpectedEof`] if it has closed the connection.
    pub(super) fn receive(&mut self, time: Duration) -> io::Result<()> {
        self.receive_until(Instant::now() + time)
    }

    fn receive_until(&mut self, deadline: Instant) -> io::Result<()> {
        let mut buffer = [0; 1024];
        let count = self.stream.receive(&mut buffer, deadline)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.machine.receive(&buffer[..count]);
        Ok(())
    }

    /// Reads, and writes queued bytes while `may_write`, until `event` returns a value. Each reply
    /// starts a new step with a new deadline.
    pub(super) fn wait_for<T>(
        &mut self,
        event: fn(&mut M) -> Result<Option<T>, End>,
        may_write: bool,
    ) -> Result<T, ChannelError> {
        let mut step = None;
        loop {
            if let Some(event) = event(&mut self.machine).map_err(ChannelError::Ended)? {
                return Ok(event);
            }
            if may_write && let Err(error) = self.flush() {
                self.read_last_reply();
                let result = event(&mut self.machine).map_err(ChannelError::Ended)?;
                return result.ok_or(ChannelError::Failed(error));
            }
            let deadline = match step {
                Some((replies, deadline)) if replies == self.machine.reply_count() => deadline,
                _ => Instant::now() + self.time_for(self.machine.phase()),
            };
            step = Some((self.machine.reply_count(), deadline));
            self.receive_until(deadline).map_err(ChannelError::Failed)?;
        }
    }

    fn time_for(&self, phase: Phase) -> Duration {
        let time = match phase {
            Phase::EndOfMessage => return self.deadlines.dot,
            Phase::Data => self.deadlines.data,
            _ => self.deadlines.command,
        };
        if self.machine.awaits_confirmation() { time.min(self.deadlines.pipelined) } else { time }
    }

    /// Writes the queued QUIT and waits briefly for its reply.
    pub(super) fn close(mut self) {
        // A courtesy: nothing depends on the reply.
        let _ = self.flush().and_then(|()| self.receive(self.deadlines.quit));
    }

    /// Reads the replies that a server sent before it closed the connection during a write.
    pub(super) fn read_last_reply(&mut self) {
        let deadline = Instant::now() + self.deadlines.quit;
        for _ in 0..LAST_READS {
            if self.receive_until(deadline).is_err() {
                return;
            }
        }
    }

    /// Returns the kind of a stream failure, and its message.
    pub(super) fn explain(&self, error: &io::Error) -> (LossKind, String) {
        if self.stream.socket().was_stopped() { (LossKind::Stopped, String::from("stopped")) } else { loss(error) }
    }
}
