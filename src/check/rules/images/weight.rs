//! `img-weight`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "img-weight",
    level: CheckLevel::Warn,
    what: "No picture in `issues/img` has more than 200 KB, and all of an issue's together no more than 800.",
    why: "Readers wait for them, on phones they pay for them, and every reader fetches them.",
    example: "a photo straight from the camera",
    source: "what newsletters are",
    check: Check::Issue(check),
};

/// Of one picture, in bytes.
const HEAVY: u64 = 200 * 1024;
/// Of all of them.
const ALL: u64 = 800 * 1024;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut all = 0;
    for (link, places) in subject.items() {
        let Some(file) = link.image.as_ref().and_then(|image| image.file.as_deref()) else { continue };
        let weight = subject.weight(file).unwrap_or_default();
        all += weight;
        if weight > HEAVY {
            let place = places.image.as_ref().map(|span| subject.in_issue(span));
            let wrong = format!("the picture {} has {} KB", quoted(file), weight / 1024);
            found.push(Finding::new(wrong).at(place).help("600 pixels wide and 200 KB are enough for a letter"));
        }
    }
    if all > ALL {
        let wrong = format!("the pictures of the issue have {} KB together", all / 1024);
        found.push(Finding::new(wrong).at(subject.in_issue(&subject.places().title)));
    }
    found
}
