//! `img-src`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "img-src",
    level: CheckLevel::Error,
    what: "Every picture is at an absolute https address.",
    why: "Gmail drops `data:` pictures, and nobody can fetch a file from your disk.",
    example: "<img src=\"data:image/png;base64,…\">",
    source: "caniemail: image-base64",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let wrong = subject.document.named(&["img"]).filter_map(|(_, picture)| {
        let src = picture.attribute("src").unwrap_or_default();
        let finding = Finding::new(format!("a picture no client fetches: {}", quoted(src)));
        (!src.starts_with("https://")).then(|| finding.at(subject.place_of_picture(src)))
    });
    wrong.collect()
}
