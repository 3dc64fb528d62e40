//! `img-tracking`: see [`RULE`].

use crate::check::document::Document;
use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "img-tracking",
    level: CheckLevel::Warn,
    what: "No picture is there to be counted: none of a pixel, none hidden, none with an address per reader.",
    why: "It tells who opened the letter and where, without asking; Apple Mail fetches them all, so it does not even count.",
    example: "<img src=\"https://example.org/o.gif?id=17\" width=\"1\" height=\"1\">",
    source: "Apple Mail Privacy Protection",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let other = Document::read(&subject.samples[1].reading.html);
    let mut others: Vec<&str> = other.named(&["img"]).filter_map(|(_, picture)| picture.attribute("src")).collect();
    others.sort_unstable();
    let mut found = Vec::new();
    for (index, picture) in subject.document.named(&["img"]) {
        let src = picture.attribute("src").unwrap_or_default();
        let is_dot = |name| picture.attribute(name).is_some_and(|size| size == "1" || size == "0");
        let wrong = if is_dot("width") && is_dot("height") {
            "of a pixel"
        } else if subject.light()[index].hidden {
            "nobody can see"
        } else if others.binary_search(&src).is_err() {
            "with an address of its own for every reader"
        } else {
            continue;
        };
        found.push(Finding::new(format!("a picture {wrong}: {}", quoted(src))).at(subject.place_of_picture(src)));
    }
    found
}
