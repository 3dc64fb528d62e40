//! Reads letters to one reader, which have the grammar of an issue without what tells issues apart.

use std::path::Path;
use std::sync::Arc;

use super::file::{IssueFile, pictures_folder};
use super::loaded::LoadedIssue;
use super::parse::parse_reader_letter;
use super::picture::measure;
use crate::diagnostic::{Problems, SourceFile};
use crate::fs::regular_file;
use crate::model::{IssueNumber, Publication, ReaderLetter};

impl LoadedIssue {
    /// Reads `letter` of the newsletter in `root`; `None` if it has none of its own.
    ///
    /// Errors with every problem of the file.
    pub fn read_reader_letter(
        root: &Path,
        letter: ReaderLetter,
        publication: &Publication,
    ) -> Result<Option<Self>, Problems> {
        let path = root.join(letter.file());
        // What is there and cannot be read is an error, not an absence.
        if path.symlink_metadata().is_err() {
            return Ok(None);
        }
        let source: Arc<SourceFile> = SourceFile::read(root, &path, regular_file::MAX_TEXT)?;
        let pictures = pictures_folder(root);
        let file = IssueFile { number: IssueNumber(0), slug: String::new(), path };
        parse_reader_letter(&source, &file, letter, publication, &|name| measure(&pictures, name)).map(Some)
    }
}
