//! `hdr-msgid-domain`: see [`RULE`].

use crate::check::domain::same_organisation;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-msgid-domain",
    level: CheckLevel::Warn,
    what: "The Message-ID ends in the sender's domain.",
    why: "An identifier under a stranger's name looks forged, and the stranger may hand out the same one.",
    example: "Message-ID: <42.x@mail.invalid>",
    source: "RFC 5322, 3.6.4",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(id) = subject.messages[0].value("Message-ID") else { return Vec::new() };
    let right = id.trim_end_matches('>').rsplit('@').next().unwrap_or_default();
    let domain = subject.publication().from.address.domain();
    if same_organisation(right, domain) {
        return Vec::new();
    }
    vec![Finding::new(format!("the `Message-ID` ends in `{right}`, the sender's domain is `{domain}`"))]
}
