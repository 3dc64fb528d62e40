//! Gathers links under the topics that their tags name.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use url::form_urlencoded::byte_serialize;

use super::issue::{Issue, Link};
use super::issue_number::IssueNumber;

/// The topics of all issues, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topics<'a> {
    all: Vec<Topic<'a>>,
    /// The index of each topic, by the [`key`] of its tags.
    indices: BTreeMap<String, usize>,
}

/// A topic: all tags that differ only in capitals, spaces, hyphens and the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic<'a> {
    /// Its name: the tag as it is written most often.
    pub name: &'a str,
    /// Its links that nobody paid for, newest issue first.
    pub links: Vec<PlacedLink<'a>>,
    slug: String,
    /// The indices of the topics that its links have as well, those with most links in common first.
    related: Vec<usize>,
}

/// A link and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlacedLink<'a> {
    /// The issue it is in.
    pub issue: &'a Issue,
    /// Its position among all links of the issue, from 1.
    pub position: usize,
    /// The link.
    pub link: &'a Link,
}

/// The most bytes of a slug. File systems allow names of 255 bytes.
const LONGEST_SLUG: usize = 120;

/// The most topics that are shown beside one.
const MOST_RELATED: usize = 6;

impl Issue {
    /// Returns the links that nobody paid for, in order.
    pub fn own_links(&self) -> impl Iterator<Item = PlacedLink<'_>> {
        let placed =
            self.links().enumerate().map(|(index, link)| PlacedLink { issue: self, position: index + 1, link });
        placed.filter(|placed| !placed.link.sponsored)
    }
}

impl<'a> Topics<'a> {
    /// Gathers the topics of `issues`, newest first.
    pub fn new(issues: &[&'a Issue]) -> Self {
        let mut gathered: BTreeMap<String, Gathered<'a>> = BTreeMap::new();
        for placed in issues.iter().flat_map(|issue| issue.own_links()) {
            let mut seen = BTreeSet::new();
            for tag in &placed.link.tags {
                let key = key(tag);
                if key.is_empty() || !seen.insert(key.clone()) {
                    continue;
                }
                let gathered = gathered.entry(key).or_default();
                gathered.links.push(placed);
                *gathered.spellings.entry(tag.trim()).or_default() += 1;
            }
        }
        let slugs = slugs(&gathered);
        let indices: BTreeMap<String, usize> =
            gathered.keys().enumerate().map(|(index, key)| (key.clone(), index)).collect();
        let related = related(&gathered, &indices);
        let topics = gathered.into_iter().zip(slugs).zip(related);
        let all = topics.map(|(((_, gathered), slug), related)| Topic {
            name: gathered.name(),
            links: gathered.links,
            slug,
            related,
        });
        Self { all: all.collect(), indices }
    }

    /// Returns all topics, by name.
    pub fn all(&self) -> &[Topic<'a>] {
        &self.all
    }

    /// Returns the topics with most links, by name.
    pub fn largest(&self, count: usize) -> Vec<&Topic<'a>> {
        let mut indices: Vec<usize> = (0..self.all.len()).collect();
        indices.sort_by_key(|index| Reverse(self.all[*index].links.len()));
        indices.truncate(count);
        indices.sort_unstable();
        indices.into_iter().map(|index| &self.all[index]).collect()
    }

    /// Returns the topics of `issue`, in the order of its links.
    pub fn of_issue(&self, issue: &Issue) -> Vec<&Topic<'a>> {
        let mut seen = BTreeSet::new();
        let tags = issue.own_links().flat_map(|placed| &placed.link.tags);
        let indices = tags.filter_map(|tag| self.indices.get(&key(tag)).copied()).filter(|index| seen.insert(*index));
        indices.map(|index| &self.all[index]).collect()
    }

    /// Returns the topics that links of `topic` have as well, those with most links in common first.
    pub fn related(&self, topic: &Topic<'_>) -> Vec<&Topic<'a>> {
        topic.related.iter().map(|index| &self.all[*index]).collect()
    }
}

impl Topic<'_> {
    /// Returns the folder of its page in the web archive: `topics/formal-methods`.
    pub fn folder(&self) -> String {
        format!("topics/{}", self.slug)
    }

    /// Returns the same for an address, percent-encoded.
    pub fn address(&self) -> String {
        format!("topics/{}", byte_serialize(self.slug.as_bytes()).collect::<String>())
    }
}

/// The links of a topic, and how its tag is written.
#[derive(Default)]
struct Gathered<'a> {
    links: Vec<PlacedLink<'a>>,
    spellings: BTreeMap<&'a str, usize>,
}

impl<'a> Gathered<'a> {
    /// Returns the most frequent spelling; of several, the last by code point: `rust` before `Rust` before `RUST`.
    fn name(&self) -> &'a str {
        self.spellings.iter().max_by_key(|(_, count)| **count).map_or("", |(spelling, _)| spelling)
    }

    /// Where it was used first. A topic that comes later does not change the address of one that is there.
    fn first_use(&self) -> Option<(IssueNumber, usize)> {
        self.links.iter().map(|placed| (placed.issue.number, placed.position)).min()
    }
}

