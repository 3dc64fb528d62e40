//! Turns titles and texts of items into plain text on one line.

use crate::page::markup::Markup;
use crate::page::text::printable;

/// Elements that occur in titles. `<T>` is a word of a title about generics.
const INLINE: [&str; 29] = [
    "html", "a", "abbr", "b", "bdi", "big", "br", "cite", "code", "del", "div", "em", "font", "i", "img", "ins", "kbd",
    "mark", "p", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "tt", "u",
];

/// The most characters of an item's own words.
const LONGEST: usize = 600;

/// Returns a title without markup.
pub(super) fn title(text: &str) -> Option<String> {
    let markup = Markup::parse(text);
    let has_tags = markup.elements.len() > 1 && markup.elements.iter().all(|element| element.is(&INLINE));
    let decoded = |text: &str| Markup::parse(&text.replace('<', "&lt;")).text(0);
    // References may be written twice over.
    let plain = if has_tags { markup.text(0) } else { decoded(text) };
    Some(printable(&decoded(&plain))).filter(|title| !title.is_empty())
}

/// Returns the first paragraph of a text with markup.
pub(super) fn paragraph(text: &str) -> Option<String> {
    let markup = Markup::parse(text);
    let first = markup.named(&["p"]).map(|(index, _)| printable(&markup.text(index))).find(|text| !text.is_empty());
    let words = first.unwrap_or_else(|| printable(&markup.text(0)));
    if words.is_empty() {
        return None;
    }
    if words.chars().count() <= LONGEST {
        return Some(words);
    }
    let cut: String = words.chars().take(LONGEST).collect();
    let end = cut.rfind(char::is_whitespace).unwrap_or(cut.len());
    Some(format!("{}…", cut[..end].trim_end()))
}
