//! Caches one issue of the folder in the stages listed, read and rendered, and keeps its last good letter.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use chrono::NaiveDate;

use super::rendered_letter::RenderedLetter;
use crate::config::Newsletter;
use crate::diagnostic::{Diagnostic, Problems, Severity};
use crate::issue::{IssueFile, LoadedIssue};
use crate::message::MessageKeys;
use crate::model::IssueNumber;

/// An issue and the stages it has reached.
pub(super) struct CachedIssue {
    /// Its file.
    pub(super) file: IssueFile,
    /// Whether the file still exists.
    pub(super) exists: bool,
    /// Depends on the file alone, so that a change of the configuration does not read all issues again.
    summary: Option<IssueSummary>,
    loaded: Option<Result<Arc<LoadedIssue>, Vec<Diagnostic>>>,
    rendered: Option<Result<Arc<RenderedLetter>, Vec<Diagnostic>>>,
    last_good: Option<Arc<RenderedLetter>>,
}

/// An issue in a list.
#[derive(Debug, Clone)]
pub(super) struct IssueSummary {
    /// Its number.
    pub(super) number: IssueNumber,
    /// The title; while the file has errors, the last known title or the name of the file.
    pub(super) title: String,
    /// More facts, or the first problem of the file.
    pub(super) facts: Result<IssueFacts, Option<Diagnostic>>,
}

/// The facts that a list shows besides the title.
#[derive(Debug, Clone, Copy)]
pub(super) struct IssueFacts {
    /// The date of the issue.
    pub(super) date: NaiveDate,
    pub(super) draft: bool,
    /// The number of links.
    pub(super) links: usize,
}

/// The letter of an issue as far as it can be shown.
pub(super) struct LatestLetter {
    /// The last good letter, if there has been one.
    pub(super) letter: Option<Arc<RenderedLetter>>,
    /// The reasons why it is outdated; empty if it is current.
    pub(super) problems: Vec<Diagnostic>,
}

impl CachedIssue {
    /// The issue in `file`, which is not read yet.
    pub(super) fn new(file: IssueFile) -> Self {
        Self { file, exists: true, summary: None, loaded: None, rendered: None, last_good: None }
    }

    /// Changes the file, after a rename or when a deleted file is back.
    pub(super) fn move_to(&mut self, file: IssueFile) {
        let good = self.last_good.take();
        *self = Self { last_good: good, ..Self::new(file) };
    }

    /// Whether the issue has been rendered without errors before.
    pub(super) fn has_letter(&self) -> bool {
        self.last_good.is_some()
    }

    /// The slug of the issue, or else that of its file.
    pub(super) fn slug(&self) -> &str {
        match (&self.loaded, &self.last_good) {
            (Some(Ok(loaded)), _) => &loaded.issue.slug,
            (_, Some(good)) => &good.loaded.issue.slug,
            _ => &self.file.slug,
        }
    }

    /// The last good letter.
    pub(super) fn last_letter(&self) -> Option<&RenderedLetter> {
        self.last_good.as_deref()
    }

    /// Discards what was read, because the file or something it depends on has changed.
    pub(super) fn invalidate(&mut self, is_written: bool) {
        // The error may have been one of the configuration, or a missing picture.
        if is_written || self.summary.as_ref().is_some_and(|listed| listed.facts.is_err()) {
            self.summary = None;
        }
        self.loaded = None;
        self.rendered = None;
    }

    /// The issue in a list, read if necessary.
    pub(super) fn summary(&mut self, newsletter: Option<&Newsletter>) -> IssueSummary {
        if let Some(listed) = &self.summary {
            return listed.clone();
        }
        let loaded = self.load(newsletter);
        let title = match (&loaded, &self.last_good) {
            (Ok(loaded), _) => loaded.issue.title.clone(),
            (Err(_), Some(good)) => good.loaded.issue.title.clone(),
            (Err(_), None) => self.file.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        };
        let facts = loaded.map(|loaded| {
            let issue = &loaded.issue;
            IssueFacts { date: issue.date, draft: issue.draft, links: issue.links().count() }
        });
        let facts = facts.map_err(|problems| problems.into_iter().next());
        self.summary.insert(IssueSummary { number: self.file.number, title, facts }).clone()
    }

    /// The issue, read if necessary.
    ///
    /// Errors with the problems of its file.
    pub(super) fn load(&mut self, newsletter: Option<&Newsletter>) -> Result<Arc<LoadedIssue>, Vec<Diagnostic>> {
        // Without a configuration no issue can be read, and its problems are reported already.
        let Some(newsletter) = newsletter else { return Err(Vec::new()) };
        let file = &self.file;
        let read = || catch_panic(|| newsletter.read_issue(file).map(Arc::new).map_err(|problems| problems.0));
        self.loaded.get_or_insert_with(read).clone()
    }

    /// The letter, read and rendered if necessary.
    pub(super) fn latest(&mut self, newsletter: Option<&Newsletter>, keys: &Arc<MessageKeys>) -> LatestLetter {
        let problems = self.render(newsletter, keys).err().unwrap_or_default();
        LatestLetter { letter: self.last_good.clone(), problems }
    }

    fn render(
        &mut self,
        newsletter: Option<&Newsletter>,
        keys: &Arc<MessageKeys>,
    ) -> Result<Arc<RenderedLetter>, Vec<Diagnostic>> {
        if !self.exists {
            let message = format!("the file of issue {} was deleted", self.file.number);
            return Err(vec![Diagnostic::new(Severity::Error, message, None)]);
        }
        if let Some(rendered) = &self.rendered {
            return rendered.clone();
        }
        let rendered = self.load(newsletter).and_then(|loaded| {
            let newsletter = newsletter.ok_or_else(Vec::new)?;
            catch_panic(|| RenderedLetter::new(newsletter, loaded, Arc::clone(keys)).map(Arc::new).map_err(diagnostics))
        });
        if let Ok(good) = &rendered {
            self.last_good = Some(Arc::clone(good));
        }
        self.rendered.insert(rendered).clone()
    }
}

/// Converts an error into diagnostics.
pub(super) fn diagnostics(error: anyhow::Error) -> Vec<Diagnostic> {
    match error.downcast::<Problems>() {
        Ok(Problems(problems)) => problems,
        Err(error) => vec![Diagnostic::new(Severity::Error, format!("{error:#}"), None)],
    }
}

/// Runs `work` and turns a panic into a diagnostic: a bug of ours must not end the preview.
pub(super) fn catch_panic<T>(work: impl FnOnce() -> Result<T, Vec<Diagnostic>>) -> Result<T, Vec<Diagnostic>> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let message = "this is a bug in newsletter: rendering this file panicked; see the terminal for details";
        Err(vec![Diagnostic::new(Severity::Error, message, None).help("undo the last change to continue")])
    })
}
