//! Writes the archive to its folder, which may contain other files: a `CNAME`, a favicon, a page of the author's own.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use anyhow::Context;

use super::file::ArchiveFile;
use crate::diagnostic::{Diagnostic, Problems, Severity};
use crate::fs::atomic_file::{self, Access, Durability};
use crate::fs::regular_file;

/// Lists the files that builds wrote, one path per line. The next build removes those it no longer makes.
const MANIFEST: &str = ".newsletter-build";

/// The folder of an archive, which may be empty or missing.
#[derive(Debug)]
pub struct ArchiveFolder {
    path: PathBuf,
    /// The path as messages show it.
    shown: PathBuf,
    /// The files that earlier builds wrote.
    owned: BTreeSet<String>,
}

/// The changes a build made, as paths in the folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildReport {
    /// Files that are new or have new contents.
    pub written: Vec<String>,
    /// The number of files that were up to date.
    pub unchanged: usize,
    /// Files that are no longer part of the archive.
    pub removed: Vec<String>,
}

impl ArchiveFolder {
    /// Opens the folder at `path`, which may not exist yet. Messages call it `shown`.
    ///
    /// Errors if its list of files cannot be read.
    pub fn open(path: PathBuf, shown: PathBuf) -> anyhow::Result<Self> {
        let manifest = match regular_file::read_to_string(&path.join(MANIFEST), regular_file::MAX_TEXT) {
            Ok(manifest) => manifest,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read `{}`", shown.join(MANIFEST).display()));
            }
        };
        // The list may have been edited: paths that lead out of the folder are not removed.
        let inside = |path: &&str| Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        let ours = manifest.lines().filter(inside).filter(|path| !path.is_empty()).map(str::to_owned).collect();
        Ok(Self { path, shown, owned: ours })
    }

    /// Returns the folders of the pages that earlier builds wrote and that are still there: `42-slug`. A page that was
    /// removed by hand is not wanted.
    pub fn page_folders(&self) -> impl Iterator<Item = &str> {
        let pages = self.owned.iter().filter_map(|path| Some((path, path.strip_suffix("/index.html")?)));
        pages.filter(|(path, _)| self.path.join(path).is_file()).map(|(_, folder)| folder)
    }

    /// Writes `pages` and removes the other files of earlier builds. Files that are up to date are left alone, so that
    /// their times say when they changed. Each other file is replaced in one step, so that visitors never get half a page.
    ///
    /// Errors before anything is written if files that no build wrote are in the way, and names them all; or if a file
    /// cannot be written.
    pub fn write(&self, pages: &[ArchiveFile]) -> anyhow::Result<BuildReport> {
        let mut report = BuildReport::default();
        let mut changed = Vec::new();
        let mut foreign = Vec::new();
        for page in pages {
            if self.is_behind_link(&page.path) {
                foreign.push(self.in_the_way(&page.path));
                continue;
            }
            match regular_file::read(&self.path.join(&page.path), regular_file::MAX_PICTURE) {
                Ok(bytes) if bytes == page.bytes => report.unchanged += 1,
                Ok(_) if !self.owned.contains(&page.path) => foreign.push(self.in_the_way(&page.path)),
                Ok(_) => changed.push(page),
                Err(error) if error.kind() == ErrorKind::NotFound => changed.push(page),
                Err(error) => {
                    return Err(error)
                        .with_context(|| format!("cannot read `{}`", self.path.join(&page.path).display()));
                }
            }
        }
        if !foreign.is_empty() {
            return Err(Problems(foreign).into());
        }
        let paths: BTreeSet<String> = pages.iter().map(|page| page.path.clone()).collect();
        // Listed before they are written and until they are gone, wherever a build is interrupted.
        self.write_manifest(&self.owned.union(&paths).cloned().collect())?;
        for page in changed {
            self.replace(&page.path, &page.bytes)?;
            report.written.push(page.path.clone());
        }
        for stale in self.owned.difference(&paths) {
            if !self.is_behind_link(stale) && self.remove(stale)? {
                report.removed.push(stale.clone());
            }
        }
        self.write_manifest(&paths)?;
        Ok(report)
    }

    /// Returns whether the file at `path`, or a folder on the way to it, is a symbolic link. No build wrote its target.
    fn is_behind_link(&self, path: &str) -> bool {
        let on_the_way = Path::new(path).ancestors().filter(|part| *part != Path::new(""));
        on_the_way.map(|part| self.path.join(part)).any(|part| part.is_symlink())
    }

    fn in_the_way(&self, path: &str) -> Diagnostic {
        let message = format!("`{}` already exists and was not written by `build`", self.shown(path));
        Diagnostic::new(Severity::Error, message, None).help("move it away, or set another `folder` in `[build]`")
    }

    fn shown(&self, path: &str) -> String {
        self.shown.join(path).display().to_string()
    }

    fn write_manifest(&self, paths: &BTreeSet<String>) -> anyhow::Result<()> {
        let manifest: String = paths.iter().flat_map(|path| [path, "\n"]).collect();
        self.replace(MANIFEST, manifest.as_bytes())
    }

    fn replace(&self, path: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let target = self.path.join(path);
        // Not synced: after a power cut, the next build compares each page and writes it again.
        fs::create_dir_all(atomic_file::folder_of(&target))
            .and_then(|()| atomic_file::replace(&target, Access::Shared, Durability::None, bytes))
            .with_context(|| format!("cannot write `{}`", self.shown(path)))
    }

    /// Removes a file and the folders it leaves empty. Returns false if it was gone already.
    fn remove(&self, path: &str) -> anyhow::Result<bool> {
        let file = self.path.join(path);
        match fs::remove_file(&file) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error).with_context(|| format!("cannot remove `{}`", self.shown(path))),
        }
        for folder in Path::new(path).ancestors().skip(1).filter(|folder| *folder != Path::new("")) {
            // Fails at the first folder that is not empty, which stays.
            if fs::remove_dir(self.path.join(folder)).is_err() {
                break;
            }
        }
        Ok(true)
    }
}
