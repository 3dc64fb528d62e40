//! Checks the configuration, the subscriber list and the issues, and collects every problem.

mod fetch_links;
mod fix;
mod fix_mode;
pub(crate) mod issue_checker;
mod link_cache;
pub(crate) mod list_findings;
mod list_in_git;
mod missing_pages;
pub(super) mod runner;
mod spam_assassin;
pub(crate) mod style_sheets;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::clock;
use super::readers::{letter_problems, subscriber_count};
use super::sent_issues::is_sent;
use crate::check;
use crate::config::{Newsletter, value_place};
use crate::diagnostic::{Diagnostic, Place, Problems, Severity};
use crate::fetch::{PageBatch, PageBatchResult};
use crate::format;
use crate::issue::{IssueFile, find_issue, issue_files, stray_files};
use crate::model::{IssueNumber, ReaderLetter};
use crate::subscribers::{audience, shown_columns};
use list_findings::{ListFindings, first_real_recipient};
use missing_pages::missing_pages;
use runner::CheckRunner;
use spam_assassin::SpamAssassin;

pub(crate) use fetch_links::fetch_links;
pub(crate) use fix::FixedIssue;
pub(crate) use fix_mode::FixMode;

/// The issues to check, and how.
#[derive(Debug, Default)]
pub(crate) struct CheckOptions<'a> {
    /// The issues, as they were typed; without any, all of them and the subscriber list.
    pub(crate) issues: &'a [String],
    /// Whether the linked pages are requested.
    pub(crate) online: bool,
    /// Whether remembered results of pages are ignored.
    pub(crate) refresh: bool,
    /// Whether `SpamAssassin` scores the messages.
    pub(crate) spam: bool,
    /// Whether addresses with exactly one right replacement are replaced.
    pub(crate) fix: Option<FixMode>,
}

/// The result of a check.
#[derive(Default)]
pub(crate) struct CheckReport {
    pub(crate) problems: Vec<Diagnostic>,
    /// The issues that were checked.
    pub(crate) checked: Vec<IssueNumber>,
    /// The letters to one reader that were checked because they were named.
    pub(crate) letters: Vec<ReaderLetter>,
    /// The checks that were left out.
    pub(crate) note: Option<String>,
    /// The results of the linked pages, when those were requested.
    pub(crate) links: Option<PageBatchResult>,
    /// The addresses that were replaced, or could be.
    pub(crate) fixed: Vec<FixedIssue>,
}

/// Checks the newsletter around `directory`. `begin_links` is called with the number of pages to request.
///
/// Errors when the check itself fails: no newsletter, no `SpamAssassin`, results of pages that cannot be kept.
pub(crate) fn check_newsletter(
    directory: &Path,
    options: &CheckOptions<'_>,
    begin_links: &mut dyn FnMut(usize),
) -> anyhow::Result<CheckReport> {
    // First, because a missing program is better reported before a long check.
    let spam = options.spam.then(SpamAssassin::find).transpose()?;
    let mut report = CheckReport::default();
    let newsletter = match Newsletter::open(directory) {
        Ok(newsletter) => newsletter,
        Err(error) => {
            // Problems of the configuration are findings; without a configuration no issue can be read.
            report.problems = error.downcast::<Problems>()?.0;
            return Ok(report);
        }
    };
    report.problems.extend(newsletter.warnings.iter().cloned());
    report.problems.extend(check::level_problems(&newsletter));
    let listed = issue_files(&newsletter.root);
    let files = listed.as_deref().unwrap_or_default();
    let (chosen, not_found) = issues_to_check(&newsletter, files, options.issues, directory);
    let prepare = |_| CheckRunner::prepare(&newsletter, files, &chosen, clock::now());
    let prepared = listed.as_ref().map_err(Problems::clone).and_then(prepare);
    report.problems.extend(CheckRunner::check_newsletter(&newsletter, &|| first_real_recipient(&newsletter)));
    report.add_letters(&newsletter, options.issues);
    if options.issues.is_empty() {
        let issues = prepared.as_ref().map(|runner| runner.issues.as_slice()).unwrap_or_default();
        let readable = issues.iter().filter_map(|(_, loaded)| loaded.as_ref().ok());
        report.add_list(&newsletter, &shown_columns(&newsletter, readable));
        match stray_files(&newsletter.root) {
            Ok(stray) => report.problems.extend(stray),
            Err(problems) => report.problems.extend(problems.0),
        }
    }
    match prepared {
        Ok(mut runner) => {
            runner.links.write();
            report.problems.extend(not_found);
            if options.issues.is_empty() {
                let all: Vec<_> = chosen.iter().map(|file| file.number).collect();
                report.problems.extend(missing_pages(&newsletter, &all));
            }
            runner.checker.spam_assassin = spam.filter(|_| check::is_on("spam-score", &newsletter.settings));
            let mut links = None;
            if options.online {
                let round = PageBatch { now: clock::now().timestamp(), use_cache: !options.refresh };
                links = Some(fetch_links(&newsletter, &runner.readable(), round, begin_links)?);
            }
            if let Some(mode) = options.fix {
                report.fixed = runner.fix(&newsletter, links.as_ref(), mode)?;
                if mode == FixMode::Write && !report.fixed.is_empty() {
                    let spam_assassin = runner.checker.spam_assassin;
                    runner = CheckRunner::prepare(&newsletter, files, &chosen, clock::now())?;
                    runner.checker.spam_assassin = spam_assassin;
                }
            }
            runner.checker.fetched = links.as_ref().map(|links| &links.results);
            report.add_issues(&newsletter, &runner);
            report.links = links;
        }
        Err(problems) => {
            // The folder of the issues may have been reported already.
            let new: Vec<_> = problems.0.into_iter().filter(|problem| !report.problems.contains(problem)).collect();
            report.problems.extend(new);
        }
    }
    Ok(report)
}

