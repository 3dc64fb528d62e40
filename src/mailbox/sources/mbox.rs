//! Reads an mbox (RFC 4155), or a file with one message.

use std::io::{self, BufRead, Read};

use super::message::MOST_BYTES;

/// The most bytes of a line that are read at a time.
const PIECE: u64 = 1 << 20;

/// The messages of a file, one after the other.
pub(super) struct Mbox<R> {
    input: R,
    /// Whether the `From ` line of the next message was read.
    begun: bool,
    has_many: bool,
    is_done: bool,
}

impl<R: BufRead> Mbox<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, begun: false, has_many: false, is_done: false }
    }

    /// Returns whether the file begins with a `From ` line.
    pub(super) fn has_many(&mut self) -> io::Result<bool> {
        self.has_many = self.input.fill_buf()?.starts_with(b"From ");
        Ok(self.has_many)
    }

    /// Reads the next message; of one that is too large the beginning, so that it is recognized as such.
    pub(super) fn next_message(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut message = Vec::new();
        let mut line = Vec::new();
        let (mut after_blank, mut begins) = (true, true);
        loop {
            line.clear();
            // A line without an end is read in pieces.
            if self.input.by_ref().take(PIECE).read_until(b'\n', &mut line)? == 0 {
                let is_last = !self.is_done && (self.begun || !message.is_empty());
                self.is_done = true;
                return Ok(is_last.then_some(message));
            }
            if self.has_many && begins && after_blank && line.starts_with(b"From ") {
                if std::mem::replace(&mut self.begun, true) {
                    return Ok(Some(message));
                }
                continue;
            }
            after_blank = begins && (line == b"\n" || line == b"\r\n");
            // `>From ` was written for `From ` at the beginning of a line.
            let is_quoted = self.has_many && begins && line.starts_with(b">From ");
            begins = line.ends_with(b"\n");
            let line = &line[usize::from(is_quoted)..];
            if message.len() as u64 <= MOST_BYTES {
                message.extend_from_slice(line);
            }
        }
    }
}
