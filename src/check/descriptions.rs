//! Finds the links whose descriptions are exceptions: missing or long where those of the other links are not. A list of titles
//! and a section of essays are meant.

use super::word_count::prose_words;
use crate::model::{Issue, Item, Link};

/// Times the usual number of words of the issue's descriptions, above which one is an exception.
const EXCEPTIONAL: usize = 3;

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

/// Returns whether `issue` has a long description, also where most of them are.
pub(super) fn has_long_description(issue: &Issue) -> bool {
    issue.links().any(|link| prose_words(&link.description) > LONG_DESCRIPTION)
}

/// Returns the links with long descriptions that are exceptions, by their positions among all links of `issue`.
pub(super) fn long_descriptions(issue: &Issue) -> Vec<usize> {
    let words: Vec<usize> = issue.links().map(|link| prose_words(&link.description)).collect();
    let limit = LONG_DESCRIPTION.max(EXCEPTIONAL * usual(&words));
    let mut found = Vec::new();
    let mut next = 0;
    for section in &issue.sections {
        let links = next..next + section.links().count();
        let long: Vec<usize> = links.clone().filter(|&index| words[index] > limit).collect();
        if long.len() == 1 || MINORITY * long.len() <= links.len() {
            found.extend(long);
        }
        next = links.end;
    }
    found
}

/// Returns the median of `words`, the numbers of words of descriptions; 0 for a link without one does not count.
fn usual(words: &[usize]) -> usize {
    let mut described: Vec<usize> = words.iter().copied().filter(|&words| words > 0).collect();
    described.sort_unstable();
    described.get(described.len() / 2).copied().unwrap_or_default()
}
