//! Writes a file that must not exist yet.

use std::path::Path;

use anyhow::Context;

use crate::fs::atomic_file::{self, Access, Durability};

/// Writes `content` to `path`.
///
/// Errors when there is a file already.
pub(super) fn write_new(path: &Path, access: Access, content: &[u8]) -> anyhow::Result<()> {
    // Not synced: the same command writes it again.
    let written = atomic_file::create(path, access, Durability::None, content);
    written.with_context(|| format!("cannot write `{}`", path.display()))
}
