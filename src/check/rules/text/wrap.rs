//! `text-wrap`: see [`RULE`].

use unicode_width::UnicodeWidthStr;

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "text-wrap",
    level: CheckLevel::Warn,
    what: "No line of the text part is wider than 78 columns, but for a URL alone.",
    why: "Terminals and old clients do not wrap, or wrap in the middle of words.",
    example: "a paragraph on one line",
    source: "RFC 5322, 2.1.1; RFC 3676",
    check: Check::Issue(check),
};

/// Columns.
const WIDEST: usize = 78;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let wide = subject.text().lines().find(|line| line.width() > WIDEST && line.split_whitespace().count() > 1);
    let finding = |line: &str| {
        Finding::new(format!("a line of the text part is {} columns wide: {}", line.width(), quoted(line)))
    };
    wide.map(finding).into_iter().collect()
}
