//! `hdr-subject-fake-reply`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-subject-fake-reply",
    level: CheckLevel::Error,
    what: "The subject does not pretend to be an answer.",
    why: "Gmail forbids it by name; readers feel tricked.",
    example: "subject = \"Re: your reading list\"",
    source: "Gmail's sender guidelines",
    check: Check::Issue(check),
};

/// How mail clients of several languages begin answers and forwarded mail.
const PREFIXES: [&str; 10] = ["re", "fw", "fwd", "aw", "wg", "sv", "vs", "tr", "antw", "rv"];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let line = subject.subject_line().trim_start();
    let prefix = line.split(':').next().unwrap_or_default().trim_end().to_lowercase();
    if !line.contains(':') || !PREFIXES.contains(&prefix.as_str()) {
        return Vec::new();
    }
    let wrong = format!("the subject begins like an answer: {}", quoted(line));
    vec![Finding::new(wrong).at(subject.in_issue(&subject.places().subject)).help("take the prefix away")]
}
