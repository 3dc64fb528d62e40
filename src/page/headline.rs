//! Reads a heading as its headline: without the line that newspapers put above it, and without what is not displayed.

use super::markup::Markup;
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

/// Returns the words of the heading `index`, or all of them if none would be left.
pub(super) fn words(markup: &Markup, index: usize) -> String {
    let start = start(markup, index);
    let is_apart = |inner: usize| {
        let element = &markup.elements[inner];
        let is_above = element.texts.end <= start && !element.texts.is_empty();
        let is_hidden = element.attribute("aria-hidden").is_some_and(|hidden| hidden == "true");
        is_above || is_hidden || has_class(markup, inner, &HIDDEN)
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
        if element.is(&["time"]) || has_class(markup, inner, &ABOVE) {
            start = element.texts.end;
        }
    }
    start
}

fn has_class(markup: &Markup, index: usize, words: &[&str]) -> bool {
    let classes = markup.elements[index].attribute("class").unwrap_or_default().to_ascii_lowercase();
    words.iter().any(|word| classes.contains(word))
}
