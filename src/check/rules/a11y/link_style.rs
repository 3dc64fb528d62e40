//! `a11y-link-style`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "a11y-link-style",
    level: CheckLevel::Warn,
    what: "Links in running text are underlined.",
    why: "Who cannot tell the accent from the ink cannot tell the link from the words around it.",
    example: ".prose a { text-decoration: none }",
    source: "WCAG 2.2, 1.4.1",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let document = &subject.document;
    for anchor in subject.anchors() {
        let paint = subject.light()[anchor.element];
        let block = document
            .around(anchor.element)
            .find(|&outer| document.elements[outer].is(&["p", "li", "td", "blockquote"]));
        let name = document.words(anchor.element);
        let among_words = block.is_some_and(|block| document.words(block).len() > name.len());
        if among_words && !name.is_empty() && !paint.underlined && !paint.hidden {
            let wrong = format!("the link {} in running text has no underline", quoted(&name));
            let style = document.elements[anchor.element].declaration("text-decoration");
            let place = style.and_then(|style| subject.place_of_style(style, anchor.element));
            return vec![Finding::new(wrong).at(place).help("`text-decoration: underline` on links")];
        }
    }
    Vec::new()
}
