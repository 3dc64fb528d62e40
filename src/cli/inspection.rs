//! Issues looked at with the rules of `check`: what `newsletter check` and `newsletter send` share.

use std::collections::BTreeSet;
use std::fs;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use chrono::{DateTime, Utc};

use crate::check::{Case, KnownLinks, row_findings};
use crate::diagnostic::{Diagnostic, Severity, SourceFile};
use crate::letter::Letter;
use crate::load::{
    IssueFile, LoadedIssue, Newsletter, Problems, SubscriberList, issues, own_style_sheet, template_words,
};

/// Everything of a newsletter that an issue is looked at with.
pub(super) struct Inspection<'a> {
    newsletter: &'a Newsletter,
    /// Its issues by number, those that cannot be read with the reasons.
    pub(super) issues: Vec<(IssueFile, Result<LoadedIssue, Problems>)>,
    known_links: KnownLinks,
    style_sheet: Option<Arc<SourceFile>>,
    template_words: BTreeSet<String>,
    now: DateTime<Utc>,
}

impl<'a> Inspection<'a> {
    /// Reads what there is.
    ///
    /// Errors when the issues cannot be listed or the style sheet cannot be read.
    pub(super) fn prepare(newsletter: &'a Newsletter, now: DateTime<Utc>) -> Result<Self, Problems> {
        let files = issues(&newsletter.root)?;
        let issues: Vec<_> = files
            .into_iter()
            .map(|file| {
                let loaded = LoadedIssue::read(newsletter, &file);
                (file, loaded)
            })
            .collect();
        let known_links = KnownLinks::of(issues.iter().filter_map(|(_, loaded)| loaded.as_ref().ok()));
        let style_sheet = own_style_sheet(&newsletter.root, "letter.css")?;
        let template_words = template_words(&newsletter.root)?;
        Ok(Self { newsletter, issues, known_links, style_sheet, template_words, now })
    }

    /// What the rules find in an issue. What keeps it from becoming a letter is an error of its own.
    fn of_issue(&self, loaded: &LoadedIssue) -> Vec<Diagnostic> {
        self.look(loaded, None)
    }

    /// The same for many issues, on all cores.
    pub(super) fn of_issues(&self, issues: &[&LoadedIssue]) -> Vec<Vec<Diagnostic>> {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let share = issues.len().div_ceil(cores).max(1);
        thread::scope(|scope| {
            let look = |chunk: &[&LoadedIssue]| chunk.iter().map(|issue| self.of_issue(issue)).collect::<Vec<_>>();
            let looking: Vec<_> = issues.chunks(share).map(|chunk| scope.spawn(move || look(chunk))).collect();
            let join =
                |thread: thread::ScopedJoinHandle<'_, _>| thread.join().unwrap_or_else(|panic| resume_unwind(panic));
            looking.into_iter().flat_map(join).collect()
        })
    }

    /// What the rules find in an issue whose letter is rendered already.
    pub(super) fn of_letter(&self, loaded: &LoadedIssue, letter: &Letter) -> Vec<Diagnostic> {
        self.look(loaded, Some(letter))
    }

    /// What the rules find in the list of subscribers.
    pub(super) fn of_list(newsletter: &Newsletter, list: &SubscriberList) -> Vec<Diagnostic> {
        list.rows().flat_map(|row| row_findings(newsletter, &row, list.source())).collect()
    }

    /// Looks at an issue, with its letter where that is rendered already.
    fn look(&self, loaded: &LoadedIssue, letter: Option<&Letter>) -> Vec<Diagnostic> {
        let pictures = self.newsletter.root.join("issues/img");
        let case = Case {
            newsletter: self.newsletter,
            loaded,
            known_links: &self.known_links,
            style_sheet: self.style_sheet.as_ref(),
            template_words: &self.template_words,
            weigh: &|file| Some(fs::metadata(pictures.join(file)).ok()?.len()),
            now: self.now,
        };
        let findings = letter.map_or_else(|| case.findings(), |letter| case.findings_of(letter));
        findings.unwrap_or_else(|error| vec![Diagnostic::new(Severity::Error, format!("{error:#}"), None)])
    }
}
