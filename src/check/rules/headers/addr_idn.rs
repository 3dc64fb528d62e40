//! `addr-idn`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "addr-idn",
    level: CheckLevel::Error,
    what: "Addresses in headers are ASCII: domains as A-labels, nothing else before the `@`.",
    why: "Other characters need SMTPUTF8 on every server on the way; many refuse.",
    example: "To: <mina@münchen.example>",
    source: "RFC 5321, 2.3.5; RFC 6531",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let headers = ["From", "To", "Reply-To", "Sender", "Return-Path"];
    let wrong = headers.into_iter().filter_map(|name| {
        let value = subject.messages[0].value(name)?;
        let address = value.rsplit('<').next().unwrap_or_default().trim_end_matches('>').to_owned();
        (!address.is_ascii())
            .then(|| Finding::new(format!("the address in `{name}` is not ASCII: {}", quoted(&address))))
    });
    wrong.collect()
}
