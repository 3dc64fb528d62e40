//! `content-spammy`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "content-spammy",
    level: CheckLevel::Warn,
    what: "The letter does not talk like spam.",
    why: "Filters learn phrases, and shouting; a letter that uses them lands beside what they learned them from.",
    example: "Act now: 100% free!",
    source: "SpamAssassin, 20_phrases and 20_body_tests",
    check: Check::Issue(check),
};

/// Phrases spam lives on.
const PHRASES: [&str; 22] = [
    "act now",
    "100% free",
    "click below",
    "click here now",
    "you are a winner",
    "you have won",
    "$$$",
    "risk free",
    "risk-free",
    "money back guarantee",
    "limited time offer",
    "order now",
    "no obligation",
    "double your income",
    "earn extra cash",
    "lose weight",
    "this is not spam",
    "buy direct",
    "once in a lifetime",
    "congratulations you",
    "viagra",
    "as seen on tv",
];
/// Letters a paragraph has before its capitals are counted.
const LETTERS: usize = 40;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let document = &subject.document;
    let texts = || {
        document.texts.iter().filter(|text| {
            !document
                .around(text.element)
                .chain([text.element])
                .any(|index| document.elements[index].is(&["code", "pre", "title"]))
        })
    };
    for text in texts().map(|text| text.words.as_ref()).chain([subject.subject_line()]) {
        let lower = text.to_lowercase();
        for phrase in PHRASES.iter().filter(|phrase| lower.contains(**phrase)) {
            let start = lower.find(phrase).unwrap_or(0);
            let written = text.get(start..start + phrase.len()).unwrap_or(phrase);
            found.push(Finding::new(format!("{} is what spam says", quoted(written))).at(subject.place_of(written)));
        }
        let letters = text.chars().filter(|letter| letter.is_uppercase() || letter.is_lowercase()).count();
        let capitals = text.chars().filter(|letter| letter.is_uppercase()).count();
        if letters >= LETTERS && 10 * capitals > 3 * letters {
            let start = text.trim().lines().next().unwrap_or_default();
            found.push(
                Finding::new(format!("a paragraph that shouts: {}", quoted(text.trim()))).at(subject.place_of(start)),
            );
        }
    }
    found
}
