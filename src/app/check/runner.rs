//! Runs the rules over issues, the newsletter and its list, for `newsletter check` and `newsletter send`.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::issue_checker::IssueChecker;
use super::link_cache::LinkCache;
use super::style_sheets::check_style_sheets;
use crate::check::newsletter_findings;
use crate::config::Newsletter;
use crate::diagnostic::{Diagnostic, Place, Problems};
use crate::issue::{IssueFile, LoadedIssue};
use crate::letter::Letter;
use crate::parallel::on_all_cores;

/// A newsletter, read for the rules.
pub(crate) struct CheckRunner<'a> {
    /// The issues to check; those that cannot be read with the reasons.
    pub(super) issues: Vec<(IssueFile, Result<LoadedIssue, Problems>)>,
    pub(super) checker: IssueChecker<'a>,
    /// The links of all issues.
    pub(super) links: LinkCache,
}

impl<'a> CheckRunner<'a> {
    /// Reads the issues in `chosen`, the links of those in `files`, which are all, the style sheet and the template of new issues.
    ///
    /// Errors when the style sheet or the template cannot be read.
    pub(crate) fn prepare(
        newsletter: &'a Newsletter,
        files: &[IssueFile],
        chosen: &[IssueFile],
        now: DateTime<Utc>,
    ) -> Result<Self, Problems> {
        let read = on_all_cores(chosen, |file| newsletter.read_issue(file));
        let issues: Vec<_> = chosen.iter().cloned().zip(read).collect();
        let links = LinkCache::read(newsletter, files, &readable(&issues));
        let checker = IssueChecker::new(newsletter, &links.links(), now)?;
        Ok(Self { issues, checker, links })
    }

    /// Returns the issues to check that can be read.
    pub(super) fn readable(&self) -> Vec<&LoadedIssue> {
        readable(&self.issues)
    }

    /// Applies the rules to `issues`, on all cores. An issue that does not become a letter has that as its error.
    pub(crate) fn check_issues(&self, issues: &[&LoadedIssue]) -> Vec<Vec<Diagnostic>> {
        on_all_cores(issues, |issue| self.checker.check(issue))
    }

    /// Applies the rules to what can be read of an issue with the errors `problems`. What is missing is not missed: findings
    /// about the issue as a whole, and those in a table with an error, are left out.
    pub(super) fn check_partially(
        &self,
        newsletter: &Newsletter,
        file: &IssueFile,
        problems: &Problems,
    ) -> Vec<Diagnostic> {
        let Some(loaded) = newsletter.read_issue_partially(file) else { return Vec::new() };
        // The header of a table begins with a bracket in the first column.
        let headers: Vec<usize> = loaded.source.text.match_indices("\n[").map(|(at, sign)| at + sign.len()).collect();
        let table = |place: &Place| headers.partition_point(|header| *header <= place.span.start);
        let header = |place: &Place| usize::from(place.source.text[place.span.start..].starts_with('['));
        let wrong: BTreeSet<usize> = problems
            .0
            .iter()
            .filter_map(|problem| problem.place.as_ref())
            .map(|place| table(place) + header(place))
            .collect();
        let mut found = self.checker.check(&loaded);
        found.retain(|found| {
            found.place.as_ref().is_some_and(|place| {
                let is_here = Arc::ptr_eq(&place.source, &loaded.source) && place.span != loaded.places.title;
                is_here && !wrong.contains(&table(place))
            })
        });
        found
    }

    /// Applies the rules to an issue whose letter is rendered already.
    pub(crate) fn check_letter(&self, loaded: &LoadedIssue, letter: &Letter) -> Vec<Diagnostic> {
        self.checker.check_letter(loaded, letter)
    }

    /// Applies the rules about a newsletter and its style sheets. `real_recipient` finds a subscriber whose domain is not
    /// reserved for examples.
    pub(crate) fn check_newsletter(
        newsletter: &Newsletter,
        real_recipient: &dyn Fn() -> Option<String>,
    ) -> Vec<Diagnostic> {
        let mut found = newsletter_findings(newsletter, real_recipient);
        found.extend(check_style_sheets(newsletter));
        found
    }
}

fn readable(issues: &[(IssueFile, Result<LoadedIssue, Problems>)]) -> Vec<&LoadedIssue> {
    issues.iter().filter_map(|(_, loaded)| loaded.as_ref().ok()).collect()
}
