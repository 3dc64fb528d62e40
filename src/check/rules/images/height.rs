//! `img-height`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "img-height",
    level: CheckLevel::Warn,
    what: "Every picture of the newsletter's own has a height too; none is wider than 600 pixels or higher than 1,728.",
    why: "Without a height the letter jumps while pictures load; Outlook on Windows crops high ones.",
    example: "a screenshot of 552 by 2,400 pixels",
    source: "caniemail: html-height; Email on Acid",
    check: Check::Issue(check),
};

/// What fits into a letter, in pixels.
const WIDEST: u32 = 600;
/// What Outlook on Windows shows, in pixels.
const HIGHEST: u32 = 1728;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let logo = subject.publication().logo.as_ref().map(|logo| logo.url.as_str());
    let mut found = Vec::new();
    for (_, picture) in subject.document.named(&["img"]) {
        let src = picture.attribute("src").unwrap_or_default();
        let pixels = |name| picture.attribute(name).and_then(|value| value.parse::<u32>().ok());
        let is_own = subject
            .items()
            .any(|(link, _)| link.image.as_ref().is_some_and(|image| image.url == src && image.file.is_some()));
        let wrong = match (pixels("width"), pixels("height")) {
            (Some(width), _) if width > WIDEST => format!("is shown {width} pixels wide; {WIDEST} is the most"),
            (_, Some(height)) if height > HIGHEST => format!("is shown {height} pixels high; {HIGHEST} is the most"),
            (_, None) if is_own && Some(src) != logo => "has no height".to_owned(),
            _ => continue,
        };
        found.push(Finding::new(format!("the picture {} {wrong}", quoted(src))).at(subject.place_of_picture(src)));
    }
    found
}
