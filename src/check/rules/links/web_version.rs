//! `link-web-version`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "link-web-version",
    level: CheckLevel::Warn,
    what: "A letter of more than 80 KB has a link to read it online.",
    why: "Its readers at Gmail see a part of it, and need a way to the rest.",
    example: "an issue of 200 links and no archive",
    source: "github.com/hteumeuleu/email-bugs, 41",
    check: Check::Issue(check),
};

/// In bytes.
const LARGE: usize = 80 * 1024;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let page = subject.publication().page(&format!("{}/", subject.issue().path()));
    if subject.html().len() <= LARGE || subject.anchors().any(|anchor| anchor.href == page) {
        return Vec::new();
    }
    vec![Finding::new("a letter of this size needs a link to read it online")]
}
