//! Reads the Markdown files in a zip archive, such as Buttondown's export. Nothing is unpacked to disk.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::Context;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::app::failure::Failure;
use crate::fs::regular_file::MAX_TEXT;
use crate::page::text::printable;

/// The most files of an archive.
const MOST_FILES: usize = 20_000;

/// The most bytes of the Markdown files of an archive together.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// The advice where an archive is not read.
const UNPACK: &str = "unpack it, and name the Markdown files in it";

/// A file of an archive.
pub(super) struct ArchivedFile {
    /// Its name with the folders it is in.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// Returns the Markdown files of the zip archive `file`, which is called `shown`.
///
/// Errors when it is damaged or encrypted, when the path of a file leads out of it, and when it is too large unpacked.
pub(super) fn markdown_files(file: File, shown: &Path) -> anyhow::Result<Vec<ArchivedFile>> {
    let shown = shown.display();
    let damaged = |error: ZipError| match error {
        ZipError::Io(error) => anyhow::Error::new(error).context(format!("cannot read `{shown}`")),
        other => {
            Failure::content(format!("`{shown}` is not a zip archive that can be read: {other}")).hint(UNPACK).into()
        }
    };
    let mut archive = ZipArchive::new(file).map_err(damaged)?;
    if archive.len() > MOST_FILES {
        return Err(Failure::content(format!("`{shown}` has more than {MOST_FILES} files")).hint(UNPACK).into());
    }
    let mut found = Vec::new();
    let mut left = MOST_BYTES;
    for index in 0..archive.len() {
        let (name, is_inside) = {
            let entry = archive.by_index_raw(index).map_err(damaged)?;
            (printable(&entry.name().map_err(damaged)?), entry.enclosed_name().is_some())
        };
        if !is_inside {
            let failure = Failure::content(format!("`{shown}` has a file whose path leads out of it: `{name}`"));
            return Err(failure.hint("do not unpack it; ask its sender for another").into());
        }
        if !is_markdown(&name) {
            continue;
        }
        let entry = archive.by_index(index).map_err(|error| match error {
            ZipError::UnsupportedArchive(reason) => {
                Failure::content(format!("`{name}` in `{shown}` cannot be read: {}", reason.to_lowercase()))
                    .hint(UNPACK)
                    .into()
            }
            other => damaged(other),
        })?;
        let mut bytes = Vec::new();
        // What an archive says of its sizes may be wrong.
        let limit = MAX_TEXT.min(left);
        let read = entry.take(limit + 1).read_to_end(&mut bytes);
        read.with_context(|| format!("cannot read `{name}` in `{shown}`"))?;
        let length = bytes.len() as u64;
        if length > limit {
            let most = MAX_TEXT / (1024 * 1024);
            let failure = Failure::content(format!("`{name}` in `{shown}` is larger than {most} MB unpacked"));
            let together = format!("`{shown}` has more than {} MB of Markdown", MOST_BYTES / (1024 * 1024));
            return Err(if limit == MAX_TEXT { failure } else { Failure::content(together) }.hint(UNPACK).into());
        }
        left -= length;
        found.push(ArchivedFile { name, bytes });
    }
    if found.is_empty() {
        let failure = Failure::content(format!("`{shown}` has no Markdown file"));
        return Err(failure.hint("known are archives of Markdown, such as Buttondown's").into());
    }
    Ok(found)
}

/// Returns whether a file is Markdown and not one that programs keep for themselves.
fn is_markdown(name: &str) -> bool {
    let lower = name.to_lowercase();
    let is_hidden = lower.split(['/', '\\']).any(|part| part.starts_with('.') || part == "__macosx");
    !is_hidden && [".md", ".markdown"].iter().any(|ending| lower.ends_with(ending))
}
