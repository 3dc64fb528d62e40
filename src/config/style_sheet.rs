//! Reads style sheets: the newsletter's own in `templates/`, or the built-in one of the same name.

use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Problems, SourceFile};
use crate::fs::regular_file;

/// The text of `templates/NAME` in the newsletter at `root`, or `built_in` when it has none.
///
/// Errors when the file is there and cannot be read as UTF-8.
pub fn style_sheet(root: &Path, name: &str, built_in: &str) -> Result<String, Problems> {
    Ok(own_style_sheet(root, name)?.map_or_else(|| built_in.to_owned(), |source| source.text.clone()))
}

/// `templates/NAME` in the newsletter at `root`, when it has one.
///
/// Errors when the file is there and cannot be read as UTF-8.
pub fn own_style_sheet(root: &Path, name: &str) -> Result<Option<Arc<SourceFile>>, Problems> {
    let path = root.join("templates").join(name);
    if path.symlink_metadata().is_ok() {
        SourceFile::read(root, &path, regular_file::MAX_STYLE_SHEET).map(Some)
    } else {
        Ok(None)
    }
}
