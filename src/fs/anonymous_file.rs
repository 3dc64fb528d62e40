//! Creates files without a name, for data that a child process reads or writes and may outlive us.
//!
//! Such a file is gone with the last process that has it open.

use std::fs::File;
use std::io::{self, Read, Seek, Write};

/// Creates an unnamed file with `content`, positioned at its beginning.
///
/// Errors if there is no memory or disk space for it.
pub(crate) fn holding(content: &[u8]) -> io::Result<File> {
    let mut file = empty()?;
    file.write_all(content)?;
    file.rewind()?;
    Ok(file)
}

/// Creates an unnamed file in memory: nothing reaches a disk, and no temporary folder is needed.
///
/// Errors as [`holding`] does.
#[cfg(target_os = "linux")]
pub(crate) fn empty() -> io::Result<File> {
    Ok(rustix::fs::memfd_create("newsletter", rustix::fs::MemfdFlags::CLOEXEC)?.into())
}

/// Creates an unnamed file in the temporary folder.
///
/// Errors as [`holding`] does.
#[cfg(not(target_os = "linux"))]
pub(crate) fn empty() -> io::Result<File> {
    tempfile::tempfile()
}

/// Reads the first `limit` bytes of `file`.
///
/// Errors if it cannot be read.
pub(crate) fn read_start(file: &mut File, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}
