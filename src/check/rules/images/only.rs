//! `img-only`: see [`RULE`].

use crate::check::measure::visible_text;
use crate::check::words::count;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "img-only",
    level: CheckLevel::Error,
    what: "A letter with pictures has text as well, 400 bytes or more.",
    why: "With pictures off it is empty, and SpamAssassin scores it with up to 2.8.",
    example: "a poster and nothing else",
    source: "SpamAssassin HTML_IMAGE_ONLY_04",
    check: Check::Issue(check),
};

/// In bytes.
const LEAST: usize = 400;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let pictures = subject.document.named(&["img"]).count();
    let text = visible_text(subject);
    if pictures == 0 || text >= LEAST {
        return Vec::new();
    }
    let wrong =
        format!("{} and {text} bytes of text: with pictures off the letter is empty", count(pictures, "picture"));
    vec![Finding::new(wrong).help("say in words what the pictures show")]
}
