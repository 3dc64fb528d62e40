//! Lists the files a preview depends on, and the folders in which a change of them is reported: also those of links and of
//! what they lead to, because editors and dotfile managers replace the target of a link.

use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::app::gather::SITTING_FILES;

/// The most links to follow from one path, as the kernel does (`path_resolution(7)`).
const MAX_LINKS: usize = 40;

/// The most folders of pictures: a link in `issues/img` may lead to a whole disk.
const MAX_PICTURE_FOLDERS: usize = 1_000;

/// The files a preview depends on. They may be links, which may lead nowhere.
pub(super) struct WatchedPaths {
    /// Files that people write, which are small.
    pub(super) texts: Vec<PathBuf>,
    /// Pictures and subscriber lists, which may be large.
    pub(super) pictures_and_lists: Vec<PathBuf>,
    /// The folders in which such files may appear, which need not exist.
    folders: Vec<PathBuf>,
}

impl WatchedPaths {
    /// Lists the files of the newsletter in `root` with the list `subscribers`.
    pub(super) fn list(root: &Path, subscribers: Option<&Path>) -> Self {
        let (issues, templates) = (root.join("issues"), root.join("templates"));
        let mut texts = vec![root.join("newsletter.toml")];
        texts.extend(SITTING_FILES.map(|file| root.join(file)));
        for (folder, extensions) in [(&issues, ["toml", "sent"].as_slice()), (&templates, &["css"])] {
            let is_text = |path: &PathBuf| {
                path.extension().is_some_and(|found| extensions.iter().any(|extension| found == *extension))
            };
            texts.extend(entries(folder).filter(is_text));
        }
        let picture_folders = picture_folders(issues.join("img"));
        let pictures = picture_folders.iter().flat_map(|folder| entries(folder)).filter(|path| !path.is_dir());
        let pictures_and_lists = pictures.chain(subscribers.map(Path::to_owned)).collect();
        let list_folder = subscribers.and_then(Path::parent).map(Path::to_owned);
        let folders = [root.to_owned(), issues, templates].into_iter().chain(picture_folders).chain(list_folder);
        Self { texts, pictures_and_lists, folders: folders.collect() }
    }
}

/// Returns the folders to watch, each once, with its path free of links unless it does not exist. A link that leads
/// elsewhere later changes them.
pub(super) fn watched_folders(root: &Path, subscribers: Option<&Path>) -> Vec<PathBuf> {
    let WatchedPaths { texts, pictures_and_lists, mut folders } = WatchedPaths::list(root, subscribers);
    let start = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let mut behind_links = Vec::new();
    for path in folders.iter().chain(&texts).chain(&pictures_and_lists) {
        match path.strip_prefix(root) {
            Ok(below) => add_folders_of_links(&start, below, &mut behind_links),
            Err(_) => add_folders_of_links(Path::new("/"), path, &mut behind_links),
        }
    }
    folders.append(&mut behind_links);
    let mut seen = BTreeSet::new();
    let without_links = folders.into_iter().map(|folder| folder.canonicalize().unwrap_or(folder));
    without_links.filter(|folder| seen.insert(folder.clone())).collect()
}

/// Adds the folder of every link on the way from `start`, a path without links, to `below`, and the folder of what they
/// lead to.
fn add_folders_of_links(start: &Path, below: &Path, folders: &mut Vec<PathBuf>) {
    let owned = |component: Component<'_>| PathBuf::from(component.as_os_str());
    let mut reached = start.to_owned();
    let mut left: VecDeque<PathBuf> = below.components().map(owned).collect();
    let mut links = 0;
    while let Some(part) = left.pop_front() {
        if part == Path::new("..") {
            reached.pop();
            continue;
        }
        // An absolute path replaces the one before it.
        let next = reached.join(&part);
        let Ok(target) = fs::read_link(&next) else {
            reached = next;
            continue;
        };
        links += 1;
        if links > MAX_LINKS {
            return;
        }
        folders.push(reached.clone());
        for component in target.components().rev() {
            left.push_front(owned(component));
        }
    }
    if links > 0 {
        folders.extend(reached.parent().map(Path::to_owned));
    }
}

/// Returns `images` and the folders below it, each once, also those that links lead to. Names that begin with a dot are not
/// those of pictures.
fn picture_folders(images: PathBuf) -> Vec<PathBuf> {
    let mut seen: BTreeSet<PathBuf> = images.canonicalize().into_iter().collect();
    let mut folders = vec![images];
    let mut next = 0;
    while next < folders.len() && folders.len() < MAX_PICTURE_FOLDERS {
        for path in entries(&folders[next]) {
            let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            // A link may lead back to a folder it is in.
            if !is_hidden && path.is_dir() && path.canonicalize().is_ok_and(|real| seen.insert(real)) {
                folders.push(path);
            }
        }
        next += 1;
    }
    folders
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn the_folders_of_links_and_of_their_targets_are_watched_once_each() {
        let folder = tempfile::TempDir::new().unwrap();
        let base = folder.path().canonicalize().unwrap();
        for path in ["letter/issues/img/2026", "letter/templates", "kept/first", "dot/files"] {
            fs::create_dir_all(base.join(path)).unwrap();
        }
        fs::write(base.join("kept/first/1.toml"), "").unwrap();
        let link = |target: &str, path: &str| symlink(target, base.join(path)).unwrap();
        link("first", "kept/current");
        link("../../kept/current/1.toml", "letter/issues/1.toml");
        link("2.toml", "letter/issues/2.toml");
        link("..", "letter/issues/img/2026/loop");
        link(base.join("dot/files/newsletter.toml").to_str().unwrap(), "letter/newsletter.toml");
        let root = base.join("letter");
        let watched = watched_folders(&root, Some(&base.join("lists/people.csv")));
        let expected = [
            "letter",
            "letter/issues",
            "letter/templates",
            "letter/issues/img",
            "letter/issues/img/2026",
            "lists",
            "dot/files",
            "kept",
            "kept/first",
        ];
        let expected: BTreeSet<PathBuf> = expected.map(|path| base.join(path)).into();
        assert_eq!(watched.len(), expected.len(), "{watched:?}");
        assert_eq!(watched.into_iter().collect::<BTreeSet<_>>(), expected);
    }
}
