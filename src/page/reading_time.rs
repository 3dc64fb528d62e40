//! Estimates the minutes that the main text of a page takes to read.

use unicode_segmentation::UnicodeSegmentation;

use super::markup::{Element, Markup};

/// Words that a reader takes in in a minute.
const WORDS: usize = 230;

/// Chinese, Japanese and Korean characters that a reader takes in in a minute.
const CHARACTERS: usize = 450;

/// The fewest words of a text: less is a teaser, or what a script will replace.
const FEWEST: usize = 100;

/// The longest time that is believed, in minutes.
const LONGEST: usize = 600;

/// Elements whose text is not read.
const NOT_READ: [&str; 19] = [
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "aside",
    "footer",
    "form",
    "button",
    "select",
    "svg",
    "iframe",
    "figcaption",
    "textarea",
    "title",
    "head",
    "object",
    "dialog",
    "menu",
];

/// Words in classes and identifiers of what readers wrote, which may be longer than the text.
const OF_READERS: [&str; 2] = ["comment", "disqus"];

/// Words in classes and identifiers of parts that are not the text.
const NOT_TEXT: [&str; 28] = [
    "sidebar",
    "related",
    "share",
    "social",
    "footer",
    "promo",
    "newsletter",
    "cookie",
    "breadcrumb",
    "widget",
    "menu",
    "navigation",
    "navbar",
    "popup",
    "modal",
    "advert",
    "sponsor",
    "recommend",
    "pagination",
    "author-bio",
    "toc",
    "reflist",
    "navbox",
    "mw-editsection",
    "infobox",
    "references",
    "masthead",
    "tags",
];

/// Elements that hold a paragraph if they have words of their own.
const BLOCKS: [&str; 14] =
    ["p", "pre", "blockquote", "li", "td", "dd", "h2", "h3", "div", "section", "article", "main", "body", "figure"];

/// The fewest bytes of a paragraph, and of an item of a list or table: shorter ones are labels.
const SHORTEST: usize = 25;
const SHORTEST_ITEM: usize = 80;

/// Returns the minutes, or `None` for a page without a text of its own.
pub(super) fn minutes(markup: &Markup) -> Option<u32> {
    let is_apart = apart(markup);
    let (words, characters) = size(markup, main_text(markup, &is_apart)?, &is_apart);
    if words + characters / 2 < FEWEST {
        return None;
    }
    // Halves are rounded up; a text takes a minute at least.
    let minutes = (words * CHARACTERS + characters * WORDS + WORDS * CHARACTERS / 2) / (WORDS * CHARACTERS);
    u32::try_from(minutes.clamp(1, LONGEST)).ok()
}

/// Returns of each element whether `test` holds for it or for an element around it.
fn inherited(markup: &Markup, test: impl Fn(&Element) -> bool) -> Vec<bool> {
    let mut found: Vec<bool> = Vec::with_capacity(markup.elements.len());
    for element in &markup.elements {
        found.push(element.parent.is_some_and(|outer| found[outer]) || test(element));
    }
    found
}

/// Returns of each element whether its text is apart from the main text. What has most of the words of a page is not,
/// whatever its class says, unless readers wrote it.
fn apart(markup: &Markup) -> Vec<bool> {
    let is_unread = inherited(markup, |element| element.is(&NOT_READ));
    let is_linked = inherited(markup, |element| element.is(&["a"]));
    let mut sizes = vec![0_usize];
    for text in &markup.texts {
        let is_word = text.element.is_some_and(|own| !is_unread[own] && !is_linked[own]);
        sizes.push(sizes[sizes.len() - 1] + if is_word { text.content.trim().len() } else { 0 });
    }
    let all = sizes[markup.texts.len()];
    let is_most = |element: &Element| (sizes[element.texts.end] - sizes[element.texts.start]) * 2 > all;
    inherited(markup, |element| {
        let is_beside = |element: &Element| is_hidden(element) || is_named(element, &NOT_TEXT);
        let can_be_beside = !element.is(&["body", "html", "article", "main"]);
        element.is(&NOT_READ)
            || (can_be_beside && (is_named(element, &OF_READERS) || (is_beside(element) && !is_most(element))))
    })
}

