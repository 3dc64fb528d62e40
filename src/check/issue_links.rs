//! Reads what the rules remember of one issue: its links by the keys of their pages, and what it does that may be a habit.

use std::collections::HashSet;
use std::path::PathBuf;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use url::Url;

use super::descriptions::{bare_links, has_long_description};
use super::habits::Habit;
use super::outgoing_links::outgoing_links;
use crate::issue::LoadedIssue;
use crate::model::{Heading, Issue, IssueNumber, Link, Section};
use crate::page::address::normalize;

/// What the rules remember of an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueLinks {
    pub(super) number: IssueNumber,
    pub(super) date: NaiveDate,
    /// Its file, relative to the newsletter's folder.
    pub(super) file: PathBuf,
    /// The keys of every address in it.
    pub(super) outgoing: Vec<String>,
    pub(super) sections: Vec<SectionLinks>,
    /// What it does as a whole.
    pub(super) habits: Vec<Habit>,
}

/// The links of a section, and what it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SectionLinks {
    pub(super) title: String,
    pub(super) links: Vec<LinkUse>,
    pub(super) habits: Vec<Habit>,
}

/// A link in an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LinkUse {
    /// The key of its page.
    pub(super) key: String,
    /// The line of its URL, from 1.
    pub(super) line: usize,
    pub(super) mention: Mention,
}

/// A link's text about the page it leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mention {
    title: String,
    fragment: Option<String>,
}

impl Mention {
    /// Returns what `link` says.
    pub(super) fn of(link: &Link) -> Self {
        let with_fragment = link.url.as_deref().filter(|url| url.contains('#'));
        let fragment = with_fragment.and_then(|url| Some(Url::parse(url).ok()?.fragment()?.to_owned()));
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

impl IssueLinks {
    /// Reads the links of `loaded`.
    pub fn of(loaded: &LoadedIssue) -> Self {
        let issue = &loaded.issue;
        let mut sections = Vec::new();
        let mut places = loaded.places.links.iter();
        for section in &issue.sections {
            let mut links = Vec::new();
            for (link, places) in section.links().zip(&mut places) {
                let Some(url) = &link.url else { continue };
                let before = &loaded.source.text[..places.url.start.min(loaded.source.text.len())];
                let line = before.matches('\n').count() + 1;
                links.push(LinkUse { key: normalize(url), line, mention: Mention::of(link) });
            }
            sections.push(SectionLinks { title: section_title(section), links, habits: Vec::new() });
        }
        let twice =
            twice(sections.iter().flat_map(|section: &SectionLinks| &section.links).map(|link| link.key.as_str()));
        for section in &mut sections {
            let has_twice = section.links.iter().any(|link| twice.contains(&link.key));
            section.habits.extend(has_twice.then_some(Habit::LinkTwice));
        }
        let outgoing = outgoing_links(issue);
        let done = [
            (Habit::BareLink, !bare_links(issue).is_empty()),
            (Habit::LongDescription, has_long_description(issue)),
            (Habit::PlainLink, outgoing.iter().any(|link| link.page.scheme() == "http")),
        ];
        Self {
            number: issue.number,
            date: issue.date,
            file: loaded.source.path.clone(),
            outgoing: outgoing.iter().map(|link| normalize(link.written)).collect(),
            sections,
            habits: done.iter().filter_map(|(habit, is_done)| is_done.then_some(*habit)).collect(),
        }
    }
}

/// Returns the words by which a section is known from issue to issue.
pub(super) fn section_title(section: &Section) -> String {
    section.heading.as_ref().map(Heading::plain).unwrap_or_default()
}

/// Returns the keys of the pages that `issue` has more than once.
pub(super) fn links_twice(issue: &Issue) -> HashSet<String> {
    let keys: Vec<String> = issue.links().filter_map(|link| link.url.as_deref()).map(normalize).collect();
    twice(keys.iter().map(String::as_str))
}

/// Returns those of `keys` that come more than once.
fn twice<'a>(keys: impl Iterator<Item = &'a str>) -> HashSet<String> {
    let mut known = HashSet::new();
    keys.filter(|key| !known.insert(*key)).map(str::to_owned).collect()
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
