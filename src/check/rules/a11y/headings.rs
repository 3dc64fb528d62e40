//! `a11y-headings`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "a11y-headings",
    level: CheckLevel::Error,
    what: "No heading is empty, and no level is left out.",
    why: "Headings are how people who cannot see a letter move through it.",
    example: "<h1> and then <h3>",
    source: "WCAG 2.2, 1.3.1; Email Markup Consortium",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let document = &subject.document;
    let mut found = Vec::new();
    let mut last = 0;
    for (index, heading) in document.named(&["h1", "h2", "h3", "h4", "h5", "h6"]) {
        let level = heading.name.as_bytes().get(1).map_or(1, |digit| digit - b'0');
        let words = document.accessible_name(index);
        if words.is_empty() {
            found.push(Finding::new(format!("an empty `<{}>`", heading.name)));
        } else if level > last + 1 {
            let wrong = format!("the heading {} is of level {level}, the one before of level {last}", quoted(&words));
            found.push(Finding::new(wrong).at(subject.place_of(&words)));
        }
        last = level;
    }
    found
}
