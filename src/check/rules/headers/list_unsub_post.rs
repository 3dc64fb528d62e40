//! `hdr-list-unsub-post`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-list-unsub-post",
    level: CheckLevel::Error,
    what: "`List-Unsubscribe-Post` is `List-Unsubscribe=One-Click`, byte for byte, and stands exactly where there is an https way out.",
    why: "Anything else is ignored, and the one-click button with it.",
    example: "List-Unsubscribe-Post: one-click",
    source: "RFC 8058, 3.1",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let message = &subject.messages[0];
    let secure = message.value("List-Unsubscribe").is_some_and(|value| value.contains("<https://"));
    let wrong = match (message.value("List-Unsubscribe-Post"), secure) {
        (Some(value), true) if value == "List-Unsubscribe=One-Click" => return Vec::new(),
        (None, false) => return Vec::new(),
        (Some(value), true) => format!("`List-Unsubscribe-Post` is {}", quoted(&value)),
        (Some(_), false) => "`List-Unsubscribe-Post` without an https address in `List-Unsubscribe`".to_owned(),
        (None, true) => "an https way out without `List-Unsubscribe-Post`".to_owned(),
    };
    vec![Finding::new(wrong).help("it is `List-Unsubscribe=One-Click`")]
}
