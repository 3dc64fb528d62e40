//! `content-item-count`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "content-item-count",
    level: CheckLevel::Warn,
    what: "An issue has something in it, and at most 40 links.",
    why: "Nobody reads 41; Gmail cuts them off.",
    example: "an issue with no section",
    source: "what newsletters are",
    check: Check::Issue(check),
};

/// Links.
const MOST: usize = 40;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let issue = subject.issue();
    let links = issue.links().count();
    let has_words = !issue.intro.is_empty() || !issue.outro.is_empty();
    let wrong = if links > MOST {
        format!("the issue has {links} links; nobody reads more than {MOST}")
    } else if issue.sections.is_empty() && !has_words {
        "there is nothing in the issue".to_owned()
    } else {
        return Vec::new();
    };
    vec![Finding::new(wrong).at(subject.in_issue(&subject.places().title))]
}
