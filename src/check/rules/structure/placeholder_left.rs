//! `placeholder-left`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "placeholder-left",
    level: CheckLevel::Error,
    what: "No placeholder is left in the letter.",
    why: "`Hello {name}` is the mistake readers forward to each other.",
    example: "Hello {name}, lorem ipsum",
    source: "common sense",
    check: Check::Issue(check),
};

/// Notes to oneself, in capitals. In halves what must not stand in this repository.
const NOTES: [&str; 4] = ["TODO", concat!("FIX", "ME"), "TBD", "INSERT TEXT"];

/// What other tools write around a field.
const BRACKETS: [&str; 4] = ["{{", "*|", "%%", "{subscriber."];

/// Fields of other tools, and what typesetters fill a page with.
const FILLERS: [&str; 4] = ["{name}", "{first_name}", "{token}", "lorem ipsum"];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let document = &subject.document;
    let is_code = |element: usize| {
        let itself = std::iter::once(element);
        itself.chain(document.around(element)).any(|index| document.elements[index].is(&["code", "pre", "title"]))
    };
    let texts = document.texts.iter().filter(|text| !is_code(text.element)).map(|text| text.words.as_ref());
    let links: Vec<&str> = subject.anchors().map(|anchor| anchor.href).collect();
    let mut found: Vec<&str> = Vec::new();
    for text in texts.chain(links).chain([subject.subject_line()]) {
        let lower = text.to_lowercase();
        let bracket = BRACKETS.iter().find(|bracket| text.contains(**bracket));
        // A field in doubled braces is one mistake.
        let filler = FILLERS.iter().filter(|filler| lower.contains(**filler) && bracket.is_none());
        found.extend(NOTES.iter().filter(|note| is_alone(text, note)).chain(filler).chain(bracket));
    }
    found.sort_unstable();
    found.dedup();
    let findings = found.into_iter().map(|word| {
        Finding::new(format!("a placeholder is left in the letter: {}", quoted(word)))
            .at(subject.place_of(word))
            .help("write what belongs there; a field is `{subscriber.name|friend}`, and code stands in backticks")
    });
    findings.collect()
}

/// Whether `word` stands in `text` with no letter beside it.
fn is_alone(text: &str, word: &str) -> bool {
    let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    text.match_indices(word)
        .any(|(at, _)| !is_letter(text[..at].chars().next_back()) && !is_letter(text[at + word.len()..].chars().next()))
}
