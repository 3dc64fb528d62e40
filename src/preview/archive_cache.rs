//! Builds the web archive for the pages that show it, anew after a change.

use std::sync::Arc;

use super::archive_preview::ArchivePreview;
use super::issue_cache::{catch_panic, diagnostics};
use super::workspace::{BuiltArchive, Workspace};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::IssueNumber;

impl Workspace {
    /// The archive with issue `number` in it, draft or not.
    ///
    /// Errors with the problems of the issue's file, or those that keep `build` from writing it.
    pub(super) fn archive(&self, number: IssueNumber) -> BuiltArchive {
        let mut state = self.state();
        let generation = state.generation;
        if let Some((of, issue, archive)) = &state.archive
            && (*of, *issue) == (generation, number)
        {
            return archive.clone();
        }
        let newsletter = state.newsletter.clone();
        let existing = state.issues.values_mut().filter(|issue| issue.exists);
        let read: Vec<_> = existing.map(|issue| (issue.file.number, issue.load(newsletter.as_deref()))).collect();
        // Rendering must not wait for the archive.
        drop(state);
        let build = || {
            let newsletter = newsletter.ok_or_else(Vec::new)?;
            let mut issues = Vec::new();
            let mut left_out = Vec::new();
            for (of, loaded) in read {
                match loaded {
                    Ok(loaded) => issues.push(loaded.issue.clone()),
                    Err(problems) if of == number => return Err(problems),
                    Err(_) => left_out.push(of),
                }
            }
            if !issues.iter().any(|issue| issue.number == number) {
                let message = format!("no issue {number} in `issues/`");
                return Err(vec![Diagnostic::new(Severity::Error, message, None)]);
            }
            ArchivePreview::new(&newsletter, issues, number, left_out).map(Arc::new).map_err(diagnostics)
        };
        let archive = catch_panic(build);
        self.state().archive = Some((generation, number, archive.clone()));
        archive
    }
}
