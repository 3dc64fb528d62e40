//! A file of the archive, before it is written.

/// A file of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveFile {
    /// Its path in the archive's folder, parts separated by `/`: `42-slug/index.html`.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl ArchiveFile {
    pub(super) fn new(path: impl Into<String>, text: String) -> Self {
        Self { path: path.into(), bytes: text.into_bytes() }
    }
}
