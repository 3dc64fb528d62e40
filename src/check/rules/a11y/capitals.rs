//! `a11y-capitals`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "a11y-capitals",
    level: CheckLevel::Warn,
    what: "No run of text longer than 20 letters is all capitals.",
    why: "Words lose their shape, and some screen readers spell them out.",
    example: "title = \"THE SECOND TIME IS THE INTERESTING ONE\"",
    source: "WebAIM, text",
    check: Check::Issue(check),
};

/// Shorter ones are names and abbreviations.
const LETTERS: usize = 20;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let document = &subject.document;
    let mut found = Vec::new();
    for text in &document.texts {
        let words = text.words.trim();
        let letters = || words.chars().filter(|letter| letter.is_uppercase() || letter.is_lowercase());
        let in_code = document
            .around(text.element)
            .chain([text.element])
            .any(|index| document.elements[index].is(&["code", "pre", "title"]));
        if !in_code && letters().count() > LETTERS && letters().all(char::is_uppercase) {
            found.push(Finding::new(format!("all capitals: {}", quoted(words))).at(subject.place_of(words)));
        }
    }
    for used in subject.declarations() {
        let declaration = used.declaration;
        if declaration.property == "text-transform" && declaration.value.eq_ignore_ascii_case("uppercase") {
            let Some(element) = used.element else { continue };
            let words = document.words(element);
            if words.chars().filter(|letter| letter.is_alphabetic()).count() > LETTERS {
                let place = subject.place_of_style(declaration, used.element);
                found.push(Finding::new(format!("set in capitals: {}", quoted(&words))).at(place));
                break;
            }
        }
    }
    found
}
