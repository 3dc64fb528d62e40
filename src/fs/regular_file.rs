//! Opens and reads files that people name, so that none can block the program or fill its memory.
//!
//! A name may lead to a named pipe without a writer, a device without an end, a socket, a folder, or a huge file.
//! Each is refused before a byte of it is read.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

/// The limit for the texts of a newsletter and for the files the program keeps itself, in bytes.
pub(crate) const MAX_TEXT: u64 = 10 * 1024 * 1024;
/// The limit for a style sheet, all of which is matched against every element of a letter.
pub(crate) const MAX_STYLE_SHEET: u64 = 256 * 1024;
/// The limit for a secret.
pub(crate) const MAX_SECRET: u64 = 1024 * 1024;
/// The limit for a picture that is copied into the archive.
pub(crate) const MAX_PICTURE: u64 = 100 * 1024 * 1024;

/// Opens the regular file at `path`, following symbolic links.
///
/// Errors if it cannot be opened or is not a regular file; the message then says what it is.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    // Opening a pipe would otherwise wait for a writer.
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    let file = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        // The system's error for a socket does not say that it is one.
        Err(error) if path.metadata().is_ok_and(|found| found.file_type().is_socket()) => {
            return Err(io::Error::new(error.kind(), "it is a socket, not a file"));
        }
        opened => opened?,
    };
    let kind = file.metadata()?.file_type();
    let name = if kind.is_file() {
        return Ok(file);
    } else if kind.is_dir() {
        "a folder"
    } else if kind.is_fifo() {
        "a named pipe"
    } else {
        "a device"
    };
    Err(io::Error::new(ErrorKind::InvalidInput, format!("it is {name}, not a file")))
}

/// Reads the regular file at `path`.
///
/// Errors as [`open()`] does, and if it has more than `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    read_open(open(path)?, limit)
}

/// Reads the regular file at `path` as UTF-8.
///
/// Errors as [`read`] does, and if it is not valid UTF-8.
pub(crate) fn read_to_string(path: &Path, limit: u64) -> io::Result<String> {
    String::from_utf8(read(path, limit)?).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}

/// Reads a file from [`open()`].
///
/// Errors if it has more than `limit` bytes.
pub(crate) fn read_open(file: File, limit: u64) -> io::Result<Vec<u8>> {
    let shown = |bytes: u64| match bytes {
        0..1_048_576 => format!("{} KB", bytes.div_ceil(1024)),
        _ => format!("{} MB", bytes.div_ceil(1024 * 1024)),
    };
    let too_large = |length| {
        let message = format!("it has {}; the limit is {}", shown(length), shown(limit));
        Err(io::Error::new(ErrorKind::FileTooLarge, message))
    };
    let length = file.metadata()?.len();
    if length > limit {
        return too_large(length);
    }
    // The file may grow while it is read.
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    file.take(limit + 1).read_to_end(&mut bytes)?;
    let length = bytes.len() as u64;
    if length > limit { too_large(length) } else { Ok(bytes) }
}
