//! `img-dims`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "img-dims",
    level: CheckLevel::Error,
    what: "Every picture has a width in pixels.",
    why: "Outlook on Windows knows no width but the attribute's: without it a photo is 4,000 pixels wide.",
    example: "<img src=\"https://example.org/a.png\">",
    source: "caniemail: css-width, html-width",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let wrong = subject.document.named(&["img"]).filter_map(|(_, picture)| {
        let src = picture.attribute("src").unwrap_or_default();
        let written = picture.attribute("width").unwrap_or_default();
        let is_number = !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_digit());
        let finding = Finding::new(format!("the picture {} has no width in pixels", quoted(src)));
        (!is_number).then(|| finding.at(subject.place_of_picture(src)))
    });
    wrong.collect()
}
