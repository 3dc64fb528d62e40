//! `a11y-img-alt-words`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "a11y-img-alt-words",
    level: CheckLevel::Warn,
    what: "Alternative texts say in at most 125 characters what a picture shows, not that it is one.",
    why: "A file's name says nothing; screen readers say \"image\" themselves, and some stop at 125 characters.",
    example: "alt = \"Image of IMG_2041.png\"",
    source: "Email Markup Consortium; WebAIM, alternative text",
    check: Check::Issue(check),
};

/// What screen readers read at most.
const LONGEST: usize = 125;

/// How texts begin that say that a picture is a picture.
const OPENINGS: [&str; 6] = ["image of", "picture of", "photo of", "graphic of", "screenshot showing", "icon of"];

/// How files of pictures end.
const ENDINGS: [&str; 6] = [".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (link, places) in subject.items() {
        let Some(image) = &link.image else { continue };
        let lower = image.alt.trim().to_lowercase();
        let length = image.alt.chars().count();
        let wrong = if OPENINGS.iter().any(|opening| lower.starts_with(opening)) {
            "the alternative text says that the picture is one".to_owned()
        } else if ENDINGS.iter().any(|ending| lower.ends_with(ending)) {
            "the alternative text is the name of a file".to_owned()
        } else if length > LONGEST {
            format!("the alternative text is {length} characters long; {LONGEST} is the most")
        } else {
            continue;
        };
        let place = places.alt.as_ref().map(|span| subject.in_issue(span));
        found.push(Finding::new(wrong).at(place).help("say what it shows, as a caption would"));
    }
    found
}
