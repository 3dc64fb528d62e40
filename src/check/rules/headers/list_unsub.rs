//! `hdr-list-unsub`: see [`RULE`].

use crate::check::mime::list_addresses;
use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-list-unsub",
    level: CheckLevel::Error,
    what: "`List-Unsubscribe` is there, every address in it between `<` and `>`, and at most one of them https.",
    why: "It is how mail programs show a way out next to the sender; without it the way out is the spam button.",
    example: "List-Unsubscribe: https://example.org/u/1",
    source: "RFC 2369, 2; RFC 8058, 3.1; Gmail's and Yahoo's sender requirements",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(field) = subject.messages[0].field("List-Unsubscribe") else {
        return vec![Finding::new("the message has no `List-Unsubscribe`")];
    };
    let value = field.value();
    let addresses = list_addresses(&value);
    let secure = addresses.iter().flatten().filter(|address| address.starts_with("https://")).count();
    match addresses {
        Some(addresses) if !addresses.is_empty() && secure <= 1 => Vec::new(),
        Some(_) => vec![Finding::new(format!("`List-Unsubscribe` has {secure} https addresses; one is allowed"))],
        None => vec![Finding::new(format!("`List-Unsubscribe` is malformed: {}", quoted(&value)))],
    }
}
