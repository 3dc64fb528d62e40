//! Issues looked at with the rules of `check`: what `newsletter check` and `newsletter send` share.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use chrono::{DateTime, Utc};

use super::check::SpamAssassin;
use crate::check::{Case, KnownLinks, Outside, row_findings};
use crate::diagnostic::{Diagnostic, Severity, SourceFile};
use crate::letter::Letter;
use crate::load::{
    IssueFile, LoadedIssue, Newsletter, Problems, SubscriberList, issues, own_style_sheet, template_words,
};
use crate::model::IssueNumber;
use crate::web::Answer;

/// Everything of a newsletter that an issue is looked at with.
pub(super) struct Inspection<'a> {
    newsletter: &'a Newsletter,
    /// Its issues by number, those that cannot be read with the reasons.
    pub(super) issues: Vec<(IssueFile, Result<LoadedIssue, Problems>)>,
    known_links: KnownLinks,
    style_sheet: Option<Arc<SourceFile>>,
    template_words: BTreeSet<String>,
    now: DateTime<Utc>,
    /// What became of the pages of its links, when those were asked for.
    pub(super) answers: Option<BTreeMap<String, Answer>>,
    /// Who is asked whether its messages are spam.
    pub(super) spam: Option<SpamAssassin>,
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
        Ok(Self { newsletter, issues, known_links, style_sheet, template_words, now, answers: None, spam: None })
    }

    /// The issues of these numbers, in their order.
    pub(super) fn chosen(&self, numbers: &[IssueNumber]) -> Vec<&(IssueFile, Result<LoadedIssue, Problems>)> {
        numbers.iter().filter_map(|number| self.issues.iter().find(|(file, _)| file.number == *number)).collect()
    }

    /// Those of them that can be read.
    pub(super) fn readable(&self, numbers: &[IssueNumber]) -> Vec<&LoadedIssue> {
        self.chosen(numbers).into_iter().filter_map(|(_, loaded)| loaded.as_ref().ok()).collect()
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

    /// What the rules find in the list of subscribers. `earlier` knows of a line the one that has its address first.
    ///
    /// Errors when it cannot be read.
    pub(super) fn of_list(
        newsletter: &Newsletter,
        list: &SubscriberList,
        earlier: impl Fn(usize) -> Option<usize>,
    ) -> Result<Vec<Diagnostic>, Problems> {
        let mut found = Vec::new();
        for row in list.rows()? {
            let row = row?;
            found.extend(row_findings(newsletter, &row, earlier(row.line), || list.place(&row)));
        }
        Ok(found)
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
            outside: Outside { answers: self.answers.as_ref(), spam: None },
        };
        let findings = || {
            let messages = match letter {
                Some(letter) => case.messages(letter)?,
                None => case.messages(&case.letter()?)?,
            };
            let spam = self.spam.map(|program| program.score(&messages[0])).transpose()?;
            let outside = Outside { spam: spam.as_ref(), ..case.outside };
            Case { outside, ..case }.findings_in(&messages)
        };
        findings().unwrap_or_else(|error| vec![Diagnostic::new(Severity::Error, format!("{error:#}"), None)])
    }
}
