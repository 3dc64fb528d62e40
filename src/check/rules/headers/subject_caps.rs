//! `hdr-subject-caps`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-subject-caps",
    level: CheckLevel::Warn,
    what: "The subject is not all capitals.",
    why: "SpamAssassin scores it, and it reads as shouting.",
    example: "subject = \"WHAT SURVIVES A RETRY\"",
    source: "SpamAssassin SUBJ_ALL_CAPS",
    check: Check::Issue(check),
};

/// Shorter ones may be a name.
const LETTERS: usize = 10;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let letters = || subject.subject_line().chars().filter(|letter| letter.is_uppercase() || letter.is_lowercase());
    if letters().count() < LETTERS || letters().any(char::is_lowercase) {
        return Vec::new();
    }
    vec![Finding::new("the subject is all capitals").at(subject.in_issue(&subject.places().subject))]
}
