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

/// Words in classes and identifiers of parts that are not the text.
const NOT_TEXT: [&str; 30] = [
    "comment",
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
    "disqus",
    "toc",
    "reflist",
    "navbox",
    "mw-editsection",
    "infobox",
    "references",
    "masthead",
    "tags",
];

/// Returns the minutes, or `None` for a page without a text of its own.
pub(super) fn minutes(markup: &Markup) -> Option<u32> {
    let (words, characters) = size(markup, main_text(markup)?);
    if words + characters / 2 < FEWEST {
        return None;
    }
    // Halves are rounded up; a text takes a minute at least.
    let minutes = (words * CHARACTERS + characters * WORDS + WORDS * CHARACTERS / 2) / (WORDS * CHARACTERS);
    u32::try_from(minutes.clamp(1, LONGEST)).ok()
}

/// Returns the element that holds most of the paragraphs.
fn main_text(markup: &Markup) -> Option<usize> {
    let mut scores = vec![0_usize; markup.elements.len()];
    let mut body = None;
    let mut skipped_until = 0;
    for (index, element) in markup.elements.iter().enumerate() {
        if element.is(&["body"]) {
            body = Some(index);
        }
        if index < skipped_until {
            continue;
        }
        if is_skipped(element) {
            skipped_until = element.end;
            continue;
        }
        if !element.is(&["p", "pre", "blockquote", "li", "td", "h2", "h3"]) {
            continue;
        }
        let length = markup.texts[element.texts.clone()].iter().map(|text| text.content.trim().len()).sum::<usize>();
        // A list of links has short items.
        if length < 25 || (element.is(&["li", "td"]) && length < 80) {
            continue;
        }
        let mut share = length;
        for outer in markup.ancestors(index).take(4) {
            scores[outer] += share;
            share = share * 2 / 3;
        }
    }
    let best = (0..scores.len())
        .filter(|index| !markup.elements[*index].is(&["p", "li", "ul", "ol"]))
        .max_by_key(|index| (scores[*index], usize::MAX - index));
    let best = best.filter(|index| scores[*index] > 0).or(body)?;
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
    Some(chosen)
}

fn is_skipped(element: &Element) -> bool {
    if element.is(&NOT_READ) {
        return true;
    }
    if element.is(&["body", "html", "article", "main"]) {
        return false;
    }
    let hidden = element.attribute("hidden").is_some()
        || element.attribute("aria-hidden").is_some_and(|hidden| hidden == "true")
        || element.attribute("style").is_some_and(|style| style.replace(' ', "").contains("display:none"));
    let named = |key: &str| {
        element.attribute(key).is_some_and(|value| {
            let value = value.to_ascii_lowercase();
            let mut words = value.split([' ', '_']);
            words.any(|word| NOT_TEXT.iter().any(|not| word.starts_with(not) || word.ends_with(not)))
        })
    };
    hidden
        || named("class")
        || named("id")
        || element
            .attribute("role")
            .is_some_and(|role| matches!(role, "navigation" | "complementary" | "banner" | "contentinfo"))
}

/// Returns the words and the wide characters of the text in the element `top`.
fn size(markup: &Markup, top: usize) -> (usize, usize) {
    let mut words = 0;
    let mut characters = 0;
    let mut index = top;
    let mut skipped: Vec<std::ops::Range<usize>> = Vec::new();
    while index < markup.elements[top].end {
        let element = &markup.elements[index];
        if index != top && is_skipped(element) {
            skipped.push(element.texts.clone());
            index = element.end;
        } else {
            index += 1;
        }
    }
    let mut skipped = skipped.into_iter().peekable();
    for at in markup.elements[top].texts.clone() {
        while skipped.next_if(|range| range.end <= at).is_some() {}
        if skipped.peek().is_some_and(|range| range.contains(&at)) {
            continue;
        }
        let text = &markup.texts[at].content;
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
