//! Keeps the text that the CSV reader has read ahead, so that a row can be shown as it is written
//! in the file.

use std::io::{self, Read};

/// Keeps the bytes that pass through it until they are consumed.
pub(in crate::subscribers) struct ReplayReader<R> {
    inner: R,
    kept: Vec<u8>,
    /// The number of bytes consumed.
    used: usize,
}

impl<R> ReplayReader<R> {
    pub(in crate::subscribers) fn new(inner: R) -> Self {
        Self { inner, kept: Vec::new(), used: 0 }
    }

    /// Returns the reader.
    pub(in crate::subscribers) fn inner(&self) -> &R {
        &self.inner
    }

    /// Consumes the next `length` bytes, which have been read.
    pub(in crate::subscribers) fn consume(&mut self, length: usize) -> &[u8] {
        let from = self.used;
        self.used += length;
        &self.kept[from..self.used]
    }
}

impl<R: Read> Read for ReplayReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.kept.drain(..self.used);
        self.used = 0;
        let read = self.inner.read(buffer)?;
        self.kept.extend_from_slice(&buffer[..read]);
        Ok(read)
    }
}
