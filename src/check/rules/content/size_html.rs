//! `size-html`: see [`RULE`].

use crate::check::measure::largest_section;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "size-html",
    level: CheckLevel::Error,
    what: "The HTML part has at most 102,400 bytes.",
    why: "Gmail cuts there, hides the rest behind a link, and drops the style sheet.",
    example: "an issue of 120 KB",
    source: "github.com/hteumeuleu/email-bugs, 41 and 56",
    check: Check::Issue(check),
};

/// Where Gmail cuts, in bytes.
const LARGEST: usize = 102_400;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let size = subject.html().len();
    if size <= LARGEST {
        return Vec::new();
    }
    let wrong = format!("the HTML has {size} bytes; Gmail cuts it at {LARGEST}");
    vec![
        Finding::new(wrong)
            .at(largest_section(subject))
            .help("this is its longest section; make two issues of it, or say less"),
    ]
}
