//! Finds the links whose descriptions are exceptions: missing or long where those of the other links are not. A list of titles
//! and a section of essays are meant.

use super::word_count::prose_words;
use crate::model::{Issue, Item, Link};

/// Words of a description that most readers still read.
pub(super) const LONG_DESCRIPTION: usize = 100;

/// The fewest links of a section that can be a list.
const LIST: usize = 3;

/// The links of a section for each long description that is an exception.
const MINORITY: usize = 4;

/// Returns the links without a description, by their positions among all links of `issue`.
pub(super) fn bare_links(issue: &Issue) -> Vec<usize> {
    let is_bare = |link: &&Link| link.description.is_empty();
    let (all, bare) = (issue.links().count(), issue.links().filter(is_bare).count());
    if 2 * bare >= all {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut next = 0;
    for section in &issue.sections {
        let (all, bare) = (section.links().count(), section.links().filter(is_bare).count());
        let is_list = all >= LIST && 2 * bare >= all;
        for item in section.items() {
            for link in item.links() {
                if is_bare(&link) && !is_list && !matches!(item, Item::List(_)) {
                    found.push(next);
                }
                next += 1;
            }
        }
    }
    found
}

/// Returns the links with long descriptions, by their positions among all links of `issue`.
pub(super) fn long_descriptions(issue: &Issue) -> Vec<usize> {
    let mut found = Vec::new();
    let mut next = 0;
    for section in &issue.sections {
        let links = next..next + section.links().count();
        let is_long = |link: &Link| prose_words(&link.description) > LONG_DESCRIPTION;
        let long: Vec<usize> =
            links.clone().zip(section.links()).filter(|(_, link)| is_long(link)).map(|(index, _)| index).collect();
        if long.len() == 1 || MINORITY * long.len() <= links.len() {
            found.extend(long);
        }
        next = links.end;
    }
    found
}
