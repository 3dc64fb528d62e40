//! The newsletter in a folder: its configuration read, its issues found.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Config, IssueFile, LoadedIssue, Problems, Settings, find_issue, issues, parse_config, source};
use crate::diagnostic::{Diagnostic, Severity, SourceFile};
use crate::model::{IssueNumber, Publication};

/// The file that makes a folder a newsletter.
pub const CONFIG_FILE: &str = "newsletter.toml";

/// A newsletter's folder and what its `newsletter.toml` says.
#[derive(Debug, Clone)]
pub struct Newsletter {
    /// The folder that holds `newsletter.toml`, absolute.
    pub root: PathBuf,
    /// What letters, messages and pages show of it.
    pub publication: Publication,
    /// How it is sent, previewed and checked.
    pub settings: Settings,
    /// `newsletter.toml` as it was read.
    pub source: Arc<SourceFile>,
    /// What is odd about `newsletter.toml` but not wrong.
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
            let message = format!("no `{CONFIG_FILE}` in {place} or a folder above it");
            let diagnostic = Diagnostic::new(Severity::Error, message, None);
            return Err(Problems(vec![diagnostic.help("`newsletter init` makes a new newsletter")]).into());
        };
        let source = source::read(&root, &root.join(CONFIG_FILE))?;
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
        let files = issues(&self.root)?;
        let file: &IssueFile = find_issue(&files, word, directory, sent)?;
        LoadedIssue::read(self, file)
    }
}

/// The nearest folder with a `newsletter.toml`: `start` or one above it, absolute.
pub fn find_root(start: &Path) -> Option<PathBuf> {
    let start = start.canonicalize().ok()?;
    start.ancestors().find(|folder| folder.join(CONFIG_FILE).is_file()).map(Path::to_owned)
}
