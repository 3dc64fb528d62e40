//! What the preview watches, as it lies on disk: read whole after every sign of life and compared with what was there
//! before, so that neither a missed event nor a touched but unchanged file matters.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::load::IssueFile;

/// The watched files of a newsletter's folder.
#[derive(Debug, Default)]
pub(super) struct Folder {
    files: BTreeMap<PathBuf, Trace>,
}

/// What tells two states of a file apart.
#[derive(Debug, PartialEq, Eq)]
enum Trace {
    /// All of it: files people write are small.
    Content(Vec<u8>),
    /// Its length and when it was last written: pictures and lists may be large.
    Stat(u64, Option<SystemTime>),
}

/// The folders whose changes matter for the newsletter in `root` with the list `subscribers`, whether they exist or not.
pub(super) fn watched_folders(root: &Path, subscribers: Option<&Path>) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        ["", "issues", "issues/img", "templates"].iter().map(|folder| root.join(folder)).collect();
    if let Some(elsewhere) = subscribers.and_then(Path::parent)
        && !folders.iter().any(|folder| folder == elsewhere)
    {
        folders.push(elsewhere.to_owned());
    }
    folders
}

impl Folder {
    /// Reads what there is. What cannot be read counts as missing here; whoever needs it says why.
    pub(super) fn read(root: &Path, subscribers: Option<&Path>) -> Self {
        let mut files = BTreeMap::new();
        let content = |path: PathBuf, files: &mut BTreeMap<PathBuf, Trace>| {
            if let Ok(content) = fs::read(&path) {
                files.insert(path, Trace::Content(content));
            }
        };
        content(root.join("newsletter.toml"), &mut files);
        let issues = root.join("issues");
        let written = entries(&issues, "toml").chain(entries(&issues, "sent"));
        for path in written.chain(entries(&root.join("templates"), "css")) {
            content(path, &mut files);
        }
        let pictures = fs::read_dir(root.join("issues/img")).into_iter().flatten().flatten();
        for path in pictures.map(|entry| entry.path()).chain(subscribers.map(Path::to_owned)) {
            if let Ok(metadata) = fs::metadata(&path) {
                files.insert(path, Trace::Stat(metadata.len(), metadata.modified().ok()));
            }
        }
        Self { files }
    }

    /// Every file that came, went or changed between `before` and now, in order.
    pub(super) fn changed_since(&self, before: &Self) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = self.files.keys().chain(before.files.keys()).cloned().collect();
        paths.sort();
        paths.dedup();
        paths.retain(|path| self.files.get(path) != before.files.get(path));
        paths
    }

    /// Whether `path` is there.
    pub(super) fn has(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }
}

impl Folder {
    /// The issue files among them, one a number: the first by name.
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

fn entries(folder: &Path, extension: &'static str) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(move |path| path.extension().is_some_and(|found| found == extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_really_changed_is_named() {
        let folder = tempfile::TempDir::new().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("issues/img")).unwrap();
        for path in ["newsletter.toml", "issues/1.toml", "issues/2.toml", "issues/notes.md", "issues/img/a.png"] {
            fs::write(root.join(path), "before").unwrap();
        }
        let list = root.join("lists/people.csv");
        let before = Folder::read(root, Some(&list));

        fs::write(root.join("newsletter.toml"), "before").unwrap();
        fs::write(root.join("issues/1.toml"), "after").unwrap();
        fs::remove_file(root.join("issues/2.toml")).unwrap();
        fs::write(root.join("issues/notes.md"), "after").unwrap();
        fs::write(root.join("issues/img/a.png"), "longer than before").unwrap();
        fs::create_dir(root.join("lists")).unwrap();
        fs::write(&list, "email").unwrap();
        let after = Folder::read(root, Some(&list));

        let expected = ["issues/1.toml", "issues/2.toml", "issues/img/a.png", "lists/people.csv"];
        assert_eq!(after.changed_since(&before), expected.map(|path| root.join(path)));
        assert_eq!(watched_folders(root, Some(&list)).last(), Some(&root.join("lists")));
    }
}
