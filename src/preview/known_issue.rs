//! One issue of the folder and how far it has been taken: listed, read, rendered; its last good letter.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use chrono::NaiveDate;

use super::rendered::Rendered;
use crate::diagnostic::{Diagnostic, Severity};
use crate::load::{IssueFile, LoadedIssue, Newsletter, Problems};
use crate::message::Keys;
use crate::model::IssueNumber;

/// An issue, as far as it has been taken.
pub(super) struct KnownIssue {
    /// Its file.
    pub(super) file: IssueFile,
    /// Whether the file is there.
    pub(super) exists: bool,
    /// It depends on the file alone, so that the configuration can change without five hundred issues being read again.
    listed: Option<Listed>,
    loaded: Option<Result<Arc<LoadedIssue>, Vec<Diagnostic>>>,
    rendered: Option<Result<Arc<Rendered>, Vec<Diagnostic>>>,
    good: Option<Arc<Rendered>>,
}

/// An issue as a list shows it.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    /// Its number.
    pub(super) number: IssueNumber,
    /// Its title; while it cannot be read, the last one it had, or its file's name.
    pub(super) title: String,
    /// What a list says besides, or the first thing wrong with it.
    pub(super) facts: Result<ListedFacts, Option<Diagnostic>>,
}

/// What a list says of an issue besides its title.
#[derive(Debug, Clone, Copy)]
pub(super) struct ListedFacts {
    /// The day on its cover.
    pub(super) date: NaiveDate,
    /// Whether it is a draft.
    pub(super) draft: bool,
    /// How many links it has.
    pub(super) links: usize,
}

/// An issue as its page shows it.
pub(super) struct Shown {
    /// The last good letter, when there has been one.
    pub(super) letter: Option<Arc<Rendered>>,
    /// Why it is not the present one; empty when it is.
    pub(super) problems: Vec<Diagnostic>,
}

impl KnownIssue {
    /// The issue in `file`, not read yet.
    pub(super) fn new(file: IssueFile) -> Self {
        Self { file, exists: true, listed: None, loaded: None, rendered: None, good: None }
    }

    /// The same issue in another file, or in one that is back.
    pub(super) fn moved_to(&mut self, file: IssueFile) {
        let good = self.good.take();
        *self = Self { good, ..Self::new(file) };
    }

    /// Whether there has been a letter of it, which is whether somebody has looked at it.
    pub(super) fn has_been_good(&self) -> bool {
        self.good.is_some()
    }

    /// Its name in the archive: its own, or else its file's.
    pub(super) fn slug(&self) -> &str {
        match (&self.loaded, &self.good) {
            (Some(Ok(loaded)), _) => &loaded.issue.slug,
            (_, Some(good)) => &good.loaded.issue.slug,
            _ => &self.file.slug,
        }
    }

    /// The last good letter.
    pub(super) fn letter(&self) -> Option<&Rendered> {
        self.good.as_deref()
    }

    /// Forgets what was read, because the file itself was written or something it depends on.
    pub(super) fn forget(&mut self, is_written: bool) {
        // What was wrong may have been the configuration, or a missing picture.
        if is_written || self.listed.as_ref().is_some_and(|listed| listed.facts.is_err()) {
            self.listed = None;
        }
        self.loaded = None;
        self.rendered = None;
    }

    /// The issue as lists show it, read when it has not been.
    pub(super) fn listed(&mut self, newsletter: Option<&Newsletter>) -> Listed {
        if let Some(listed) = &self.listed {
            return listed.clone();
        }
        let loaded = self.load(newsletter);
        let title = match (&loaded, &self.good) {
            (Ok(loaded), _) => loaded.issue.title.clone(),
            (Err(_), Some(good)) => good.loaded.issue.title.clone(),
            (Err(_), None) => self.file.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        };
        let facts = loaded.map(|loaded| {
            let issue = &loaded.issue;
            ListedFacts { date: issue.date, draft: issue.draft, links: issue.links().count() }
        });
        let facts = facts.map_err(|problems| problems.into_iter().next());
        self.listed.insert(Listed { number: self.file.number, title, facts }).clone()
    }

    /// The issue, read when it has not been; or what is wrong with its file.
    pub(super) fn load(&mut self, newsletter: Option<&Newsletter>) -> Result<Arc<LoadedIssue>, Vec<Diagnostic>> {
        // Without a configuration nothing can be read, and what is wrong with that is said already.
        let Some(newsletter) = newsletter else { return Err(Vec::new()) };
        let file = &self.file;
        let read = || contained(|| LoadedIssue::read(newsletter, file).map(Arc::new).map_err(|problems| problems.0));
        self.loaded.get_or_insert_with(read).clone()
    }

    /// The issue as its page shows it, read and rendered when it has not been.
    pub(super) fn shown(&mut self, newsletter: Option<&Newsletter>, keys: &Arc<Keys>) -> Shown {
        let problems = self.render(newsletter, keys).err().unwrap_or_default();
        Shown { letter: self.good.clone(), problems }
    }

    fn render(&mut self, newsletter: Option<&Newsletter>, keys: &Arc<Keys>) -> Result<Arc<Rendered>, Vec<Diagnostic>> {
        if !self.exists {
            let message = format!("issue {} has no file any more", self.file.number);
            return Err(vec![Diagnostic::new(Severity::Error, message, None)]);
        }
        if let Some(rendered) = &self.rendered {
            return rendered.clone();
        }
        let rendered = self.load(newsletter).and_then(|loaded| {
            let newsletter = newsletter.ok_or_else(Vec::new)?;
            contained(|| Rendered::new(newsletter, loaded, Arc::clone(keys)).map(Arc::new).map_err(problems))
        });
        if let Ok(good) = &rendered {
            self.good = Some(Arc::clone(good));
        }
        self.rendered.insert(rendered).clone()
    }
}

/// Everything an error says, as diagnostics.
pub(super) fn problems(error: anyhow::Error) -> Vec<Diagnostic> {
    match error.downcast::<Problems>() {
        Ok(Problems(problems)) => problems,
        Err(error) => vec![Diagnostic::new(Severity::Error, format!("{error:#}"), None)],
    }
}

/// Runs `work`; a panic in it is a bug of ours, not a reason to end somebody's preview.
pub(super) fn contained<T>(work: impl FnOnce() -> Result<T, Vec<Diagnostic>>) -> Result<T, Vec<Diagnostic>> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let message = "this is a bug in newsletter: it stumbled over this file; its last words are in the terminal";
        Err(vec![Diagnostic::new(Severity::Error, message, None).help("undo the last change to go on")])
    })
}
