//! `hdr-from-display`: see [`RULE`].

use crate::check::words::{is_pictogram, quoted};
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-from-display",
    level: CheckLevel::Warn,
    what: "The sender has a name, and it is only a name.",
    why: "Gmail holds a display name to be who you are: no address, no subject text, no counters, no pictures. SpamAssassin scores an empty one.",
    example: "from = \"RE: HOT LINKS (2) <ada@example.org>\"",
    source: "Gmail's sender guidelines; SpamAssassin FROM_BLANK_NAME",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let publication = subject.publication();
    let name = subject.samples[0].reading.sender.trim();
    let letters = || name.chars().filter(|character| character.is_alphabetic());
    let lower = name.to_lowercase();
    let wrong = if name.is_empty() || name == publication.from.address.to_string() {
        "the sender has no name".to_owned()
    } else if name.contains('@') {
        format!("the sender's name {} has an `@` in it", quoted(name))
    } else if name.chars().any(is_pictogram) {
        format!("the sender's name {} has a picture in it", quoted(name))
    } else if letters().count() >= 6 && letters().all(char::is_uppercase) {
        format!("the sender's name {} is all capitals", quoted(name))
    } else if lower.starts_with("re:") || lower.starts_with("fwd:") || has_counter(name) {
        format!("the sender's name {} is more than a name", quoted(name))
    } else {
        return Vec::new();
    };
    let place = subject.place_in_settings(&publication.from.address.to_string());
    vec![Finding::new(wrong).at(place).help("write `from = \"A Name <address>\"`, with the name readers know you by")]
}

/// Whether `name` ends like that of an inbox with unread mail: `Ada (2)`.
fn has_counter(name: &str) -> bool {
    let inside = name.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    inside.is_some_and(|(_, inside)| !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit()))
}
