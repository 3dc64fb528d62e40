//! Rules about how a letter looks: what is visible, legible and of a sensible size.

use std::collections::BTreeSet;

use crate::check::contrast::low_contrast;
use crate::check::issue_context::{IssueContext, UsedDeclaration};
use crate::check::rule::{Check, Finding, Rule};
use crate::diagnostic::{Severity, quote};
use crate::html::css::Declaration;
use crate::html::document::{Document, TextNode};

pub(super) const RULES: [Rule; 8] =
    [CSS_HIDDEN, LAYOUT_WIDTH, FONT_SIZE, TEXT_OVERLAP, CONTRAST, CONTRAST_DARK, LINK_UNDERLINE, TEXT_JUSTIFIED];

const CSS_HIDDEN: Rule = Rule {
    name: "css-hidden",
    level: Severity::Error,
    what: "Nothing is hidden except a preheader of at most 150 characters.",
    why: "Gmail forbids hiding content with HTML and CSS, and SpamAssassin adds points for invisible text.",
    example: ".meta { color: #ffffff }, white on white",
    source: "Gmail's sender guidelines; SpamAssassin HTML_TEXT_INVISIBLE_*, HTML_FONT_LOW_CONTRAST",
    check: Check::Issue(css_hidden),
};

/// The most that an inbox shows, in characters.
const LONGEST_PREHEADER: usize = 150;

fn css_hidden(context: &IssueContext<'_>) -> Vec<Finding> {
    let document = &context.document;
    let mut found = Vec::new();
    let mut preheader = false;
    let (mut blocks, mut places) = (Vec::new(), Vec::new());
    for text in &document.texts {
        let words = text.content.trim();
        let in_head = std::iter::once(text.element)
            .chain(document.ancestors(text.element))
            .any(|index| document.elements[index].is(&["head"]));
        if in_head || words.is_empty() || !context.light_styles()[text.element].is_invisible() {
            continue;
        }
        let first = !std::mem::replace(&mut preheader, true);
        if first && words == context.issue().preheader.trim() {
            let length = words.chars().count();
            if length > LONGEST_PREHEADER {
                let wrong = format!(
                    "the preheader is hidden text of {length} characters; inboxes show {LONGEST_PREHEADER} of them"
                );
                found.push(Finding::new(wrong).at(context.place_in_issue(&context.places().preheader)));
            }
            continue;
        }
        let block = block(document, text.element);
        if !blocks.contains(&block) {
            blocks.push(block);
            let words = document.text_content(block);
            let style = document.elements[block].declaration("color");
            let place =
                style.and_then(|style| context.place_of_style(style, block)).or_else(|| context.place_of(&words));
            // One mistake in a style sheet hides many blocks; the first shows it.
            if place.is_none() || !places.contains(&place) {
                places.push(place.clone());
                found.push(Finding::new(format!("{} is invisible", quote(&words))).at(place));
            }
        }
    }
    found
}

/// Returns the paragraph, cell or other block that `element` is or is in.
fn block(document: &Document<'_>, element: usize) -> usize {
    let is_inline = |index: &usize| {
        document.elements[*index].is(&["a", "b", "bdi", "code", "em", "i", "span", "strong", "small", "u"])
    };
    std::iter::once(element).chain(document.ancestors(element)).find(|index| !is_inline(index)).unwrap_or(element)
}

const LAYOUT_WIDTH: Rule = Rule {
    name: "layout-width",
    level: Severity::Warning,
    what: "The letter is at most 600 pixels wide, and nothing in it has a fixed width above 640.",
    why: "Reading panes are narrower than browsers; a wide letter scrolls sideways.",
    example: ".block { width: 800px }",
    source: "what mail clients show",
    check: Check::Issue(layout_width),
};

/// In pixels.
const WIDEST: f64 = 640.0;

fn layout_width(context: &IssueContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut has_limit = false;
    for element in &context.document.elements {
        let attribute = element.attribute("width").and_then(|width| width.parse::<f64>().ok());
        let style = element.declaration("width").and_then(Declaration::pixels);
        if let Some(width) = [attribute, style].into_iter().flatten().find(|&width| width > WIDEST) {
            found.push(Finding::new(format!("`<{}>` is {width} pixels wide; the limit is {WIDEST}", element.name)));
        }
        let most = element.declaration("max-width").and_then(Declaration::pixels);
        has_limit |= element.is(&["table", "div"]) && most.is_some_and(|most| (400.0..=WIDEST).contains(&most));
    }
    if !has_limit {
        let finding = Finding::new("nothing limits the letter to 600 pixels");
        found.push(finding.help("set `max-width: 600px` on the tables"));
    }
    found
}

