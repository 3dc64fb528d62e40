//! The newsletter in a folder: its configuration read, its issues found.

use std::path::PathBuf;
use std::sync::Arc;

use super::Settings;
use crate::diagnostic::SourceFile;
use crate::model::Publication;

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
}
