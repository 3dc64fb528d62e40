//! `dkim-coverage`: see [`RULE`].

use crate::check::mime::tag;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "dkim-coverage",
    level: CheckLevel::Error,
    what: "A DKIM signature covers `From`, `List-Unsubscribe` and `List-Unsubscribe-Post`.",
    why: "Gmail shows the one-click button only when both list headers are signed; many signers leave them out.",
    example: "DKIM-Signature: v=1; d=example.org; h=from:to:subject",
    source: "RFC 8058, 4; RFC 6376, 5.4",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let message = &subject.messages[0];
    let mut needed = vec!["from"];
    needed.extend(message.field("List-Unsubscribe").map(|_| "list-unsubscribe"));
    needed.extend(message.field("List-Unsubscribe-Post").map(|_| "list-unsubscribe-post"));
    let mut found = Vec::new();
    for signature in message.fields_called("DKIM-Signature") {
        let signed = tag(&signature.value(), "h").to_lowercase();
        let signed: Vec<&str> = signed.split(':').map(str::trim).collect();
        let missing = needed.iter().filter(|name| !signed.contains(name));
        found.extend(missing.map(|name| Finding::new(format!("the DKIM signature does not cover `{name}`"))));
    }
    found
}
