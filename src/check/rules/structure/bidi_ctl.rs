//! `bidi-ctl`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "bidi-ctl",
    level: CheckLevel::Warn,
    what: "Neither part turns the direction of text round with invisible characters.",
    why: "They make a name or a link read as another: the trick behind many fake invoices.",
    example: "U+202E before `gpj.exe`",
    source: "Unicode Technical Report 36, 2.6",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let is_override = |character: &char| matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let parts = [("subject", subject.subject_line()), ("HTML part", subject.html()), ("text part", subject.text())];
    let wrong = parts.into_iter().filter_map(|(name, text)| {
        let character = text.chars().find(is_override)?;
        let place = subject.place_of(&character.to_string());
        Some(Finding::new(format!("the {name} holds U+{:04X}, which turns text round", u32::from(character))).at(place))
    });
    wrong.collect()
}