/// Returns the element that holds most of the paragraphs.
fn main_text(markup: &Markup, is_apart: &[bool]) -> Option<usize> {
    let is_linked = inherited(markup, |element| element.is(&["a"]));
    // The words of each block that are its own and no links.
    let mut blocks: Vec<usize> = Vec::with_capacity(markup.elements.len());
    for (index, element) in markup.elements.iter().enumerate() {
        let outer = element.parent.map_or(0, |outer| blocks[outer]);
        blocks.push(if element.is(&BLOCKS) { index } else { outer });
    }
    let mut lengths = vec![0_usize; markup.elements.len()];
    for text in &markup.texts {
        if let Some(own) = text.element.filter(|own| !is_apart[*own] && !is_linked[*own]) {
            lengths[blocks[own]] += text.content.trim().len();
        }
    }
    let mut scores = vec![0_usize; markup.elements.len()];
    for (index, element) in markup.elements.iter().enumerate() {
        let shortest = if element.is(&["li", "td", "div"]) { SHORTEST_ITEM } else { SHORTEST };
        if lengths[index] < shortest {
            continue;
        }
        let mut share = lengths[index];
        for outer in markup.ancestors(index).take(4) {
            scores[outer] += share;
            share = share * 2 / 3;
        }
    }
    let best = (0..scores.len())
        .filter(|index| !markup.elements[*index].is(&["p", "li", "ul", "ol"]))
        .max_by_key(|index| (scores[*index], usize::MAX - index));
    let body = || markup.named(&["body"]).map(|(index, _)| index).last();
    let best = best.filter(|index| scores[*index] > 0).or_else(body)?;
    // Parts of one text can be beside each other: the element around them has them all.
    let mut chosen = best;
    for outer in markup.ancestors(best) {
        if markup.elements[outer].is(&["body", "html"]) {
            break;
        }
        if scores[outer] * 4 > scores[chosen] * 3 {
            chosen = outer;
        }
    }
    Some(markup.ancestors(chosen).find(|outer| markup.elements[*outer].is(&["article"])).unwrap_or(chosen))
}

fn is_hidden(element: &Element) -> bool {
    element.attribute("hidden").is_some()
        || element.attribute("aria-hidden").is_some_and(|hidden| hidden == "true")
        || element.attribute("style").is_some_and(|style| style.replace(' ', "").contains("display:none"))
        || element
            .attribute("role")
            .is_some_and(|role| matches!(role, "navigation" | "complementary" | "banner" | "contentinfo"))
}

/// Returns whether a word of the class or the identifier begins or ends with one of `names`.
fn is_named(element: &Element, names: &[&str]) -> bool {
    ["class", "id"].iter().filter_map(|key| element.attribute(key)).any(|value| {
        let value = value.to_ascii_lowercase();
        let mut words = value.split([' ', '_']);
        words.any(|word| names.iter().any(|name| word.starts_with(name) || word.ends_with(name)))
    })
}

/// Returns the words and the wide characters of the text in the element `top`.
fn size(markup: &Markup, top: usize, is_apart: &[bool]) -> (usize, usize) {
    let mut words = 0;
    let mut characters = 0;
    for text in &markup.texts[markup.elements[top].texts.clone()] {
        if text.element.is_none_or(|own| is_apart[own]) {
            continue;
        }
        let text = &text.content;
        if text.is_ascii() {
            words += text
                .split_ascii_whitespace()
                .filter(|word| word.bytes().any(|byte| byte.is_ascii_alphanumeric()))
                .count();
            continue;
        }
        for word in text.unicode_words() {
            let wide = word.chars().filter(|character| is_wide(*character)).count();
            characters += wide;
            words += usize::from(wide == 0);
        }
    }
    (words, characters)
}

fn is_wide(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests;