/// Returns what all tags of one topic have in common: capitals, the form of accents and widths, spaces, hyphens, underscores
/// and a `#` in front do not matter.
fn key(tag: &str) -> String {
    let folded: String = tag.nfkc().collect::<String>().to_lowercase().nfkc().collect();
    let words = folded.split(|character: char| character.is_whitespace() || character == '-' || character == '_');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ").trim_start_matches('#').trim_start().to_owned()
}

/// Returns the slugs of the topics, in their order. Of several that would have one slug, the first that was used has it, and
/// the others have it with a number.
fn slugs(gathered: &BTreeMap<String, Gathered<'_>>) -> Vec<String> {
    let mut by_use: Vec<(usize, &String, &Gathered<'_>)> =
        gathered.iter().enumerate().map(|(index, (key, gathered))| (index, key, gathered)).collect();
    by_use.sort_by_key(|(_, _, gathered)| gathered.first_use());
    let mut taken = BTreeSet::new();
    let mut slugs = vec![String::new(); gathered.len()];
    for (index, key, _) in by_use {
        let wanted = slug(key);
        let mut free = wanted.clone();
        let mut number = 2_u32;
        while !taken.insert(free.clone()) {
            free = format!("{wanted}-{number}");
            number += 1;
        }
        slugs[index] = free;
    }
    slugs
}

/// Returns the letters and digits of `key`, in any script, with hyphens between its words: `c++` is `c-plus-plus`.
fn slug(key: &str) -> String {
    let mut slug = String::new();
    let mut words = String::new();
    for character in key.chars() {
        match character {
            '+' => words.push_str(" plus "),
            '#' => words.push_str(" sharp "),
            '&' => words.push_str(" and "),
            '.' if words.trim().is_empty() => words.push_str("dot "),
            // Marks belong to the letters before them.
            character if character.is_alphanumeric() || is_combining_mark(character) => words.push(character),
            _ => words.push(' '),
        }
    }
    for word in words.split_whitespace() {
        let separator = usize::from(!slug.is_empty());
        let mut room = LONGEST_SLUG.saturating_sub(slug.len() + separator).min(word.len());
        while !word.is_char_boundary(room) {
            room -= 1;
        }
        if room == 0 {
            break;
        }
        slug.extend((separator == 1).then_some('-'));
        slug.push_str(&word[..room]);
    }
    // A tag of pictograms alone.
    if slug.is_empty() { "topic".to_owned() } else { slug }
}

/// Returns for each topic the indices of those that share links with it.
fn related(gathered: &BTreeMap<String, Gathered<'_>>, indices: &BTreeMap<String, usize>) -> Vec<Vec<usize>> {
    let sizes: Vec<usize> = gathered.values().map(|gathered| gathered.links.len()).collect();
    let related = gathered.iter().enumerate().map(|(this, (_, gathered))| {
        let mut common: BTreeMap<usize, usize> = BTreeMap::new();
        for placed in &gathered.links {
            let others: BTreeSet<usize> =
                placed.link.tags.iter().filter_map(|tag| indices.get(&key(tag)).copied()).collect();
            for other in others.into_iter().filter(|other| *other != this) {
                *common.entry(other).or_default() += 1;
            }
        }
        let mut others: Vec<(usize, usize)> = common.into_iter().collect();
        others.sort_by_key(|&(other, count)| (Reverse(count), Reverse(sizes[other]), other));
        others.into_iter().take(MOST_RELATED).map(|(other, _)| other).collect()
    });
    related.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_spaces_and_the_form_of_accents_make_no_topic_of_their_own() {
        let alike = [
            ("Formal Methods", "formal-methods"),
            ("#rust", " Rust "),
            ("snake_case", "snake case"),
            ("Caf\u{e9}", "cafe\u{301}"),
            ("ＴＬＡ", "tla"),
        ];
        for (one, other) in alike {
            assert_eq!(key(one), key(other));
        }
        for (one, other) in [("c", "c++"), ("c", "c#"), ("net", ".net"), ("r&d", "rd")] {
            assert_ne!(key(one), key(other));
        }
        assert_eq!(key("#"), "");
    }

    #[test]
    fn a_slug_has_the_letters_of_any_script() {
        let cases = [
            ("formal methods", "formal-methods"),
            ("c++", "c-plus-plus"),
            ("c#", "c-sharp"),
            (".net", "dot-net"),
            ("node.js", "node-js"),
            ("r&d", "r-and-d"),
            ("../../etc", "dot-etc"),
            ("מערכות מבוזרות", "מערכות-מבוזרות"),
            ("分散システム", "分散システム"),
            ("हिन्दी", "हिन्दी"),
            ("🦀", "topic"),
        ];
        for (tag, expected) in cases {
            assert_eq!(slug(&key(tag)), expected, "{tag}");
        }
        let long = slug(&"ש".repeat(300));
        assert_eq!((long.len(), long.chars().count()), (120, 60));
    }
}
