//! `css-hidden-filler`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "css-hidden-filler",
    level: CheckLevel::Warn,
    what: "No invisible characters fill up the preview text.",
    why: "They are there to hide what comes next, which is what spam does; screen readers spell them out.",
    example: "&#847;&zwnj;&nbsp; a hundred times",
    source: "Gmail's sender guidelines; Email Markup Consortium",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let is_filler = |character: &char| {
        matches!(character, '\u{34f}' | '\u{200b}'..='\u{200d}' | '\u{2007}' | '\u{ad}' | '\u{feff}')
    };
    let count = subject.document.texts.iter().flat_map(|text| text.words.chars()).filter(is_filler).count();
    // One joins the parts of an emoji, or the letters of a word in many scripts; a row of them fills.
    let longest = longest_run(subject, is_filler);
    if longest < 3 {
        return Vec::new();
    }
    vec![Finding::new(format!("{count} invisible characters fill up the preview text"))]
}

/// How many of them stand in a row, spaces between them not counted.
fn longest_run(subject: &Subject<'_>, is_filler: impl Fn(&char) -> bool) -> usize {
    let (mut longest, mut run) = (0, 0);
    for character in subject.document.texts.iter().flat_map(|text| text.words.chars()) {
        if is_filler(&character) {
            run += 1;
            longest = longest.max(run);
        } else if !character.is_whitespace() {
            run = 0;
        }
    }
    longest
}