const FONT_SIZE: Rule = Rule {
    name: "font-size",
    level: Severity::Warning,
    what: "Text is at least 14 pixels large, small print and blocks of code at least 12, and every list of fonts ends in a \
           generic one.",
    why: "iOS enlarges smaller text, and breaks the layout; elsewhere it is not read.",
    example: "font-size: 11px",
    source: "WCAG 2.2, 1.4.4; caniemail: css-font",
    check: Check::Issue(font_size),
};

/// In pixels.
const SMALLEST: f64 = 12.0;
/// Of longer texts, in pixels.
const SMALLEST_BODY: f64 = 14.0;
/// Characters beyond which a text is not small print.
const PARAGRAPH: usize = 200;

/// The generic font families (CSS Fonts 4, 2.1.1), and the keywords that refer to another value.
const GENERIC: [&str; 7] = ["serif", "sans-serif", "monospace", "cursive", "fantasy", "inherit", "initial"];

fn font_size(context: &IssueContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for text in &context.document.texts {
        let style = context.light_styles()[text.element];
        let words = text.content.trim();
        let is_code = context.document.elements[text.element].is(&["pre"])
            || context.document.ancestors(text.element).any(|around| context.document.elements[around].is(&["pre"]));
        let is_long = words.chars().count() > PARAGRAPH && !is_code;
        let least = if is_long { SMALLEST_BODY } else { SMALLEST };
        if words.is_empty() || style.is_invisible() || style.font_size >= least {
            continue;
        }
        if seen.insert(style.font_size.to_bits()) {
            let wrong = format!("text of {} pixels, less than {least}: {}", style.font_size, quote(words));
            found.push(Finding::new(wrong).at(context.place_in_sheet(&format!("{}px", style.font_size))));
        }
    }
    let mut lists = BTreeSet::new();
    for used in context.declarations() {
        let declaration = used.declaration;
        let is_list = declaration.property == "font-family" || declaration.property == "font";
        let last = declaration.value.rsplit([',', ' ']).next().unwrap_or_default();
        if is_list && !GENERIC.contains(&last) && lists.insert(declaration.value) {
            let wrong = format!("the list of fonts {} does not end in a generic one", quote(declaration.value));
            let place = context.place_of_style(declaration, used.element);
            found.push(Finding::new(wrong).at(place).help("end it in `serif` or `sans-serif`"));
        }
    }
    found
}

const TEXT_OVERLAP: Rule = Rule {
    name: "text-overlap",
    level: Severity::Warning,
    what: "No text lies over another: no negative margin, no line lower than its letters, no text in a box of limited height.",
    why: "What lies over another is not read, and clients that drop such a declaration show a letter that nobody has seen.",
    example: "margin: -20px 0 0",
    source: "caniemail: css-margin, css-line-height, css-maximum-height",
    check: Check::Issue(text_overlap),
};

fn text_overlap(context: &IssueContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for UsedDeclaration { declaration, element } in context.declarations() {
        let Some(element) = element else { continue };
        let Some(wrong) = overlap(declaration, context.light_styles()[element].font_size) else { continue };
        let has_text = context
            .document
            .texts_within(element)
            .iter()
            .any(|text| !text.content.trim().is_empty() && !context.light_styles()[text.element].is_invisible());
        if has_text && seen.insert((declaration.property.as_str(), declaration.value)) {
            let place = context.place_of_style(declaration, Some(element));
            found.push(
                Finding::new(wrong)
                    .at(place)
                    .help("make and take space by padding, and let the height follow the text"),
            );
        }
    }
    found
}

