//! `a11y-vml`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "a11y-vml",
    level: CheckLevel::Warn,
    what: "Outlook's own drawings have an alternative text and hold no links and headings.",
    why: "Nobody can reach what is in them with a keyboard, and screen readers see nothing.",
    example: "<!--[if mso]><v:roundrect href=\"…\"><![endif]-->",
    source: "Email Markup Consortium",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let drawings = subject.document.asides.iter().filter(|aside| aside.contains("<v:"));
    let wrong = drawings.filter_map(|aside| {
        let what = if aside.contains("href=") || aside.contains("<a ") || aside.contains("<h") {
            "holds a link or a heading"
        } else if !aside.contains("alt=") {
            "has no alternative text"
        } else {
            return None;
        };
        Some(Finding::new(format!("a drawing for Outlook {what}: {}", quoted(aside))))
    });
    wrong.collect()
}
