//! Finds the heading that is the title of a page.
//!
//! Titles in `<title>` and for sharing are often other words than those a reader sees: shorter, with the name of the site,
//! for search engines. They tell which heading is meant, and the heading is what is taken.

use std::collections::HashSet;

use super::headline::{self, End};
use super::markup::{Element, Markup};
use super::site_names::SiteNames;
use super::text::{printable, squashed};

/// The share of a title that a heading has to have, in per cent: less is a rubric.
const LEAST_OF_TITLE: usize = 50;

/// The share of words that a heading and a title of one page have in common, in per cent of the shorter.
const LEAST_SHARED: usize = 50;

/// The fewest words of a heading that cannot be the name of a site or a rubric.
const FEWEST_WORDS: usize = 3;

/// The most headings that are looked at.
const MOST_HEADINGS: usize = 1000;

/// The most elements inside a heading; what has more is no heading but an element that is never closed.
const MOST_INSIDE: usize = 100;

/// What stands between a rubric and the title in a heading: `Politics | A new mayor`.
const AFTER_RUBRIC: [char; 5] = ['|', '/', '•', '·', '»'];

/// What stands between a topic and the headline in a title.
const BEFORE_HEADLINE: [char; 7] = [':', '-', '–', '—', '|', '/', '·'];

/// A heading of a page.
struct Heading {
    index: usize,
    level: u8,
    /// Its words, without the name of the site.
    words: String,
    /// Its words, squashed.
    squashed: String,
    /// The same with what stands above the headline.
    whole: String,
    /// Whether it is marked as the headline.
    is_marked: bool,
    /// Whether it is not displayed.
    is_hidden: bool,
    /// Whether all of it leads elsewhere, as the names of sites and of rubrics do.
    is_link: bool,
}

/// A title that the page states elsewhere.
struct Title {
    /// Its words, without the name of the site.
    words: String,
    /// Its words, squashed.
    squashed: String,
    /// The same with the name of the site.
    whole: String,
}

/// Returns the heading of a page whose `<title>` and titles for sharing are `titles`.
pub(super) fn find(markup: &Markup, titles: &[&str], sites: &SiteNames) -> Option<String> {
    let titles: Vec<Title> = titles
        .iter()
        .map(|title| {
            let words = sites.cut(title).0;
            Title { squashed: squashed(&words), whole: squashed(title), words }
        })
        .collect();
    let headings = headings(markup, sites);
    let first: Vec<&Heading> = headings.iter().filter(|heading| heading.level == 1).collect();
    let only = sole(first.iter().copied().filter(|heading| !heading.is_hidden));
    titled(first.iter().copied(), &titles)
        .or_else(|| headings.iter().find(|heading| heading.level == 2 && is_one_of(heading, &titles)))
        .or_else(|| only.filter(|heading| shares_words(heading, &titles)))
        .or_else(|| titled(headings.iter().filter(|heading| heading.level > 1), &titles))
        .or_else(|| sole(headings.iter().filter(|heading| heading.is_marked)))
        .or_else(|| only.filter(|heading| is_sentence_of_its_own(heading, &titles)))
        .map(|heading| stated_part(markup, heading, &titles).unwrap_or_else(|| without_rubric(heading, &titles)))
}

/// Returns the only one of `headings`; one that is repeated is one.
fn sole<'h>(mut headings: impl Iterator<Item = &'h Heading>) -> Option<&'h Heading> {
    let first = headings.next()?;
    headings.all(|heading| heading.squashed == first.squashed).then_some(first)
}

/// Returns the last part of a heading, if it is a title, or what a title has behind a separator: before it is the topic,
/// in an element of its own.
fn stated_part(markup: &Markup, heading: &Heading, titles: &[Title]) -> Option<String> {
    let is_title = |end: &&End| {
        let own = squashed(&end.words);
        let is_end = heading.squashed.ends_with(&own) && own.len() < heading.squashed.len();
        let is_behind = |title: &Title| {
            let before = title.words.strip_suffix(end.words.as_str()).map(str::trim_end);
            end.is_apart
                && before.is_some_and(|before| before.ends_with(BEFORE_HEADLINE))
                && own.len() * 2 > heading.squashed.len()
        };
        is_end && !own.is_empty() && titles.iter().any(|title| title.squashed == own || is_behind(title))
    };
    headline::ends(markup, heading.index).iter().find(is_title).map(|end| end.words.clone())
}

/// Returns the headings that are not the name of the site.
fn headings(markup: &Markup, sites: &SiteNames) -> Vec<Heading> {
    let read = |(index, element): (usize, &Element)| {
        let words = sites.cut(&headline::words(markup, index)).0;
        let heading = Heading {
            index,
            level: element.name[1..].parse().ok()?,
            squashed: squashed(&words),
            whole: squashed(&sites.cut(&printable(&markup.text(index))).0),
            is_marked: headline::is_marked(markup, index),
            is_hidden: headline::is_hidden(element),
            is_link: markup.text_without(index, |inner| markup.elements[inner].is(&["a"])).is_empty(),
            words,
        };
        (!heading.squashed.is_empty() && !sites.is_site(&heading.words)).then_some(heading)
    };
    let named = markup.named(&["h1", "h2", "h3"]).filter(|(index, element)| element.end - index <= MOST_INSIDE);
    named.take(MOST_HEADINGS).filter_map(read).collect()
}

/// Returns the longest of `headings` that is most of a title.
fn titled<'h>(headings: impl Iterator<Item = &'h Heading>, titles: &[Title]) -> Option<&'h Heading> {
    let is_in = |title: &Title, own: &String| {
        title.whole.contains(own.as_str())
            && own.chars().count() * 100 >= title.squashed.chars().count() * LEAST_OF_TITLE
    };
    let mut best: Option<&Heading> = None;
    for heading in headings {
        let is_title = titles.iter().any(|title| is_in(title, &heading.squashed) || is_in(title, &heading.whole));
        if is_title && best.is_none_or(|best| heading.squashed.len() > best.squashed.len()) {
            best = Some(heading);
        }
    }
    best
}

fn is_one_of(heading: &Heading, titles: &[Title]) -> bool {
    titles.iter().any(|title| title.squashed == heading.squashed)
}

/// Returns whether a heading has words of a title: that is the same in other words then.
fn shares_words(heading: &Heading, titles: &[Title]) -> bool {
    let own = words(&heading.words);
    own.len() >= FEWEST_WORDS
        && titles.iter().any(|title| {
            let others = words(&title.words);
            own.intersection(&others).count() * 100 >= own.len().min(others.len()) * LEAST_SHARED
        })
}

/// Returns whether a heading says something that no title does, and is neither a name nor a rubric: those are short, lead
/// elsewhere, or are a part of the title.
fn is_sentence_of_its_own(heading: &Heading, titles: &[Title]) -> bool {
    words(&heading.words).len() >= FEWEST_WORDS
        && !heading.is_link
        && !titles.iter().any(|title| title.whole.contains(&heading.squashed))
}

/// Returns the words of a heading; where they end with a title, without the rubric before it.
fn without_rubric(heading: &Heading, titles: &[Title]) -> String {
    let is_end = |title: &&Title| {
        let before = heading.words.strip_suffix(title.words.as_str()).map(str::trim_end);
        before.is_some_and(|before| before.ends_with(AFTER_RUBRIC) && before.len() < title.words.len())
    };
    titles.iter().find(is_end).map_or_else(|| heading.words.clone(), |title| title.words.clone())
}

fn words(text: &str) -> HashSet<String> {
    text.split_whitespace().map(squashed).filter(|word| word.chars().count() > 2).collect()
}
