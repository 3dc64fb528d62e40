//! `css-hidden`: see [`RULE`].

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
    let mut found = Vec::new();
    let mut preheader = false;
    for text in &subject.document.texts {
        let around: Vec<usize> = std::iter::once(text.element).chain(subject.document.around(text.element)).collect();
        let in_head = around.iter().any(|&index| subject.document.elements[index].is(&["head"]));
        let words = text.words.trim();
        if in_head || words.is_empty() || !subject.light()[text.element].is_invisible() {
            continue;
        }
        let first = !std::mem::replace(&mut preheader, true);
        let place = subject.place_of(words.lines().next().unwrap_or_default());
        if first && words == subject.issue().preheader.trim() {
            let length = words.chars().count();
            if length > PREHEADER {
                let wrong =
                    format!("the preheader is hidden text of {length} characters; {PREHEADER} are what inboxes show");
                found.push(Finding::new(wrong).at(subject.at(|places| places.preheader.clone())));
            }
        } else {
            found.push(Finding::new(format!("nobody can see {}", quoted(words))).at(place));
        }
    }
    found
}
