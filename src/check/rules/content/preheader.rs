//! `preheader`: see [`RULE`].

use std::ops::RangeInclusive;
use unicode_width::UnicodeWidthStr;

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "preheader",
    level: CheckLevel::Warn,
    what: "The preheader has 40 to 110 characters and does not repeat the subject.",
    why: "Inboxes show it after the subject; what is missing they fill with the first words they find, what is too long they cut.",
    example: "preheader = \"Issue 42\"",
    source: "what mail clients show: look at the inbox row of the preview",
    check: Check::Issue(check),
};

/// What a phone shows at least, and a desktop at most, in characters.
const USUAL: RangeInclusive<usize> = 40..=110;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let preheader = subject.issue().preheader.trim();
    let columns = preheader.width();
    let wrong = if preheader.is_empty() {
        "there is no preheader: inboxes show whatever comes first".to_owned()
    } else if subject.subject_line().contains(preheader) {
        "the preheader repeats the subject".to_owned()
    } else if !USUAL.contains(&columns) {
        let (least, most) = (USUAL.start(), USUAL.end());
        format!("the preheader is {columns} characters long; inboxes have room for {least} to {most}")
    } else {
        return Vec::new();
    };
    let finding = Finding::new(wrong).at(subject.in_issue(&subject.places().preheader));
    vec![finding.help("say in a sentence what makes this issue worth opening")]
}
