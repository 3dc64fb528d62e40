//! `css-hidden`: see [`RULE`].

use crate::check::document::Document;
use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "css-hidden",
    level: CheckLevel::Error,
    what: "Nothing is hidden but one preheader of at most 150 characters.",
    why: "Gmail forbids hiding content with HTML and CSS; SpamAssassin scores invisible text.",
    example: "<p style=\"color:#ffffff\">white on white</p>",
    source: "Gmail's sender guidelines; SpamAssassin HTML_TEXT_INVISIBLE_*, HTML_FONT_LOW_CONTRAST",
    check: Check::Issue(check),
};

/// What an inbox shows at most, in characters.
const PREHEADER: usize = 150;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let document = &subject.document;
    let mut found = Vec::new();
    let mut preheader = false;
    let (mut blocks, mut places) = (Vec::new(), Vec::new());
    for text in &document.texts {
        let words = text.words.trim();
        let in_head = std::iter::once(text.element)
            .chain(document.around(text.element))
            .any(|index| document.elements[index].is(&["head"]));
        if in_head || words.is_empty() || !subject.light()[text.element].is_invisible() {
            continue;
        }
        let first = !std::mem::replace(&mut preheader, true);
        if first && words == subject.issue().preheader.trim() {
            let length = words.chars().count();
            if length > PREHEADER {
                let wrong =
                    format!("the preheader is hidden text of {length} characters; {PREHEADER} are what inboxes show");
                found.push(Finding::new(wrong).at(subject.in_issue(&subject.places().preheader)));
            }
            continue;
        }
        let block = block(document, text.element);
        if !blocks.contains(&block) {
            blocks.push(block);
            let words = document.words(block);
            let style = document.elements[block].declaration("color");
            let place =
                style.and_then(|style| subject.place_of_style(style, block)).or_else(|| subject.place_of(&words));
            // One mistake in a style sheet hides many; the first shows it.
            if place.is_none() || !places.contains(&place) {
                places.push(place.clone());
                found.push(Finding::new(format!("nobody can see {}", quoted(&words))).at(place));
            }
        }
    }
    found
}

/// The paragraph, cell or such that `element` is or stands in.
fn block(document: &Document<'_>, element: usize) -> usize {
    let is_inline = |index: &usize| {
        document.elements[*index].is(&["a", "b", "bdi", "code", "em", "i", "span", "strong", "small", "u"])
    };
    std::iter::once(element).chain(document.around(element)).find(|index| !is_inline(index)).unwrap_or(element)
}
