//! `a11y-link-vague`: see [`RULE`].

use std::collections::BTreeMap;

use crate::check::known_links::normal;
use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "a11y-link-vague",
    level: CheckLevel::Warn,
    what: "A link says where it leads, and no two links to different places say the same.",
    why: "Many readers go from link to link; \"here\", \"here\" and \"read more\" tell them nothing.",
    example: "Read it [here](https://example.org/).",
    source: "WCAG 2.2, 2.4.4",
    check: Check::Issue(check),
};

/// Words that say nothing about where a link leads.
const VAGUE: [&str; 12] = [
    "click here",
    "here",
    "read more",
    "more",
    "link",
    "this",
    "this link",
    "learn more",
    "read",
    "continue",
    "go",
    "click",
];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut named: BTreeMap<String, &str> = BTreeMap::new();
    let anchors: Vec<_> = subject.anchors().collect();
    for anchor in &anchors {
        let name = subject.document.accessible_name(anchor.element);
        let lower = name.to_lowercase();
        let plain = lower.trim_matches(|letter: char| !letter.is_alphanumeric());
        let wrong = if VAGUE.contains(&plain) {
            format!("the link text {} does not say where it leads", quoted(&name))
        } else if let Some(other) = named.get(&lower).filter(|other| normal(other) != normal(anchor.href)) {
            format!("two links say {} and lead to different places, the other to {}", quoted(&name), quoted(other))
        } else {
            named.insert(lower, anchor.href);
            continue;
        };
        found.push(Finding::new(wrong).at(subject.place_of_link(anchor.href)).help("say what is there"));
    }
    found
}
