//! Looks up links in earlier issues, the dates of those, and what their sections do again and again.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::PathBuf;

use chrono::NaiveDate;
use url::Url;

use super::descriptions::{bare_links, has_long_description};
use super::habits::{Habit, Habits};
use super::outgoing_links::outgoing_links;
use crate::issue::LoadedIssue;
use crate::model::{Heading, Issue, IssueNumber, Link, Section};
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

/// A link's text about the page it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    title: String,
    fragment: Option<String>,
}

impl Mention {
    /// Returns what `link` says.
    pub(super) fn of(link: &Link) -> Self {
        let fragment = link.url.as_deref().and_then(|url| Some(Url::parse(url).ok()?.fragment()?.to_owned()));
        Self { title: link.plain_title(), fragment }
    }

    /// Returns the title of the link.
    pub(super) fn title(&self) -> &str {
        &self.title
    }

    /// Returns whether two links to one page announce two things: another version in the title, or another entry of a
    /// change log.
    pub(super) fn is_other(&self, other: &Self) -> bool {
        let (versions, others) = (versions(&self.title), versions(&other.title));
        let are_versions = !versions.is_empty() && !others.is_empty() && versions != others;
        let are_entries = self.title != other.title
            && matches!((&self.fragment, &other.fragment), (Some(one), Some(other)) if one != other);
        are_versions || are_entries
    }
}

/// Returns the version numbers in `title`, such as `1.0.0-1` and `v2.3`.
fn versions(title: &str) -> Vec<&str> {
    let words = title.split(|mark: char| mark.is_whitespace() || "()[]{},;:".contains(mark));
    let is_version = |word: &&str| {
        let mut digits = word.bytes().skip_while(|byte| !byte.is_ascii_digit()).skip_while(u8::is_ascii_digit);
        digits.next() == Some(b'.') && digits.next().is_some_and(|byte| byte.is_ascii_digit())
    };
    words.filter(is_version).collect()
}

impl EarlierLinks {
    /// Collects the links of `issues`.
    pub fn of<'a>(issues: impl IntoIterator<Item = &'a LoadedIssue>) -> Self {
        let issues: Vec<&LoadedIssue> = issues.into_iter().collect();
        let mut all = Self::default();
        for loaded in &issues {
            let number = loaded.issue.number;
            all.dates.insert(number, loaded.issue.date);
            for (link, places) in loaded.issue.links().zip(&loaded.places.links) {
                let before = &loaded.source.text[..places.url.start.min(loaded.source.text.len())];
                let Some(url) = &link.url else { continue };
                all.links.entry(normalize(url)).or_default().push(EarlierUse {
                    issue: number,
                    file: loaded.source.path.clone(),
                    line: before.matches('\n').count() + 1,
                    mention: Mention::of(link),
                });
            }
            for link in outgoing_links(&loaded.issue) {
                all.issues.entry(normalize(link.written)).or_default().insert(number);
            }
        }
        for loaded in issues {
            all.record_habits(&loaded.issue);
        }
        all
    }

    fn record_habits(&mut self, issue: &Issue) {
        let twice = links_twice(issue);
        for section in &issue.sections {
            let mut urls = section.links().filter_map(|link| link.url.as_deref());
            let repeats = section.links().any(|link| self.before(issue.number, link).is_some());
            let has_twice = urls.any(|url| twice.contains(&normalize(url)));
            let done = [(Habit::EarlierLink, repeats), (Habit::LinkTwice, has_twice)];
            self.record(issue, &section_title(section), &done);
        }
        let is_plain = outgoing_links(issue).iter().any(|link| link.page.scheme() == "http");
        let done = [
            (Habit::BareLink, !bare_links(issue).is_empty()),
            (Habit::LongDescription, has_long_description(issue)),
            (Habit::PlainLink, is_plain),
        ];
        self.record(issue, "", &done);
    }

    fn record(&mut self, issue: &Issue, title: &str, done: &[(Habit, bool)]) {
        let done = done.iter().filter_map(|(habit, is_done)| is_done.then_some(*habit));
        self.habits.record(issue.number, title, done);
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
        let uses = self.links.get(&normalize(link.url.as_deref()?))?;
        let last = uses.iter().filter(|one| one.issue < issue).max_by_key(|one| one.issue)?;
        let age = self.dates.get(&issue).zip(self.dates.get(&last.issue)).map(|(date, earlier)| *date - *earlier);
        let is_remembered = age.is_none_or(|age| age.num_days() <= REMEMBERED);
        (is_remembered && !last.mention.is_other(&Mention::of(link))).then_some(last)
    }

    /// Returns the issue before `issue`, and its date.
    pub(super) fn date_before(&self, issue: IssueNumber) -> Option<(IssueNumber, NaiveDate)> {
        self.dates.range(..issue).next_back().map(|(number, date)| (*number, *date))
    }
}

/// Returns the words by which a section is known from issue to issue.
fn section_title(section: &Section) -> String {
    section.heading.as_ref().map(Heading::plain).unwrap_or_default()
}

/// Returns the keys of the pages that `issue` has more than once.
pub(super) fn links_twice(issue: &Issue) -> HashSet<String> {
    let mut known = HashSet::new();
    let urls = issue.links().filter_map(|link| link.url.as_deref()).map(normalize);
    urls.filter(|url| !known.insert(url.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_version_and_another_entry_of_a_change_log_are_news() {
        let mention = |title: &str, fragment: Option<&str>| Mention {
            title: title.to_owned(),
            fragment: fragment.map(str::to_owned),
        };
        let is_other = |one, other| mention(one, None).is_other(&mention(other, None));
        assert!(is_other("{mirai} 1.1.0", "{mirai} 1.1.1") && is_other("App v2.3", "App v2.4 released"));
        assert!(!is_other("{mirai} 1.1.0", "{mirai} 1.1.0") && !is_other("{mirai}", "{mirai} 1.1.0"));
        assert!(!is_other("A talk", "The talk") && !is_other("Survey 2019", "Survey 2020"));
        let release = mention("Pandoc, spring", Some("3-1"));
        assert!(release.is_other(&mention("Pandoc, autumn", Some("3-4"))));
        assert!(!release.is_other(&mention("Pandoc, spring", Some("3-4"))));
        assert!(!release.is_other(&mention("Pandoc, autumn", None)));
    }
}
