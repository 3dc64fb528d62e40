//! `hdr-encoded-word`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-encoded-word",
    level: CheckLevel::Error,
    what: "Headers are ASCII; what is not stands in encoded words, at most 75 characters each, never inside an address or a `List-` header.",
    why: "Gmail refuses other characters, and encoded words in the wrong header (550 5.7.1).",
    example: "List-Id: =?utf-8?q?W=C3=B6chentlich?= <weekly.example.org>",
    source: "RFC 2047; Gmail's SMTP errors",
    check: Check::Issue(check),
};

/// RFC 2047, section 2.
const LONGEST: usize = 75;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for field in &subject.messages[0].fields {
        let name = field.name;
        let words = field.written.split_ascii_whitespace().filter(|word| word.contains("=?"));
        if !field.written.is_ascii() {
            found.push(Finding::new(format!("`{name}` has characters outside ASCII")));
        } else if is_plain(name) && words.clone().next().is_some() {
            found.push(Finding::new(format!("`{name}` must not have encoded words")));
        } else if words.clone().any(|word| word.len() > LONGEST) {
            found.push(Finding::new(format!("an encoded word of `{name}` is longer than {LONGEST} characters")));
        } else if words.clone().any(|word| word.contains('@')) {
            found.push(Finding::new(format!("an address in `{name}` is an encoded word")));
        }
    }
    found
}

/// Whether the header `name` is for programs.
fn is_plain(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("list-")
        || ["message-id", "date", "mime-version", "content-transfer-encoding", "feedback-id"].contains(&name.as_str())
}
