//! The folder the archive is written to. It may hold other people's files: a `CNAME`, a favicon, a page of their own.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use anyhow::Context;

use super::Page;
use crate::diagnostic::{Diagnostic, Severity};
use crate::load::Problems;

/// The list of the files that are ours, a path a line. The next build removes those it no longer makes.
const MANIFEST: &str = ".newsletter-build";

/// A folder with an archive in it, or without one yet.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// The path as people should see it.
    shown: PathBuf,
    /// What earlier builds wrote.
    ours: BTreeSet<String>,
}

/// What a build changed, as paths in the folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// New, or with other bytes than before.
    pub written: Vec<String>,
    /// As they were.
    pub unchanged: usize,
    /// No longer part of the archive.
    pub removed: Vec<String>,
}

impl Folder {
    /// The folder at `path`, which need not be there yet. Messages call it `shown`.
    ///
    /// Errors when its list of files cannot be read.
    pub fn open(path: PathBuf, shown: PathBuf) -> anyhow::Result<Self> {
        let manifest = match fs::read_to_string(path.join(MANIFEST)) {
            Ok(manifest) => manifest,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read `{}`", shown.join(MANIFEST).display()));
            }
        };
        // Somebody may have edited it: what leads out of the folder is not ours to remove.
        let inside = |path: &&str| Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        let ours = manifest.lines().filter(inside).filter(|path| !path.is_empty()).map(str::to_owned).collect();
        Ok(Self { path, shown, ours })
    }

    /// Makes the folder hold `pages` and nothing else of ours. Files with the right bytes are left alone, so that their
    /// times say when they changed; each other file is replaced in one step, so that nobody reads half a page.
    ///
    /// Errors before anything is written, naming every file in the way that no build wrote; or when the disk refuses.
    pub fn write(&self, pages: &[Page]) -> anyhow::Result<Report> {
        let mut report = Report::default();
        let mut changed = Vec::new();
        let mut foreign = Vec::new();
        for page in pages {
            match fs::read(self.path.join(&page.path)) {
                Ok(bytes) if bytes == page.bytes => report.unchanged += 1,
                Ok(_) if !self.ours.contains(&page.path) => foreign.push(self.in_the_way(&page.path)),
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
        // Files are ours from before they are written until after they are gone, wherever a build is interrupted.
        self.write_manifest(&self.ours.union(&paths).cloned().collect())?;
        for page in changed {
            self.replace(&page.path, &page.bytes)?;
            report.written.push(page.path.clone());
        }
        for stale in self.ours.difference(&paths) {
            if self.remove(stale)? {
                report.removed.push(stale.clone());
            }
        }
        self.write_manifest(&paths)?;
        Ok(report)
    }

    fn in_the_way(&self, path: &str) -> Diagnostic {
        let message = format!("`{}` is in the way: no build wrote it", self.shown(path));
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
        // The process in its name keeps two builds at once from writing one draft.
        let draft = self.path.join(format!("{MANIFEST}.{}", std::process::id()));
        fs::create_dir_all(target.parent().unwrap_or(&self.path))
            .and_then(|()| fs::write(&draft, bytes))
            .and_then(|()| fs::rename(&draft, &target))
            .with_context(|| format!("cannot write `{}`", self.shown(path)))
    }

    /// Removes a file of ours and the folders it leaves empty; false when it was gone already.
    fn remove(&self, path: &str) -> anyhow::Result<bool> {
        let file = self.path.join(path);
        match fs::remove_file(&file) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error).with_context(|| format!("cannot remove `{}`", self.shown(path))),
        }
        for folder in Path::new(path).ancestors().skip(1).filter(|folder| *folder != Path::new("")) {
            // Fails on the first that still holds something, which then stays.
            if fs::remove_dir(self.path.join(folder)).is_err() {
                break;
            }
        }
        Ok(true)
    }
}
