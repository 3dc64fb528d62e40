//! `hdr-subject-empty`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-subject-empty",
    level: CheckLevel::Error,
    what: "The subject says something.",
    why: "Nobody opens a letter without a subject, and SpamAssassin scores it.",
    example: "subject = \"{subscriber.name| }\"",
    source: "SpamAssassin MISSING_SUBJECT",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let blank = subject.samples.iter().any(|sample| sample.reading.subject.trim().is_empty());
    if !blank {
        return Vec::new();
    }
    let finding = Finding::new("the subject is empty for some readers").at(subject.in_issue(&subject.places().subject));
    vec![finding.help("give the field words for those who have none: `{subscriber.name|friend}`")]
}
