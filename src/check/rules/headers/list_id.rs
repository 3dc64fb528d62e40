//! `hdr-list-id`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-list-id",
    level: CheckLevel::Error,
    what: "`List-Id` is there and well-formed: `<label.domain>`.",
    why: "Readers' filters sort by it; providers count a newsletter's reputation by it.",
    example: "List-Id: weekly",
    source: "RFC 2919, 2",
    check: Check::Issue(check),
};

/// RFC 2919, section 6.
const LONGEST: usize = 255;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(value) = subject.messages[0].value("List-Id") else {
        return vec![Finding::new("the message has no `List-Id`")];
    };
    let inside = value.rsplit_once('<').and_then(|(_, rest)| rest.strip_suffix('>'));
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
    };
    let is_right = |id: &str| id.len() <= LONGEST && id.contains('.') && id.split('.').all(is_label);
    if inside.is_some_and(is_right) {
        return Vec::new();
    }
    let place = subject.place_in_settings(&subject.publication().list_id);
    vec![Finding::new(format!("`List-Id` is malformed: {}", quoted(&value))).at(place)]
}
