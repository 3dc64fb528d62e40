//! Reads a heading as its headline: without the line that newspapers put above it, and without what is not displayed.

use super::markup::{Element, Markup, Text};
use super::text::printable;

/// Words in the classes of what stands above a headline: the topic, the series, the place.
const ABOVE: [&str; 15] = [
    "dachzeile",
    "eyebrow",
    "kicker",
    "overline",
    "pretitle",
    "roofline",
    "spitzmarke",
    "subheadline",
    "subline",
    "subtitle",
    "supertitle",
    "titleheader",
    "topic-label",
    "topline",
    "toptitle",
];

/// Words in the classes of what only programs that read pages aloud have, such as the colon behind the topic.
const HIDDEN: [&str; 6] =
    ["aural", "element-invisible", "screen-reader", "sr-only", "visually-hidden", "visuallyhidden"];

/// What is left at the beginning where the line above was separated from the headline.
const SEPARATORS: [char; 7] = [':', '-', '–', '—', '|', '/', ' '];

/// Classes that microformats, and what is made like them, give the headline.
const MARKS: [&str; 4] = ["entry-title", "p-name", "post-title", "article-title"];

/// The most ends of a heading that are looked at.
const MOST_ENDS: usize = 10;

/// Returns the words of the heading `index`, or all of them if none would be left.
pub(super) fn words(markup: &Markup, index: usize) -> String {
    let start = start(markup, index);
    let is_apart = |inner: usize| {
        let element = &markup.elements[inner];
        let is_above = element.texts.end <= start && !element.texts.is_empty();
        let is_silent = element.attribute("aria-hidden").is_some_and(|hidden| hidden == "true");
        is_above || is_silent || is_hidden(element)
    };
    let words = printable(&markup.text_without(index, is_apart));
    let words = words.trim_start_matches(SEPARATORS);
    if words.is_empty() { printable(&markup.text(index)) } else { words.to_owned() }
}

/// Returns the text with which the headline begins: what is marked as above is so only where nothing is before it.
fn start(markup: &Markup, index: usize) -> usize {
    let heading = &markup.elements[index];
    let mut start = heading.texts.start;
    for inner in index + 1..heading.end {
        let element = &markup.elements[inner];
        if element.texts.start < start {
            continue;
        }
        let before = &markup.texts[start..element.texts.start];
        if before.iter().any(|text| text.content.contains(char::is_alphanumeric)) {
            break;
        }
        if element.is(&["time", "small"]) || has_class(element, &ABOVE) {
            start = element.texts.end;
        }
    }
    start
}

/// The end of a heading.
pub(super) struct End {
    /// Its words.
    pub(super) words: String,
    /// Whether all before it is in elements that are no emphasis: on a line of its own, or in another colour.
    pub(super) is_apart: bool,
}

/// Returns the ends of the heading `index` that begin where an element inside it begins or ends, the longest first.
pub(super) fn ends(markup: &Markup, index: usize) -> Vec<End> {
    let heading = &markup.elements[index];
    let inside = &markup.elements[index + 1..heading.end];
    let mut starts: Vec<usize> = inside.iter().flat_map(|inner| [inner.texts.start, inner.texts.end]).collect();
    starts.retain(|start| *start > heading.texts.start && *start < heading.texts.end);
    starts.sort_unstable();
    starts.dedup();
    let is_apart = |text: &Text| {
        let is_line = |own: usize| own != index && markup.elements[own].is(&["span", "div", "p", "small", "time"]);
        !text.content.contains(char::is_alphanumeric) || text.element.is_some_and(is_line)
    };
    let end = |start: usize| {
        let texts = markup.texts[start..heading.texts.end].iter().map(|text| &*text.content);
        let words = printable(&texts.collect::<String>()).trim_start_matches(SEPARATORS).to_owned();
        End { words, is_apart: markup.texts[heading.texts.start..start].iter().all(is_apart) }
    };
    starts.into_iter().take(MOST_ENDS).map(end).collect()
}

/// Returns whether the heading `index` is marked as the headline: in microdata, or as microformats do.
pub(super) fn is_marked(markup: &Markup, index: usize) -> bool {
    let heading = &markup.elements[index];
    let is_headline = |element: &Element| element.attribute("itemprop").is_some_and(|names| names.contains("headline"));
    let classes = heading.attribute("class").unwrap_or_default();
    is_headline(heading) || classes.split_whitespace().any(|class| MARKS.contains(&class))
}

/// Returns whether an element is not displayed, for programs that read aloud alone.
pub(super) fn is_hidden(element: &Element) -> bool {
    has_class(element, &HIDDEN)
}

fn has_class(element: &Element, words: &[&str]) -> bool {
    let classes = element.attribute("class").unwrap_or_default().to_ascii_lowercase();
    words.iter().any(|word| classes.contains(word))
}
