//! `a11y-title-subject`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "a11y-title-subject",
    level: CheckLevel::Warn,
    what: "The title of the HTML says about what the subject says.",
    why: "SpamAssassin scores a title that differs from the subject with up to 2.2.",
    example: "<title>Newsletter template v3 by a design studio</title>",
    source: "SpamAssassin HTML_TITLE_SUBJ_DIFF",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let document = &subject.document;
    let Some(title) = document.named(&["title"]).next().map(|(index, _)| document.words(index)) else {
        return Vec::new();
    };
    let lower = |text: &str| text.to_lowercase();
    let subject_line = lower(subject.subject_line());
    let shared = lower(&title).split_whitespace().any(|word| word.chars().count() > 3 && subject_line.contains(word));
    let long = 2 * title.chars().count() > 7 * subject_line.chars().count();
    if title.is_empty() || (shared && !long) || lower(&title) == subject_line {
        return Vec::new();
    }
    vec![Finding::new(format!("the title {} is not what the subject says", quoted(&title)))]
}
