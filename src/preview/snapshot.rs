//! Reads the state of all watched files, to be compared with the state before. Unlike events, which can be
//! missed, and modification times, which change without the content, the comparison is reliable.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::watched_paths::WatchedPaths;
use crate::fs::regular_file;
use crate::issue::IssueFile;

/// The state of the watched files of a newsletter.
#[derive(Debug, Default)]
pub(super) struct FolderSnapshot {
    files: BTreeMap<PathBuf, Fingerprint>,
}

/// The part of a file's state that is compared.
#[derive(Debug, PartialEq, Eq)]
enum Fingerprint {
    /// The content, for files that people write, which are small.
    Content(Vec<u8>),
    /// The size and modification time, for pictures and lists, which may be large.
    SizeAndTime(u64, Option<SystemTime>),
}

impl FolderSnapshot {
    /// Reads the current state. An unreadable file counts as missing; the code that uses the file reports the reason.
    pub(super) fn read(root: &Path, subscribers: Option<&Path>) -> Self {
        let paths = WatchedPaths::list(root, subscribers);
        let mut files = BTreeMap::new();
        for path in paths.texts {
            if let Ok(content) = regular_file::read(&path, regular_file::MAX_TEXT) {
                files.insert(path, Fingerprint::Content(content));
            }
        }
        for path in paths.pictures_and_lists {
            if let Ok(metadata) = fs::metadata(&path) {
                files.insert(path, Fingerprint::SizeAndTime(metadata.len(), metadata.modified().ok()));
            }
        }
        Self { files }
    }

    /// The files created, deleted or changed since `before`, in order.
    pub(super) fn changed_since(&self, before: &Self) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = self.files.keys().chain(before.files.keys()).cloned().collect();
        paths.sort();
        paths.dedup();
        paths.retain(|path| self.files.get(path) != before.files.get(path));
        paths
    }

    pub(super) fn contains(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    /// The issue files, one for each number: the first by name.
    pub(super) fn issue_files(&self, root: &Path) -> Vec<IssueFile> {
        let issues = root.join("issues");
        let mut files: Vec<IssueFile> = self
            .files
            .keys()
            .filter(|path| path.parent() == Some(&issues))
            .filter(|path| !path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"_")))
            .filter_map(|path| IssueFile::at(path))
            .collect();
        files.sort_by_key(|file| file.number);
        files.dedup_by_key(|file| file.number);
        files
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_with_changes_are_reported() {
        let folder = tempfile::TempDir::new().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("issues/img")).unwrap();
        for path in ["newsletter.toml", "issues/1.toml", "issues/2.toml", "issues/notes.md", "issues/img/a.png"] {
            fs::write(root.join(path), "before").unwrap();
        }
        let list = root.join("lists/people.csv");
        let before = FolderSnapshot::read(root, Some(&list));

        fs::write(root.join("newsletter.toml"), "before").unwrap();
        fs::write(root.join("issues/1.toml"), "after").unwrap();
        fs::remove_file(root.join("issues/2.toml")).unwrap();
        fs::write(root.join("issues/notes.md"), "after").unwrap();
        fs::write(root.join("issues/img/a.png"), "longer than before").unwrap();
        fs::create_dir(root.join("lists")).unwrap();
        fs::write(&list, "email").unwrap();
        let after = FolderSnapshot::read(root, Some(&list));

        let expected = ["issues/1.toml", "issues/2.toml", "issues/img/a.png", "lists/people.csv"];
        assert_eq!(after.changed_since(&before), expected.map(|path| root.join(path)));
    }
}
