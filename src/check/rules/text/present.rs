//! `text-present`: see [`RULE`].

use std::collections::BTreeSet;

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "text-present",
    level: CheckLevel::Error,
    what: "The text part says what the HTML part says.",
    why: "Some people read mail as text, and SpamAssassin scores parts that differ with up to 2.8.",
    example: "a text part that says: your client shows no HTML",
    source: "SpamAssassin MPART_ALT_DIFF, MPART_ALT_DIFF_COUNT",
    check: Check::Issue(check),
};

/// In per cent of the words of the HTML part.
const LEAST: usize = 20;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let words: BTreeSet<String> = words_of(subject.text()).collect();
    let shown = subject.document.texts.iter().filter(|text| !subject.light()[text.element].is_invisible());
    let html: BTreeSet<String> = shown.flat_map(|text| words_of(&text.words).collect::<Vec<_>>()).collect();
    let shared = html.iter().filter(|word| words.contains(*word)).count();
    if words.is_empty() {
        return vec![Finding::new("the text part is empty")];
    }
    if 100 * shared >= LEAST * html.len() {
        return Vec::new();
    }
    let percent = 100 * shared / html.len().max(1);
    vec![Finding::new(format!("the text part has {percent} per cent of the words of the HTML part"))]
}

fn words_of(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}
