//! Learns from earlier issues what a newsletter does again and again: announce an event until it is over, list pull requests
//! without descriptions. A rule reports a mistake, and what is done in issue after issue is none.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::model::IssueNumber;

/// Something that a section or an issue can do, and rules object to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Habit {
    /// A section repeats a link of an earlier issue.
    EarlierLink,
    /// A section has a link that the issue has twice.
    LinkTwice,
    /// An issue has a link without a description among others with one.
    BareLink,
    /// An issue has a long description.
    LongDescription,
    /// An issue has a link without TLS.
    PlainLink,
}

/// Earlier issues that count, of those with the section.
const RECENT: usize = 10;
/// How many of them make a habit.
const OFTEN: usize = 2;

/// The habit of each issue, by the title of the section; that of an issue as a whole under the empty title.
#[derive(Debug, Default)]
pub(super) struct Habits(HashMap<String, BTreeMap<IssueNumber, HashSet<Habit>>>);

impl Habits {
    /// Records that `issue` has the section `title`, and what it does there.
    pub(super) fn record(&mut self, issue: IssueNumber, title: &str, done: impl IntoIterator<Item = Habit>) {
        self.0.entry(title.to_owned()).or_default().entry(issue).or_default().extend(done);
    }

    /// Returns whether the section `title` has had the habit before `issue`: in two of the last ten issues with it.
    pub(super) fn has(&self, issue: IssueNumber, title: &str, habit: Habit) -> bool {
        let Some(issues) = self.0.get(title) else { return false };
        let recent = issues.range(..issue).rev().take(RECENT);
        recent.filter(|(_, done)| done.contains(&habit)).count() >= OFTEN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_of_the_last_ten_issues_did_is_a_habit() {
        let mut habits = Habits::default();
        for number in 1..=13 {
            let done = if number <= 2 { vec![Habit::BareLink, Habit::EarlierLink] } else { Vec::new() };
            habits.record(IssueNumber(number), "Jobs", done);
        }
        let has = |issue, title| habits.has(IssueNumber(issue), title, Habit::BareLink);
        assert_eq!([2, 3, 11, 12].map(|issue| has(issue, "Jobs")), [false, true, true, false]);
        assert!(!has(3, "Events") && !habits.has(IssueNumber(3), "Jobs", Habit::LinkTwice));
    }
}
