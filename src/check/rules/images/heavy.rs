//! `img-heavy`: see [`RULE`].

use crate::check::measure::visible_text;
use crate::check::words::count;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "img-heavy",
    level: CheckLevel::Warn,
    what: "A letter with pictures has 300 bytes of text for each, and 600 in all.",
    why: "Few words and many pictures are how advertising looks; SpamAssassin scores the proportion.",
    example: "five pictures with a line each",
    source: "SpamAssassin HTML_IMAGE_ONLY_08 to _28",
    check: Check::Issue(check),
};

/// In bytes.
const LEAST: usize = 600;
/// For each picture, in bytes.
const EACH: usize = 300;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let pictures = subject.document.named(&["img"]).count();
    let text = visible_text(subject);
    if pictures == 0 || text >= LEAST.max(pictures * EACH) {
        return Vec::new();
    }
    let wrong = format!("{} and only {text} bytes of text", count(pictures, "picture"));
    vec![Finding::new(wrong).help("leave a picture out, or say more about the links")]
}
