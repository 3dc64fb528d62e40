//! Reads text files whole, as UTF-8, and keeps them for diagnostics.

use std::path::Path;
use std::sync::Arc;

use super::place::SourceFile;
use super::problems::Problems;
use super::report::{Diagnostic, Severity};
use crate::fs::regular_file;

impl SourceFile {
    /// Reads the text file `path`, of at most `limit` bytes, of the newsletter in `root`, without its byte order mark.
    ///
    /// Errors when it cannot be read or is not UTF-8.
    pub(crate) fn read(root: &Path, path: &Path, limit: u64) -> Result<Arc<Self>, Problems> {
        let shown = path.strip_prefix(root).unwrap_or(path);
        match regular_file::read(path, limit) {
            Ok(bytes) => decode(shown, bytes),
            Err(error) => {
                let message = format!("cannot read `{}`: {error}", shown.display());
                Err(Problems(vec![Diagnostic::new(Severity::Error, message, None)]))
            }
        }
    }
}

/// The file at `shown`, relative to the newsletter's folder, whose content is `bytes`.
fn decode(shown: &Path, bytes: Vec<u8>) -> Result<Arc<SourceFile>, Problems> {
    let without_mark = |text: &str| text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Arc::new(SourceFile::new(shown, without_mark(&text)))),
        Err(error) => {
            // The place is found in the text up to the first wrong byte, which is right whatever comes after.
            let valid = error.utf8_error().valid_up_to();
            let byte = error.as_bytes()[valid];
            let text = without_mark(&String::from_utf8_lossy(error.as_bytes()));
            let start = without_mark(&String::from_utf8_lossy(&error.as_bytes()[..valid])).len();
            let source = Arc::new(SourceFile::new(shown, text));
            let wrong = Diagnostic::error(format!("byte 0x{byte:02X} is not UTF-8"), &source, start..start);
            Err(Problems(vec![wrong.help("save the file as UTF-8")]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_left_out() {
        let source = decode(Path::new("a.toml"), b"\xEF\xBB\xBFa = 1".to_vec()).unwrap();
        assert_eq!(source.text, "a = 1");
    }

    #[test]
    fn the_first_byte_that_is_not_utf_8_is_shown() {
        let problems = decode(Path::new("a.toml"), b"\xEF\xBB\xBFa = 1\nb = 'M\xFCller'\n".to_vec()).unwrap_err();
        assert_eq!(problems.0[0].message, "byte 0xFC is not UTF-8");
        assert_eq!(problems.0[0].place.as_ref().unwrap().line_and_column(), (2, 7));
    }
}
