//! `hdr-subject-emoji`: see [`RULE`].

use crate::check::words::is_pictogram;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-subject-emoji",
    level: CheckLevel::Warn,
    what: "The subject has at most two emoji, and none in front.",
    why: "Gmail does not want subjects that imitate pictures and buttons, and screen readers read each one out.",
    example: "subject = \"🚀 Launches\"",
    source: "Gmail's sender guidelines",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let line = subject.subject_line().trim_start();
    let count = line.chars().filter(|&character| is_pictogram(character)).count();
    let wrong = if line.chars().next().is_some_and(is_pictogram) {
        "the subject begins with an emoji".to_owned()
    } else if count > 2 {
        format!("the subject has {count} emoji")
    } else {
        return Vec::new();
    };
    vec![Finding::new(wrong).at(subject.in_issue(&subject.places().subject))]
}
