//! Buffers bytes until the socket takes them, and tracks whether it has taken the final dot.

use std::io::IoSlice;

use super::body::Sendable;
use super::content::{Content, Piece};

/// The most pieces written at once (Linux takes 1,024).
const MAX_PIECES: usize = 64;

/// Bytes on their way to the socket.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    content: Content,
    /// The number of bytes of `content` the socket has taken, and of all bytes ever queued.
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
    /// Adds a command.
    pub(super) fn add(&mut self, line: &str) {
        self.content.own().extend_from_slice(line.as_bytes());
    }

    /// Adds a message for BDAT.
    pub(super) fn add_whole(&mut self, content: &Content, sendable: Sendable) {
        sendable.append_whole(content, &mut self.content);
    }

    /// Adds a message for DATA, with its final dot.
    pub(super) fn add_with_dot(&mut self, content: &Content, sendable: Sendable) {
        sendable.append_with_dot(content, &mut self.content);
        self.final_dot = FinalDot::Waiting(self.content.len());
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

    /// Returns whether the socket has taken everything.
    pub(super) fn is_empty(&self) -> bool {
        self.content.is_empty()
    }

    /// Returns the bytes the socket is to take next, at most `most`, in pieces that are not empty.
    pub(super) fn next_block(&self, most: usize) -> Vec<IoSlice<'_>> {
        let (mut skip, mut room) = (self.written, most);
        let mut block = Vec::with_capacity(MAX_PIECES);
        for Piece { bytes, .. } in self.content.pieces() {
            let rest = bytes.get(skip..).unwrap_or_default();
            skip = skip.saturating_sub(bytes.len());
            let rest = &rest[..rest.len().min(room)];
            room -= rest.len();
            if !rest.is_empty() {
                block.push(IoSlice::new(rest));
            }
            if room == 0 || block.len() == MAX_PIECES {
                break;
            }
        }
        block
    }

    /// Returns the position of the end, counted from the first byte ever queued.
    pub(super) fn end(&self) -> u64 {
        self.written_in_total + (self.content.len() - self.written) as u64
    }

    /// Returns whether the socket took everything before `end`.
    pub(super) fn is_sent(&self, end: u64) -> bool {
        end <= self.written_in_total
    }

    /// The socket took the next `count` bytes.
    pub(super) fn advance(&mut self, count: usize) {
        self.written += count;
        self.written_in_total += count as u64;
        if matches!(self.final_dot, FinalDot::Waiting(end) if self.written >= end) {
            self.final_dot = FinalDot::Sent;
        }
        if self.written == self.content.len() {
            self.content.clear();
            self.written = 0;
        }
    }

    /// Returns a copy of the bytes the socket has not taken.
    #[cfg(any(test, fuzzing))]
    pub(super) fn to_vec(&self) -> Vec<u8> {
        self.content.to_vec().split_off(self.written)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::smtp::content::SharedPieces;
    use crate::smtp::content::tests::sharing;

    #[test]
    fn the_dot_is_out_with_its_last_byte_and_not_before() {
        let mut outgoing = Outgoing::default();
        outgoing.add("hello\r\n");
        outgoing.advance(3);
        let body = Content::from(b"body\r\n");
        outgoing.add_with_dot(&body, Sendable::examine(&body).unwrap());
        outgoing.add("MAIL");
        outgoing.advance(12);
        assert_eq!(
            (outgoing.to_vec(), outgoing.has_final_dot(), outgoing.final_dot_is_sent()),
            (b"\nMAIL".to_vec(), true, false)
        );
        outgoing.advance(1);
        assert_eq!((outgoing.to_vec(), outgoing.final_dot_is_sent()), (b"MAIL".to_vec(), true));
        outgoing.advance(4);
        assert_eq!((outgoing.is_empty(), outgoing.final_dot_is_sent()), (true, true));
        outgoing.forget_final_dot();
        assert!(!outgoing.has_final_dot() && !outgoing.final_dot_is_sent());
    }

    #[test]
    fn a_block_ends_in_the_middle_of_a_piece_and_the_next_goes_on_there() {
        let shared = Arc::new(SharedPieces::new([&b"shared"[..]]));
        let mut content = sharing(&shared);
        content.share(0);
        content.own().extend_from_slice(b"own\r\n");
        let mut outgoing = Outgoing::default();
        outgoing.add("MAIL ");
        outgoing.add_whole(&content, Sendable::examine(&content).unwrap());
        let mut blocks = Vec::new();
        while !outgoing.is_empty() {
            let block: Vec<Vec<u8>> = outgoing.next_block(4).iter().map(|slice| slice.to_vec()).collect();
            outgoing.advance(block.iter().map(Vec::len).sum());
            blocks.push(block);
        }
        let expected: [&[&[u8]]; 4] = [&[b"MAIL"], &[b" ", b"sha"], &[b"red", b"o"], &[b"wn\r\n"]];
        assert_eq!(blocks, expected);
    }
}
