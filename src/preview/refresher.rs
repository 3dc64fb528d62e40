//! Reads changed files again, after an event and before a page is shown, and reports it to open pages and the terminal.
//!
//! Events alone are not enough: some file systems send none, and a write through another name of a file (a hard link) or
//! through a memory map is not reported either.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use tokio::sync::watch;

use super::workspace::{Reload, Workspace};

/// Keeps a workspace up to date.
#[derive(Clone)]
pub(super) struct Refresher {
    pub(super) workspace: Arc<Workspace>,
    /// The current generation of the workspace, for open pages.
    pub(super) generation: Arc<watch::Sender<u64>>,
    /// The file read again, for the terminal, which may be slow.
    pub(super) reloads: Sender<Reload>,
}

impl Refresher {
    /// Reads the files that have changed since the last call.
    pub(super) fn refresh(&self) {
        let Some(reload) = self.workspace.refresh() else { return };
        let current = self.workspace.generation();
        // Another thread may have been faster.
        self.generation.send_if_modified(|known| {
            let is_newer = current > *known;
            *known = current.max(*known);
            is_newer
        });
        // Fails only when the preview ends.
        let _ = self.reloads.send(reload);
    }
}
