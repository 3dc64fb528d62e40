//! `hdr-subject-punct`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-subject-punct",
    level: CheckLevel::Warn,
    what: "The subject does not shout with punctuation.",
    why: "Question and exclamation mark together, several exclamation marks, and money signs are what filters learn from spam.",
    example: "subject = \"Read this now!!\"",
    source: "SpamAssassin PLING_QUERY",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let line = subject.subject_line();
    let exclamations = line.matches('!').count();
    let what = if exclamations >= 2 {
        "several exclamation marks"
    } else if exclamations > 0 && line.contains('?') {
        "both `!` and `?`"
    } else if line.contains("$$") {
        "`$$`"
    } else {
        return Vec::new();
    };
    vec![Finding::new(format!("the subject has {what}")).at(subject.in_issue(&subject.places().subject))]
}
