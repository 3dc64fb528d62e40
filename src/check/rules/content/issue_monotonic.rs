//! `issue-monotonic`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "issue-monotonic",
    level: CheckLevel::Warn,
    what: "Issues with higher numbers have later dates.",
    why: "An archive sorted by number and a feed sorted by date then tell two stories; mostly it is last week's date, copied.",
    example: "issue 42 dated before issue 41",
    source: "common sense",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let issue = subject.issue();
    let Some((earlier, date)) = subject.known_links().date_before(issue.number) else { return Vec::new() };
    if issue.date >= date {
        return Vec::new();
    }
    let wrong = format!("issue {} is dated {}, before issue {earlier} of {date}", issue.number, issue.date);
    vec![Finding::new(wrong).at(subject.in_issue(&subject.places().date))]
}
