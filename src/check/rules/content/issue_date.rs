//! `issue-date`: see [`RULE`].

use chrono::TimeDelta;

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "issue-date",
    level: CheckLevel::Warn,
    what: "The date is less than a year ahead.",
    why: "It is a slip of the fingers, and the feed shows the issue on top until then.",
    example: "date = 2062-11-24",
    source: "common sense",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let date = subject.issue().date;
    if date <= subject.now().date_naive() + TimeDelta::days(366) {
        return Vec::new();
    }
    vec![Finding::new(format!("{date} is more than a year ahead")).at(subject.in_issue(&subject.places().date))]
}
