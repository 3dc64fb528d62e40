//! What a reader of rows has read and not used up yet: it looks ahead, and a row is to be shown as it stands in the file.

use std::io::{self, Read};

/// Keeps what goes through it until it is used up.
pub(super) struct Window<R> {
    inner: R,
    kept: Vec<u8>,
    /// How much of it is used up.
    used: usize,
}

impl<R> Window<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, kept: Vec::new(), used: 0 }
    }

    /// What is read through it.
    pub(super) fn inner(&self) -> &R {
        &self.inner
    }

    /// Uses up the next `length` bytes, which have been read.
    pub(super) fn use_up(&mut self, length: usize) -> &[u8] {
        let from = self.used;
        self.used += length;
        &self.kept[from..self.used]
    }
}

impl<R: Read> Read for Window<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.kept.drain(..self.used);
        self.used = 0;
        let read = self.inner.read(buffer)?;
        self.kept.extend_from_slice(&buffer[..read]);
        Ok(read)
    }
}
