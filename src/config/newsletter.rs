//! Opens the newsletter in a folder: reads its configuration and finds its issues.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::parse::{Config, parse_config};
use super::settings::Settings;
use crate::diagnostic::{Diagnostic, Problems, Severity, SourceFile};
use crate::fs::regular_file;
use crate::issue::{IssueFile, LoadedIssue, find_issue, issue_files};
use crate::model::{IssueNumber, Publication};

/// The file that makes a folder a newsletter.
pub const CONFIG_FILE: &str = "newsletter.toml";

/// A newsletter's folder and what its `newsletter.toml` says.
#[derive(Debug, Clone)]
pub struct Newsletter {
    /// The folder that holds `newsletter.toml`, absolute.
    pub root: PathBuf,
    /// The part that letters, messages and pages show.
    pub publication: Publication,
    /// How it is sent, previewed and checked.
    pub settings: Settings,
    /// `newsletter.toml` as it was read.
    pub source: Arc<SourceFile>,
    /// Warnings about `newsletter.toml`.
    pub warnings: Vec<Diagnostic>,
}

impl Newsletter {
    /// Reads the newsletter that `start` is in: its own `newsletter.toml` or the nearest above.
    ///
    /// Errors are [`Problems`]: no newsletter, or everything wrong with its configuration.
    pub fn open(start: &Path) -> anyhow::Result<Self> {
        let Some(root) = find_root(start) else {
            let place =
                if start == Path::new(".") { "this folder".to_owned() } else { format!("`{}`", start.display()) };
            let message = format!("no `{CONFIG_FILE}` in {place} or any parent folder");
            let diagnostic = Diagnostic::new(Severity::Error, message, None);
            return Err(Problems(vec![diagnostic.help("`newsletter init` creates a newsletter")]).into());
        };
        let source = SourceFile::read(&root, &root.join(CONFIG_FILE), regular_file::MAX_TEXT)?;
        let Config { publication, settings, warnings } = parse_config(&source, &root)?;
        Ok(Self { root, publication, settings, source, warnings })
    }

    /// The issue that `word` names, read: see [`find_issue`].
    ///
    /// Errors when there is no such issue, or with every problem of its file.
    pub fn issue(
        &self,
        word: &str,
        directory: &Path,
        sent: impl Fn(IssueNumber) -> bool,
    ) -> Result<LoadedIssue, Problems> {
        let files = issue_files(&self.root)?;
        let file: &IssueFile = find_issue(&files, word, directory, sent)?;
        self.read_issue(file)
    }

    /// Reads the issue in `file` and measures its pictures.
    ///
    /// Errors with every problem of the file.
    pub fn read_issue(&self, file: &IssueFile) -> Result<LoadedIssue, Problems> {
        LoadedIssue::read(&self.root, file, &self.publication, &self.settings.subject)
    }

    /// Reads `text` as if it were the content of the issue's `file`, whose path is shown as `shown`.
    ///
    /// Errors with every problem of the text.
    pub fn parse_issue(&self, file: &IssueFile, shown: &Path, text: &str) -> Result<LoadedIssue, Problems> {
        self.parse_issue_with_pictures(file, shown, text, &|_| None)
    }

    /// Reads `text` as [`Self::parse_issue`] does. `new_pictures`: the sizes of pictures that are not written yet.
    ///
    /// Errors with every problem of the text.
    pub fn parse_issue_with_pictures(
        &self,
        file: &IssueFile,
        shown: &Path,
        text: &str,
        new_pictures: &dyn Fn(&str) -> Option<(u32, u32)>,
    ) -> Result<LoadedIssue, Problems> {
        LoadedIssue::parse(&self.root, file, shown, text, &self.publication, &self.settings.subject, new_pictures)
    }

    /// Reads what can be read of the issue in `file`, which has errors.
    pub fn read_issue_partially(&self, file: &IssueFile) -> Option<LoadedIssue> {
        LoadedIssue::read_partially(&self.root, file, &self.publication, &self.settings.subject)
    }
}

/// The nearest folder with a `newsletter.toml`: `start` or one above it, absolute.
pub fn find_root(start: &Path) -> Option<PathBuf> {
    let start = start.canonicalize().ok()?;
    start.ancestors().find(|folder| folder.join(CONFIG_FILE).symlink_metadata().is_ok()).map(Path::to_owned)
}
