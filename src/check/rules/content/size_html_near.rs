//! `size-html-near`: see [`RULE`].

use crate::check::measure::largest_section;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "size-html-near",
    level: CheckLevel::Warn,
    what: "The HTML part has at most 81,920 bytes, and at most 102,400 as it is encoded.",
    why: "Nobody outside Google knows which of the two Gmail counts, and forwarding adds to both.",
    example: "an issue of 90 KB",
    source: "github.com/hteumeuleu/email-bugs, 41; github.com/TryGhost/Ghost, 25798",
    check: Check::Issue(check),
};

/// In bytes.
const LARGE: usize = 81_920;
/// Where Gmail cuts, in bytes.
const LARGEST: usize = 102_400;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let size = subject.html().len();
    let parts = subject.messages[0].parts();
    let encoded = parts.iter().find(|part| part.media_type() == "text/html").map_or(0, |part| part.body.len());
    if size > LARGEST || (size <= LARGE && encoded <= LARGEST) {
        return Vec::new();
    }
    let wrong = format!("the HTML has {size} bytes, {encoded} as it is sent; Gmail cuts at about {LARGEST}");
    vec![Finding::new(wrong).at(largest_section(subject)).help("this is its longest section")]
}
