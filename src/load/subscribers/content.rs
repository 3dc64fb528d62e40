//! Where the bytes of a list are: in its file, read again whenever they are needed, or in memory.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;

use super::decode;

/// The bytes of a list, UTF-8 or nearly.
#[derive(Debug)]
pub(super) enum Content {
    /// On the disk: a list may have a million rows.
    File(File),
    /// What is no file that can be read twice, and what had to be decoded whole.
    Memory(Vec<u8>),
}

impl Content {
    /// What is in `file`.
    ///
    /// Errors when it cannot be read, and, in words, when it is broken UTF-16.
    pub(super) fn of(mut file: File) -> io::Result<Self> {
        if file.metadata()?.is_file() {
            let mut start = [0; 2];
            let read = fill(&file, &mut start, 0)?;
            if !decode::is_utf_16(&start[..read]) {
                return Ok(Self::File(file));
            }
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Self::held(bytes)
    }

    /// These `bytes`.
    ///
    /// Errors, in words, when they are broken UTF-16.
    pub(super) fn held(bytes: Vec<u8>) -> io::Result<Self> {
        decode::from_utf_16(bytes).map(Self::Memory)
    }

    /// Fills `buffer` with what stands at `offset`, and answers how much that is: less only at the end.
    pub(super) fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
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