/// Returns those of `files` that `words` name, each once, and the problems of words without one; without any words, all.
fn issues_to_check(
    newsletter: &Newsletter,
    files: &[IssueFile],
    words: &[String],
    directory: &Path,
) -> (Vec<IssueFile>, Vec<Diagnostic>) {
    if words.is_empty() {
        return (files.to_vec(), Vec::new());
    }
    let sent = is_sent(newsletter);
    let (mut chosen, mut not_found): (Vec<IssueFile>, _) = (Vec::new(), Vec::new());
    for word in words.iter().filter(|word| ReaderLetter::from_word(word).is_none()) {
        match find_issue(files, word, directory, &sent) {
            Ok(file) if chosen.contains(file) => {}
            Ok(file) => chosen.push(file.clone()),
            Err(problems) => not_found.extend(problems.0),
        }
    }
    (chosen, not_found)
}

impl CheckReport {
    /// Checks the letters to one reader that `words` name; without any words, all that there are.
    fn add_letters(&mut self, newsletter: &Newsletter, words: &[String]) {
        self.letters.extend(words.iter().filter_map(|word| ReaderLetter::from_word(word)));
        let all = if words.is_empty() { ReaderLetter::ALL.as_slice() } else { &[] };
        for (letter, is_named) in
            self.letters.iter().map(|letter| (*letter, true)).chain(all.iter().map(|one| (*one, false)))
        {
            self.problems.extend(letter_problems(newsletter, letter, is_named));
        }
    }

    fn add_list(&mut self, newsletter: &Newsletter, shown: &BTreeSet<String>) {
        // A missing list is not a problem of the repository: subscriber lists are kept out of it.
        let Some(path) = &newsletter.settings.subscribers else { return };
        let in_ledger = subscriber_count(newsletter);
        if !path.exists() {
            if in_ledger > 0 {
                return;
            }
            let shown = path.strip_prefix(&newsletter.root).unwrap_or(path).display();
            self.note = Some(format!("there is no `{shown}` here, so the subscriber list was not checked"));
            return;
        }
        if in_ledger > 0 {
            let shown = path.strip_prefix(&newsletter.root).unwrap_or(path).display();
            let in_ledger = format::count(in_ledger);
            let message =
                format!("subscribers are in the ledger ({in_ledger}) and in `{shown}`; the ledger comes first");
            let help = "this is fine as long as you want both; `file = \"\"` under `[subscribers]` ends the list";
            self.problems.push(Diagnostic::new(Severity::Warning, message, None).help(help));
        }
        let in_git = list_in_git::list_in_git(newsletter);
        self.problems.extend(in_git.iter().flat_map(|list| check::git_findings(newsletter, list)));
        let found = || {
            let audience = audience(newsletter, shown)?;
            let in_list = ListFindings::of(newsletter, audience.list(), |line| audience.first_line_of(line))?.found;
            Ok(audience.warnings.into_iter().chain(audience.rejected).chain(in_list).collect())
        };
        self.problems.extend(found().unwrap_or_else(|problems: Problems| problems.0));
    }

    fn add_issues(&mut self, newsletter: &Newsletter, runner: &CheckRunner<'_>) {
        let mut found = runner.check_issues(&runner.readable()).into_iter();
        let mut elsewhere: Vec<(Diagnostic, Vec<Place>)> = Vec::new();
        for (file, loaded) in &runner.issues {
            self.checked.push(file.number);
            let loaded = match loaded {
                Ok(loaded) => loaded,
                Err(problems) => {
                    self.problems.extend(problems.0.iter().cloned());
                    self.problems.extend(runner.check_partially(newsletter, file, problems));
                    continue;
                }
            };
            self.problems.extend(loaded.warnings.iter().cloned());
            let title = Place { source: Arc::clone(&loaded.source), span: loaded.places.title.clone() };
            for found in found.next().unwrap_or_default() {
                let is_here = found.place.as_ref().is_some_and(|place| Arc::ptr_eq(&place.source, &loaded.source));
                match elsewhere.iter_mut().find(|(known, _)| *known == found) {
                    _ if is_here => self.problems.push(found),
                    Some((_, titles)) => titles.push(title.clone()),
                    None => elsewhere.push((found, vec![title.clone()])),
                }
            }
        }
        // A problem of the configuration or the style sheet is found again in every issue and reported once. One without
        // a place is reported at the titles of its issues, or at the name of the newsletter if all of them have it.
        for (found, titles) in elsewhere {
            if found.place.is_some() {
                self.problems.push(found);
            } else if titles.len() == self.checked.len() && titles.len() > 1 {
                let place = value_place(&newsletter.source, "newsletter", "name", None);
                self.problems.push(Diagnostic { place, ..found });
            } else {
                self.problems
                    .extend(titles.into_iter().map(|title| Diagnostic { place: Some(title), ..found.clone() }));
            }
        }
    }
}
