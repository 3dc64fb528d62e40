//! Runs the rules about issues over the messages that two sample readers would get, for check, send and preview.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::spam_assassin::SpamAssassin;
use crate::app::prepare::{LetterRenderer, sample_stamp};
use crate::check::{CheckInput, EarlierLinks, ExternalFacts, FetchedLinks, IssueLinks, sample_messages};
use crate::config::Newsletter;
use crate::diagnostic::{Diagnostic, Problems, Severity};
use crate::issue::{ExaminedPictures, LoadedIssue, pictures_folder, template_texts};
use crate::ledger::sent_marker::SentMarker;
use crate::letter::Letter;
use crate::message::FrozenLetter;
use crate::model::IssueNumber;
use crate::parallel::on_all_cores;
use crate::subscribers::subscriber_list;

/// Everything that each issue of a newsletter is checked against, read once.
pub(crate) struct IssueChecker<'a> {
    newsletter: &'a Newsletter,
    renderer: LetterRenderer<'a>,
    earlier_links: EarlierLinks,
    template_texts: BTreeSet<String>,
    /// The pictures in `issues/img`, each examined once.
    pub(crate) pictures: Arc<ExaminedPictures>,
    sent_pages: BTreeMap<IssueNumber, BTreeSet<String>>,
    now: DateTime<Utc>,
    /// The results of the linked pages, when those were requested.
    pub(crate) fetched: Option<&'a FetchedLinks>,
    /// Scores the messages, when that is asked for.
    pub(super) spam_assassin: Option<SpamAssassin>,
}

impl<'a> IssueChecker<'a> {
    /// Reads the style sheet, the template of new issues and the sent markers. `links`: those of all issues that can be read.
    ///
    /// Errors when the style sheet or the template cannot be read.
    pub(super) fn new(newsletter: &'a Newsletter, links: &[&IssueLinks], now: DateTime<Utc>) -> Result<Self, Problems> {
        let markers = SentMarker::all(&newsletter.root);
        let sent_pages = markers.into_iter().map(|(number, marker)| (number, marker.pages().clone()));
        Ok(Self {
            newsletter,
            renderer: LetterRenderer::open(newsletter)?,
            earlier_links: EarlierLinks::of(links),
            template_texts: template_texts(&newsletter.root)?,
            pictures: Arc::new(ExaminedPictures::new(pictures_folder(&newsletter.root))),
            sent_pages: sent_pages.collect(),
            now,
            fetched: None,
            spam_assassin: None,
        })
    }

    /// Reads the same for a newsletter whose `issues` are loaded, all that can be read.
    ///
    /// Errors when the style sheet or the template cannot be read.
    pub(crate) fn of_loaded(
        newsletter: &'a Newsletter,
        issues: &[Arc<LoadedIssue>],
        now: DateTime<Utc>,
    ) -> Result<Self, Problems> {
        let links = on_all_cores(issues, |loaded| IssueLinks::of(loaded));
        Self::new(newsletter, &links.iter().collect::<Vec<_>>(), now)
    }

    /// Returns the links of all issues.
    pub(super) fn earlier_links(&self) -> &EarlierLinks {
        &self.earlier_links
    }

    /// Applies the rules to an issue. One that does not become a letter has that as its error.
    pub(crate) fn check(&self, loaded: &LoadedIssue) -> Vec<Diagnostic> {
        let found = self.renderer.render(&loaded.issue).and_then(|letter| self.findings(loaded, &letter));
        found.unwrap_or_else(|error| as_finding(&error))
    }

    /// Applies the rules to an issue whose letter is rendered already.
    pub(super) fn check_letter(&self, loaded: &LoadedIssue, letter: &Letter) -> Vec<Diagnostic> {
        self.findings(loaded, letter).unwrap_or_else(|error| as_finding(&error))
    }

    fn findings(&self, loaded: &LoadedIssue, letter: &Letter) -> anyhow::Result<Vec<Diagnostic>> {
        let frozen = FrozenLetter::freeze(letter, &self.newsletter.publication, &sample_stamp(self.now))?;
        let messages = sample_messages(&frozen);
        let spam_score = self.spam_assassin.map(|program| program.score(&messages[0])).transpose()?;
        let none = BTreeSet::new();
        let input = CheckInput {
            newsletter: self.newsletter,
            loaded,
            earlier_links: &self.earlier_links,
            style_sheet: self.renderer.style_sheet.as_ref(),
            template_texts: &self.template_texts,
            examine: &|file| self.pictures.examine(file),
            sent_pages: self.sent_pages.get(&loaded.issue.number).unwrap_or(&none),
            columns: &|| subscriber_list(self.newsletter).ok().map(|list| list.field_names()),
            now: self.now,
            external: ExternalFacts { fetched: self.fetched, spam_score: spam_score.as_ref() },
        };
        input.findings(&messages)
    }
}

fn as_finding(error: &anyhow::Error) -> Vec<Diagnostic> {
    vec![Diagnostic::new(Severity::Error, format!("{error:#}"), None)]
}
