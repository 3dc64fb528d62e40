//! `a11y-img-alt`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "a11y-img-alt",
    level: CheckLevel::Error,
    what: "Every picture has an alternative text, and a picture that is a link has one that says where it goes.",
    why: "Most inboxes show no pictures at first; screen readers never do.",
    example: "alt = \"\" on the picture of a link",
    source: "WCAG 2.2, 1.1.1; Email Markup Consortium",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let document = &subject.document;
    let mut found = Vec::new();
    for (index, picture) in document.named(&["img"]) {
        let src = picture.attribute("src").unwrap_or_default();
        let link = document.around(index).find(|&outer| document.elements[outer].is(&["a"]));
        let wrong = match (picture.attribute("alt"), link) {
            (None, _) => "has no alternative text",
            (Some(_), Some(link)) if document.accessible_name(link).is_empty() => {
                "is a link and has an empty alternative text"
            }
            _ => continue,
        };
        found.push(Finding::new(format!("the picture {} {wrong}", quoted(src))).at(subject.place_of_picture(src)));
    }
    found
}
