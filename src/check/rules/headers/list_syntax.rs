//! `hdr-list-syntax`: see [`RULE`].

use crate::check::mime::list_addresses;
use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-list-syntax",
    level: CheckLevel::Error,
    what: "Every address in a `List-` header stands between `<` and `>`, without spaces.",
    why: "Programs ignore what does not.",
    example: "List-Archive: https://example.org/",
    source: "RFC 2369, 2",
    check: Check::Issue(check),
};

const HEADERS: [&str; 6] =
    ["List-Archive", "List-Help", "List-Subscribe", "List-Owner", "List-Post", "List-Unsubscribe"];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let message = &subject.messages[0];
    let wrong = HEADERS.iter().filter_map(|name| {
        let value = message.value(name)?;
        let closed = *name == "List-Post" && value == "NO";
        let malformed = list_addresses(&value).is_none_or(|addresses| addresses.is_empty());
        (!closed && malformed).then(|| Finding::new(format!("`{name}` is malformed: {}", quoted(&value))))
    });
    wrong.collect()
}
