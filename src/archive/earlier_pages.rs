//! Holds the addresses that pages of issues had before. Letters, feeds and other sites link to them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Issue, IssueNumber};

/// The folders in which the pages of issues are or were, by issue: `42-slug`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EarlierPages(BTreeMap<IssueNumber, BTreeSet<String>>);

impl EarlierPages {
    /// Adds a folder of the archive, unless its name is not that of an issue's page.
    pub fn add(&mut self, folder: &str) {
        if let Some(number) = IssueNumber::of_path(folder) {
            self.0.entry(number).or_default().insert(folder.to_owned());
        }
    }

    /// Returns the folders in which the page of `issue` was but is not any more.
    pub(super) fn of(&self, issue: &Issue) -> Vec<&str> {
        let current = issue.path();
        let all = self.0.get(&issue.number).into_iter().flatten();
        all.map(String::as_str).filter(|folder| *folder != current).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_pages_are_addresses() {
        let names = ["42", "42-a-slug-2", "042-slug", "42-", "42-Slug", "img", "42/..", "..", "+42", "", "42-slug/x"];
        let mut pages = EarlierPages::default();
        for name in names {
            pages.add(name);
        }
        let expected = [(IssueNumber(42), ["42", "42-a-slug-2"].map(str::to_owned).into())];
        assert_eq!(pages, EarlierPages(expected.into()));
    }
}
