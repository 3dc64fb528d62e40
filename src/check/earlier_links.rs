//! Looks up links in earlier issues, the dates of those, and what their sections do again and again.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use chrono::NaiveDate;

use super::habits::{Habit, Habits};
use super::issue_links::{IssueLinks, Mention, section_title};
use crate::model::{IssueNumber, Link, Section};
use crate::page::address::normalize;

/// Earlier issues that make a link a standing one, announced again and again.
const STANDING: usize = 2;

/// Readers who saw a link longer ago have forgotten it, in days.
const REMEMBERED: i64 = 366;

/// The links of all issues, by the key of their page, the dates of the issues, and their habits. Lookups name an issue and see
/// only earlier ones.
#[derive(Debug, Default)]
pub struct EarlierLinks {
    links: HashMap<String, Vec<EarlierUse>>,
    /// The issues that contain a URL in any place.
    issues: HashMap<String, BTreeSet<IssueNumber>>,
    dates: BTreeMap<IssueNumber, NaiveDate>,
    habits: Habits,
}

/// An earlier use of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EarlierUse {
    /// The issue.
    pub(super) issue: IssueNumber,
    /// Its file.
    pub(super) file: PathBuf,
    /// The line of the URL in it, from 1.
    pub(super) line: usize,
    /// Its text there.
    pub(super) mention: Mention,
}

impl EarlierLinks {
    /// Collects the links of all issues.
    pub fn of(issues: &[&IssueLinks]) -> Self {
        let mut all = Self::default();
        for of_issue in issues {
            all.dates.insert(of_issue.number, of_issue.date);
            for link in of_issue.sections.iter().flat_map(|section| &section.links) {
                let found = EarlierUse {
                    issue: of_issue.number,
                    file: of_issue.file.clone(),
                    line: link.line,
                    mention: link.mention.clone(),
                };
                all.links.entry(link.key.clone()).or_default().push(found);
            }
            for key in &of_issue.outgoing {
                all.issues.entry(key.clone()).or_default().insert(of_issue.number);
            }
        }
        for of_issue in issues {
            all.record_habits(of_issue);
        }
        all
    }

    fn record_habits(&mut self, links: &IssueLinks) {
        for section in &links.sections {
            let mut uses = section.links.iter();
            let repeats = uses.any(|link| self.last_use(links.number, &link.key, &link.mention).is_some());
            let repeats = repeats.then_some(Habit::EarlierLink);
            self.habits.record(links.number, &section.title, section.habits.iter().copied().chain(repeats));
        }
        self.habits.record(links.number, "", links.habits.iter().copied());
    }

    /// Returns whether the newsletter has had the habit before `issue`.
    pub(super) fn is_habit(&self, issue: IssueNumber, habit: Habit) -> bool {
        self.habits.has(issue, "", habit)
    }

    /// Returns whether the sections with the title of `section` have had the habit before `issue`.
    pub(super) fn is_habit_of(&self, section: &Section, issue: IssueNumber, habit: Habit) -> bool {
        self.habits.has(issue, &section_title(section), habit)
    }

    /// Returns whether `url` is a standing link: it is in two earlier issues, and was reported there.
    pub(super) fn is_standing(&self, issue: IssueNumber, url: &str) -> bool {
        self.issues.get(&normalize(url)).is_some_and(|issues| issues.range(..issue).count() >= STANDING)
    }

    /// Returns the last use of the URL of `link` in the year before `issue`, if it announced the same.
    pub(super) fn before(&self, issue: IssueNumber, link: &Link) -> Option<&EarlierUse> {
        self.last_use(issue, &normalize(link.url.as_deref()?), &Mention::of(link))
    }

    /// Returns the last use of the page with this key in the year before `issue`, if it announced what `mention` does.
    fn last_use(&self, issue: IssueNumber, key: &str, mention: &Mention) -> Option<&EarlierUse> {
        let uses = self.links.get(key)?;
        let last = uses.iter().filter(|one| one.issue < issue).max_by_key(|one| one.issue)?;
        let age = self.dates.get(&issue).zip(self.dates.get(&last.issue)).map(|(date, earlier)| *date - *earlier);
        let is_remembered = age.is_none_or(|age| age.num_days() <= REMEMBERED);
        (is_remembered && !last.mention.is_other(mention)).then_some(last)
    }

    /// Returns the issue before `issue`, and its date.
    pub(super) fn date_before(&self, issue: IssueNumber) -> Option<(IssueNumber, NaiveDate)> {
        self.dates.range(..issue).next_back().map(|(number, date)| (*number, *date))
    }
}
