//! Style sheets: a newsletter's own in `templates/`, or the built-in one of the same name.

use std::path::Path;

use super::{Problems, source};

/// The text of `templates/NAME` in the newsletter at `root`, or `built_in` when it has none.
///
/// Errors when the file is there and cannot be read as UTF-8.
pub fn style_sheet(root: &Path, name: &str, built_in: &str) -> Result<String, Problems> {
    let path = root.join("templates").join(name);
    if !path.is_file() {
        return Ok(built_in.to_owned());
    }
    Ok(source::read(root, &path)?.text.clone())
}
