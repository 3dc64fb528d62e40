//! Reads `[build]`: the folder of the web archive, which must not publish anything else.

use std::path::{Component, Path, PathBuf};

use crate::diagnostic::{Problem, quote};

/// Folders the newsletter itself lives in.
const OWN_FOLDERS: [&str; 6] = ["issues", "templates", ".newsletter", "outbox", "src", ".git"];

/// Folders of the system, with everything below them.
const SYSTEM_FOLDERS: [&str; 17] = [
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib32",
    "/lib64",
    "/proc",
    "/run",
    "/sbin",
    "/sys",
    "/usr",
    "/var/lib",
    "/var/log",
    "/var/spool",
    "/System",
    "/Library",
];

/// Folders that hold those of others.
const SHARED_FOLDERS: [&str; 12] =
    ["/", "/home", "/media", "/mnt", "/opt", "/root", "/srv", "/tmp", "/Users", "/var", "/var/tmp", "/var/www"];

/// The folder that is published: none that holds the newsletter, whose list and ledger would be published with it, and none
/// of the newsletter's own.
pub(in crate::config) fn web_folder(text: &str, root: &Path) -> Result<PathBuf, Problem> {
    let mut folder = PathBuf::new();
    for component in root.join(text).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(folder.pop()),
            other => folder.push(other),
        }
    }
    match why_not_publishable(&folder, root) {
        Some(why) => {
            Err(Problem::new(format!("{} {why}", quote(text))).help("use a separate folder, such as `public`"))
        }
        None => Ok(folder),
    }
}

/// Why no pages are written to `folder`, absolute and without `..`, by the newsletter in `root`.
pub fn why_not_publishable(folder: &Path, root: &Path) -> Option<&'static str> {
    let has = |name: &str| folder.components().any(|part| part.as_os_str().eq_ignore_ascii_case(name));
    let of_somebody = ["/home", "/Users"].iter().any(|homes| folder.parent() == Some(Path::new(homes)));
    if root.starts_with(folder) {
        Some("contains the newsletter itself, its subscribers and its ledger")
    } else if OWN_FOLDERS.iter().any(|own| folder.starts_with(root.join(own))) {
        Some("belongs to the newsletter itself")
    } else if has(".git") {
        Some("is inside `.git`")
    } else if has(".ssh") || SYSTEM_FOLDERS.iter().any(|system| folder.starts_with(system)) {
        Some("is a system folder")
    } else if of_somebody || SHARED_FOLDERS.iter().any(|shared| folder == Path::new(shared)) {
        Some("contains other files")
    } else {
        None
    }
}