/// Returns how text of `font_size` pixels with `declaration` lies over another, if it does.
fn overlap(declaration: &Declaration<'_>, font_size: f64) -> Option<&'static str> {
    let value = declaration.value;
    let line_height = match declaration.property.as_str() {
        property if property == "margin" || property.starts_with("margin-") => {
            return value
                .split_ascii_whitespace()
                .any(|part| part.starts_with('-'))
                .then_some("a negative margin over a text");
        }
        "max-height" => return pixels(value).is_some().then_some("text in a box of limited height"),
        "line-height" => value,
        "font" => value.split_once('/')?.1.split_ascii_whitespace().next()?,
        _ => return None,
    };
    let height = pixels(line_height).or_else(|| Some(line_height.parse::<f64>().ok()? * font_size))?;
    (height < font_size).then_some("lines lower than their letters")
}

fn pixels(value: &str) -> Option<f64> {
    value.strip_suffix("px")?.parse().ok()
}

const CONTRAST: Rule = Rule {
    name: "contrast",
    level: Severity::Error,
    what: "Text contrasts with its background by at least 4.5 to 1, large text by 3 to 1.",
    why: "Less cannot be read in the sun, on a bad screen or with tired eyes.",
    example: "color: #999999 on white",
    source: "WCAG 2.2, 1.4.3",
    check: Check::Issue(contrast_light),
};

fn contrast_light(context: &IssueContext<'_>) -> Vec<Finding> {
    low_contrast(context, context.light_styles(), |style| *style)
        .into_iter()
        .map(|text| text.finding(context, "text with too little contrast"))
        .collect()
}

const CONTRAST_DARK: Rule = Rule {
    name: "contrast-dark",
    level: Severity::Warning,
    what: "Text contrasts with its background in dark mode too: by the letter's own dark rules, and where a client inverts \
           the colours.",
    why: "Half of all phones are set to dark; Gmail on iOS and Outlook on Windows invert every letter.",
    example: "a dark background in the dark rules without a light text colour",
    source: "WCAG 2.2, 1.4.3; caniemail: css-at-media-prefers-color-scheme",
    check: Check::Issue(contrast_dark),
};

fn contrast_dark(context: &IssueContext<'_>) -> Vec<Finding> {
    let own = low_contrast(context, context.dark_styles(), |style| *style);
    let forced = low_contrast(context, context.light_styles(), |style| style.in_forced_dark());
    let own = own.into_iter().map(|text| text.finding(context, "text with too little contrast in dark mode"));
    let forced = forced
        .into_iter()
        .map(|text| text.finding(context, "text with too little contrast where a client inverts the colours"));
    own.chain(forced).collect()
}

const LINK_UNDERLINE: Rule = Rule {
    name: "link-underline",
    level: Severity::Warning,
    what: "Links in running text are underlined.",
    why: "A reader who cannot tell the colours apart cannot tell the link from the text around it.",
    example: ".prose a { text-decoration: none }",
    source: "WCAG 2.2, 1.4.1",
    check: Check::Issue(link_underline),
};

/// Elements whose text is read in one go. A title that is nothing but a link stands beside no words.
const TEXT_BLOCKS: [&str; 10] = ["p", "li", "td", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"];

fn link_underline(context: &IssueContext<'_>) -> Vec<Finding> {
    let document = &context.document;
    for anchor in context.anchors() {
        let style = context.light_styles()[anchor.element];
        if style.underlined || style.hidden {
            continue;
        }
        let block = document.ancestors(anchor.element).find(|&outer| document.elements[outer].is(&TEXT_BLOCKS));
        let own = anchor.element..document.elements[anchor.element].subtree_end;
        let is_beside = |text: &TextNode<'_>| !own.contains(&text.element) && !text.content.trim().is_empty();
        let among_words = block.is_some_and(|block| document.texts_within(block).iter().any(is_beside));
        let name = document.text_content(anchor.element);
        if among_words && !name.is_empty() {
            let wrong = format!("the link {} in running text is not underlined", quote(&name));
            let style = document.elements[anchor.element].declaration("text-decoration");
            let place = style.and_then(|style| context.place_of_style(style, anchor.element));
            return vec![Finding::new(wrong).at(place).help("set `text-decoration: underline` on links")];
        }
    }
    Vec::new()
}

const TEXT_JUSTIFIED: Rule = Rule {
    name: "text-justified",
    level: Severity::Warning,
    what: "No text is justified.",
    why: "Rivers of white between the words make it hard to read, most of all with dyslexia.",
    example: "text-align: justify",
    source: "WCAG 2.2, 1.4.8",
    check: Check::Issue(text_justified),
};

fn text_justified(context: &IssueContext<'_>) -> Vec<Finding> {
    let justified = context.declarations().find(|used| {
        used.declaration.property == "text-align" && used.declaration.value.eq_ignore_ascii_case("justify")
    });
    let place = |used: &UsedDeclaration<'_, '_>| context.place_of_style(used.declaration, used.element);
    justified.map(|used| Finding::new("justified text").at(place(&used))).into_iter().collect()
}
