//! `text-ctl`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "text-ctl",
    level: CheckLevel::Error,
    what: "Neither part holds control, replacement or private-use characters.",
    why: "Gmail clips a letter at some of them, whatever its size; others show as boxes.",
    example: "U+0092 from an old word processor",
    source: "github.com/hteumeuleu/email-bugs, 41",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let is_wrong = |character: &char| match *character {
        '\t' | '\n' | '\r' => false,
        '\u{fffd}' | '\u{e000}'..='\u{f8ff}' => true,
        other => other.is_control(),
    };
    let parts = [("subject", subject.subject_line()), ("HTML part", subject.html()), ("text part", subject.text())];
    let wrong = parts.into_iter().filter_map(|(name, text)| {
        let character = text.chars().find(is_wrong)?;
        let place = subject.place_of(&character.to_string());
        Some(Finding::new(format!("the {name} holds U+{:04X}", u32::from(character))).at(place))
    });
    wrong.collect()
}
