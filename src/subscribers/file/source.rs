//! Reads the bytes of a list: from its file, again whenever they are needed, or from memory.

use crate::subscribers::file::decode;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;

/// The bytes of a list, UTF-8 or nearly.
#[derive(Debug)]
pub(in crate::subscribers) enum Source {
    /// On disk, because a list may have a million rows.
    File(File),
    /// In memory: input that cannot be read twice, or had to be decoded as a unit.
    Memory(Vec<u8>),
}

impl Source {
    /// Returns the content of `file`.
    ///
    /// Errors if it cannot be read; the inner error is a message about broken UTF-16.
    pub(in crate::subscribers) fn from_file(mut file: File) -> io::Result<Self> {
        if file.metadata()?.is_file() {
            let mut start = [0; 2];
            let read = fill(&file, &mut start, 0)?;
            if !decode::is_utf_16(&start[..read]) {
                return Ok(Self::File(file));
            }
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Self::from_bytes(bytes)
    }

    /// Returns a source of these `bytes`.
    ///
    /// Errors, with a message, if they are broken UTF-16.
    pub(in crate::subscribers) fn from_bytes(bytes: Vec<u8>) -> io::Result<Self> {
        decode::from_utf_16(bytes).map(Self::Memory)
    }

    /// Fills `buffer` with the bytes at `offset`, and returns their number, which is less than its
    /// length only at the end.
    pub(in crate::subscribers) fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match self {
            Self::File(file) => fill(file, buffer, offset),
            Self::Memory(bytes) => {
                let rest = usize::try_from(offset).ok().and_then(|offset| bytes.get(offset..)).unwrap_or_default();
                let some = rest.len().min(buffer.len());
                buffer[..some].copy_from_slice(&rest[..some]);
                Ok(some)
            }
        }
    }
}

fn fill(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read_at(&mut buffer[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
