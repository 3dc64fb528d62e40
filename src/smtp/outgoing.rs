//! What we said and the socket has not taken yet; knows whether the final dot is among what it took.

/// Bytes on their way to the socket.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    bytes: Vec<u8>,
    /// So many of `bytes` the socket has taken.
    handed: usize,
    final_dot: FinalDot,
}

/// Where the final dot of the message under way is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum FinalDot {
    /// Not written, or its verdict is in.
    #[default]
    None,
    /// It ends at this place in the bytes.
    Waiting(usize),
    /// Handed over: the message may be accepted.
    Out,
}

impl Outgoing {
    /// The buffer to add to.
    pub(super) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Adds `bytes`, without a copy where nothing is before them, and leaves an empty buffer in their place.
    pub(super) fn take(&mut self, bytes: &mut Vec<u8>) {
        if self.bytes.is_empty() {
            std::mem::swap(&mut self.bytes, bytes);
        } else {
            self.bytes.append(bytes);
        }
    }

    /// What is in the buffer now ends with a final dot.
    pub(super) fn mark_final_dot(&mut self) {
        self.final_dot = FinalDot::Waiting(self.bytes.len());
    }

    /// The verdict is in.
    pub(super) fn forget_final_dot(&mut self) {
        self.final_dot = FinalDot::None;
    }

    /// Whether a message is under way, its final dot handed over or not.
    pub(super) fn has_final_dot(&self) -> bool {
        self.final_dot != FinalDot::None
    }

    /// Whether the final dot was handed over, to its last byte.
    pub(super) fn dot_is_out(&self) -> bool {
        self.final_dot == FinalDot::Out
    }

    /// What the socket is to take next.
    pub(super) fn rest(&self) -> &[u8] {
        &self.bytes[self.handed..]
    }

    /// The socket took `count` bytes of [`Self::rest`].
    pub(super) fn hand(&mut self, count: usize) {
        self.handed += count;
        if matches!(self.final_dot, FinalDot::Waiting(end) if self.handed >= end) {
            self.final_dot = FinalDot::Out;
        }
        if self.handed == self.bytes.len() {
            self.bytes.clear();
            self.handed = 0;
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
        outgoing.hand(3);
        outgoing.buffer().extend_from_slice(b"body\r\n.\r\n");
        outgoing.mark_final_dot();
        outgoing.buffer().extend_from_slice(b"MAIL");
        outgoing.hand(12);
        assert_eq!((outgoing.rest(), outgoing.has_final_dot(), outgoing.dot_is_out()), (&b"\nMAIL"[..], true, false));
        outgoing.hand(1);
        assert_eq!((outgoing.rest(), outgoing.dot_is_out()), (&b"MAIL"[..], true));
        outgoing.hand(4);
        assert_eq!((outgoing.rest(), outgoing.dot_is_out()), (&b""[..], true));
        outgoing.forget_final_dot();
        assert!(!outgoing.has_final_dot() && !outgoing.dot_is_out());
    }
}
