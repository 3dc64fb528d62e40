//! Writes the web archive and the feeds into the newsletter's `public` folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::ornaments::ornaments;
use crate::archive::{self, ArchiveFile, ArchiveFolder, ArchiveSource, BuildReport, EarlierPages};
use crate::config::{Newsletter, style_sheet, why_not_publishable};
use crate::diagnostic::{Diagnostic, Problems, Severity};
use crate::fs::regular_file;
use crate::issue::{issue_files, pictures_folder};
use crate::ledger::sent_marker::SentMarker;
use crate::model::{Issue, IssueNumber, OrnamentPicture};
use crate::parallel::on_all_cores;
use crate::pictures::upright;
use crate::templates::web::page;

/// The archive as it was built.
pub(crate) struct BuiltArchive {
    /// The folder, relative to the newsletter's if it lies in it.
    pub(crate) folder: PathBuf,
    /// The changes in it.
    pub(crate) report: BuildReport,
    /// The number of issues in the archive.
    pub(crate) published: usize,
    /// The issues left out.
    pub(crate) drafts: Vec<IssueNumber>,
}

/// Builds the archive of `newsletter`.
///
/// Errors before anything is written when an issue or a picture cannot be read, or the folder must not be written to.
pub(crate) fn build_archive(newsletter: &Newsletter) -> anyhow::Result<BuiltArchive> {
    let issues = read_issues(newsletter)?;
    let css = style_sheet(&newsletter.root, "web.css", page::CSS)?;
    let public = &newsletter.settings.archive_folder;
    let folder = public.strip_prefix(&newsletter.root).unwrap_or(public).to_owned();
    refuse_link(newsletter, &folder)?;
    let archive_folder = ArchiveFolder::open(public.clone(), folder.clone())?;
    let source = ArchiveSource {
        publication: &newsletter.publication,
        issues: &issues,
        css: &css,
        feed_items: newsletter.settings.feed_items,
        earlier_pages: &earlier_pages(newsletter, &archive_folder),
    };
    let mut pages = archive::files(&source)?;
    for name in source.pictures() {
        let path = pictures_folder(&newsletter.root).join(name);
        let bytes = regular_file::read(&path, regular_file::MAX_PICTURE)
            .with_context(|| format!("cannot read `{}`", path.display()))?;
        let bytes = upright(&bytes).with_context(|| format!("cannot turn `{}` upright", path.display()))?;
        pages.push(ArchiveFile { path: format!("img/{name}"), bytes: bytes.into_owned() });
    }
    pages.extend(ornaments(&source.ornaments(), source.publication, public));
    let report = archive_folder.write(&pages)?;
    let (drafts, published): (Vec<&Issue>, Vec<&Issue>) = issues.iter().partition(|issue| issue.draft);
    let drafts = drafts.iter().map(|issue| issue.number).collect();
    Ok(BuiltArchive { folder, report, published: published.len(), drafts })
}

/// The pages of an archive in memory.
pub(crate) struct ArchivePages {
    /// Every page, feed and style sheet, by its path.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// The newsletter's own pictures that it shows, by their names in `issues/img`.
    pub(crate) pictures: BTreeSet<String>,
    /// The pictures of the ornament that it shows.
    pub(crate) ornaments: BTreeSet<OrnamentPicture>,
}

/// Returns the archive of `issues` as [`build_archive`] writes it, without addresses of earlier builds.
///
/// Errors when the style sheet is invalid or a feed cannot be written.
pub(crate) fn archive_pages(newsletter: &Newsletter, issues: &[Issue]) -> anyhow::Result<ArchivePages> {
    let css = style_sheet(&newsletter.root, "web.css", page::CSS)?;
    let source = ArchiveSource {
        publication: &newsletter.publication,
        issues,
        css: &css,
        feed_items: newsletter.settings.feed_items,
        earlier_pages: &EarlierPages::default(),
    };
    let pictures = source.pictures().into_iter().map(str::to_owned).collect();
    let files = archive::files(&source)?.into_iter().map(|ArchiveFile { path, bytes }| (path, bytes));
    Ok(ArchivePages { files: files.collect(), pictures, ornaments: source.ornaments() })
}

/// Returns the addresses that letters link to, and those of the last build.
fn earlier_pages(newsletter: &Newsletter, folder: &ArchiveFolder) -> EarlierPages {
    let mut pages = EarlierPages::default();
    folder.page_folders().for_each(|folder| pages.add(folder));
    for (_, marker) in SentMarker::all(&newsletter.root) {
        marker.pages().iter().for_each(|folder| pages.add(folder));
    }
    pages
}

/// Refuses a folder that links lead to where no pages are written, or out of the newsletter it seems to be in.
fn refuse_link(newsletter: &Newsletter, shown: &Path) -> anyhow::Result<()> {
    let (root, public) = (newsletter.root.canonicalize()?, &newsletter.settings.archive_folder);
    // Of a folder that does not exist yet, the place it will be in.
    let Some(there) = public.ancestors().find(|folder| folder.symlink_metadata().is_ok()) else { return Ok(()) };
    let below = public.strip_prefix(there).unwrap_or(Path::new(""));
    let context = || format!("cannot write to `{}`", shown.display());
    let target = there.canonicalize().with_context(context)?.join(below);
    let is_led_out = public.starts_with(&newsletter.root) && !target.starts_with(&root);
    let why = if is_led_out { Some("is outside the newsletter's folder") } else { why_not_publishable(&target, &root) };
    let home = std::env::home_dir().and_then(|home| home.canonicalize().ok());
    let why = why.or((home.as_deref() == Some(&target)).then_some("contains other files"));
    let Some(why) = why else { return Ok(()) };
    let message = format!("`{}` leads to `{}`, which {why}", shown.display(), target.display());
    let help = "remove the link, or set another `folder` under `[build]`";
    Err(Problems(vec![Diagnostic::new(Severity::Error, message, None).help(help)]).into())
}

/// Reads every issue. One that cannot be read stops the build: an archive must not lose a page.
fn read_issues(newsletter: &Newsletter) -> Result<Vec<Issue>, Problems> {
    let mut read = Vec::new();
    let mut problems = Vec::new();
    for loaded in on_all_cores(&issue_files(&newsletter.root)?, |file| newsletter.read_issue(file)) {
        match loaded {
            Ok(loaded) => read.push(loaded.issue),
            Err(found) => problems.extend(found.0),
        }
    }
    if problems.is_empty() { Ok(read) } else { Err(Problems(problems)) }
}
