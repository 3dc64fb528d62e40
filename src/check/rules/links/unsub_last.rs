//! `link-unsub-last`: see [`RULE`].

use crate::check::measure::largest_section;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "link-unsub-last",
    level: CheckLevel::Error,
    what: "The way out stands in the first 90,000 bytes of the HTML.",
    why: "Gmail cuts a letter at about 102 KB; a way out that is cut off is none.",
    example: "an issue of 200 links",
    source: "github.com/hteumeuleu/email-bugs, 41",
    check: Check::Issue(check),
};

/// Before Gmail's cut, with room for what it adds.
const LAST: usize = 90_000;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let document = &subject.document;
    let unsubscribe = subject
        .anchors()
        .find(|anchor| document.accessible_name(anchor.element).to_lowercase().contains("unsubscribe"));
    let Some(start) = unsubscribe.map(|anchor| document.elements[anchor.element].start) else { return Vec::new() };
    if start <= LAST {
        return Vec::new();
    }
    let wrong = format!("the way out stands {start} bytes into the HTML, where Gmail has cut the letter");
    vec![Finding::new(wrong).at(largest_section(subject)).help("make two issues of it, or shorten the descriptions")]
}
