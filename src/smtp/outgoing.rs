//! Buffers bytes until the socket takes them, and tracks whether it has taken the final dot.

/// Bytes on their way to the socket.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    bytes: Vec<u8>,
    /// The number of `bytes` the socket has taken, and of all bytes ever queued.
    written: usize,
    written_in_total: u64,
    final_dot: FinalDot,
}

/// The position of the final dot of the message in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum FinalDot {
    /// None queued, or its reply has arrived.
    #[default]
    None,
    /// It ends at this position.
    Waiting(usize),
    /// Written: the message may be accepted.
    Sent,
}

impl Outgoing {
    /// Returns the buffer to add to.
    pub(super) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Adds `bytes`, without a copy if the buffer is empty, and leaves an empty buffer in their
    /// place.
    pub(super) fn take(&mut self, bytes: &mut Vec<u8>) {
        if self.bytes.is_empty() {
            std::mem::swap(&mut self.bytes, bytes);
        } else {
            self.bytes.append(bytes);
        }
    }

    /// Marks the end of the buffer as the end of a final dot.
    pub(super) fn mark_final_dot(&mut self) {
        self.final_dot = FinalDot::Waiting(self.bytes.len());
    }

    /// Forgets the final dot, after its reply has arrived.
    pub(super) fn forget_final_dot(&mut self) {
        self.final_dot = FinalDot::None;
    }

    /// Returns whether a message is in flight, with its final dot written or not.
    pub(super) fn has_final_dot(&self) -> bool {
        self.final_dot != FinalDot::None
    }

    /// Returns whether the final dot was written, to its last byte.
    pub(super) fn final_dot_is_sent(&self) -> bool {
        self.final_dot == FinalDot::Sent
    }

    /// Returns the bytes the socket is to take next.
    pub(super) fn rest(&self) -> &[u8] {
        &self.bytes[self.written..]
    }

    /// Returns the position of the end of the buffer, counted from the first byte ever queued.
    pub(super) fn end(&self) -> u64 {
        self.written_in_total + self.rest().len() as u64
    }

    /// Returns whether the socket took everything before `end`.
    pub(super) fn is_sent(&self, end: u64) -> bool {
        end <= self.written_in_total
    }

    /// The socket took `count` bytes of [`Self::rest`].
    pub(super) fn advance(&mut self, count: usize) {
        self.written += count;
        self.written_in_total += count as u64;
        if matches!(self.final_dot, FinalDot::Waiting(end) if self.written >= end) {
            self.final_dot = FinalDot::Sent;
        }
        if self.written == self.bytes.len() {
            self.bytes.clear();
            self.written = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dot_is_out_with_its_last_byte_and_not_before() {
        let mut outgoing = Outgoing::default();
        outgoing.buffer().extend_from_slice(b"hello\r\n");
        outgoing.advance(3);
        outgoing.buffer().extend_from_slice(b"body\r\n.\r\n");
        outgoing.mark_final_dot();
        outgoing.buffer().extend_from_slice(b"MAIL");
        outgoing.advance(12);
        assert_eq!(
            (outgoing.rest(), outgoing.has_final_dot(), outgoing.final_dot_is_sent()),
            (&b"\nMAIL"[..], true, false)
        );
        outgoing.advance(1);
        assert_eq!((outgoing.rest(), outgoing.final_dot_is_sent()), (&b"MAIL"[..], true));
        outgoing.advance(4);
        assert_eq!((outgoing.rest(), outgoing.final_dot_is_sent()), (&b""[..], true));
        outgoing.forget_final_dot();
        assert!(!outgoing.has_final_dot() && !outgoing.final_dot_is_sent());
    }
}
