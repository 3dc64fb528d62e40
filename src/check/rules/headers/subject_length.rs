//! `hdr-subject-length`: see [`RULE`].

use unicode_width::UnicodeWidthStr;

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-subject-length",
    level: CheckLevel::Warn,
    what: "The subject is at most 60 characters long.",
    why: "A phone shows 30 to 40 characters, a desktop list about 60: what comes later is not read.",
    example: "subject = \"The weekly newsletter about distributed systems and formal methods, issue 42: retries\"",
    source: "what mail clients show: look at the inbox row of the preview",
    check: Check::Issue(check),
};

/// What a desktop client shows.
const DESKTOP: usize = 60;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let columns = subject.subject_line().width();
    if columns <= DESKTOP {
        return Vec::new();
    }
    let wrong = format!("the subject is {columns} characters long; inboxes cut it at {DESKTOP}, phones at 40");
    let place = subject.in_issue(&subject.places().subject);
    vec![Finding::new(wrong).at(place).help("begin with what this issue is about, and stop")]
}
