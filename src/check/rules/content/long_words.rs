//! `content-long-words`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "content-long-words",
    level: CheckLevel::Warn,
    what: "The text does not have six long lower-case words in a row.",
    why: "SpamAssassin takes it for the random words spam is filled up with, and scores it with 2.2.",
    example: "several distributed databases guarantee serializable transactions",
    source: "SpamAssassin LONGWORDS",
    check: Check::Issue(check),
};

/// Words in a row.
const MOST: usize = 6;
/// Letters of a long word.
const LONG: usize = 8;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut run: Vec<&str> = Vec::new();
    for word in subject.text().split_whitespace() {
        let is_long = word.len() >= LONG && word.bytes().all(|byte| byte.is_ascii_lowercase());
        if !is_long {
            run.clear();
            continue;
        }
        run.push(word);
        if run.len() == MOST {
            let words = run.join(" ");
            let place = subject.place_of(&words).or_else(|| subject.place_of(&run[..2].join(" ")));
            return vec![Finding::new(format!("six long words in a row: {}", quoted(&words))).at(place)];
        }
    }
    Vec::new()
}
